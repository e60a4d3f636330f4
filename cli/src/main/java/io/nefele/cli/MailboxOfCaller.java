package io.nefele.cli;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whose mailbox a command uses: the one named, else that of the process it runs in. */
final class MailboxOfCaller {
  private MailboxOfCaller() {}

  static Optional<String> find(@Nullable String named, Console console) {
    if (named != null) {
      return Optional.of(named);
    }
    return Optional.ofNullable(console.environment().get("NEFELE_ID")).filter(id -> !id.isEmpty());
  }
}
