package io.nefele.mailbox.chronicle;

import io.nefele.mailbox.MailboxStore;
import io.nefele.mailbox.MailboxStoreContract;
import io.nefele.mailbox.StoreLimits;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class ChronicleMailboxStoreTest extends MailboxStoreContract {
  @TempDir Path root;

  /** So few open queues that the tests with many mailboxes close and reopen them. */
  @Override
  protected MailboxStore open(StoreLimits limits) {
    return new ChronicleMailboxStore(root, limits, 50);
  }
}
