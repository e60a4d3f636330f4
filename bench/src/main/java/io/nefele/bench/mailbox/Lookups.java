package io.nefele.bench.mailbox;

import io.nefele.bench.BenchFailure;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.Response;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** Waits for names to become known. */
final class Lookups {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final Duration EACH = Duration.ofSeconds(1);
  private static final long PAUSE_NANOS = 1_000_000;

  private Lookups() {}

  /** Returns when somebody who is {@code wanted} has the name, by what one's agent knows. */
  static void await(Nefele agent, String name, Predicate<Response.MailboxRow> wanted)
      throws BenchFailure {
    long begin = System.nanoTime();
    while (!isKnown(agent, name, wanted)) {
      if (System.nanoTime() - begin > LIMIT.toNanos()) {
        throw new BenchFailure("the mailbox " + name + " is not known after 10 s");
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private static boolean isKnown(Nefele agent, String name, Predicate<Response.MailboxRow> wanted) {
    try {
      return agent.lookup(name, EACH).stream().anyMatch(wanted);
    } catch (NefeleException e) {
      // Nobody has it yet.
      return false;
    }
  }
}
