package io.nefele.mailbox;

import org.jspecify.annotations.Nullable;

class InMemoryMailboxStoreTest extends MailboxStoreContract {
  private @Nullable MailboxStore store;

  @Override
  protected MailboxStore open(StoreLimits limits) {
    MailboxStore opened = store == null ? new InMemoryMailboxStore(limits) : store;
    store = opened;
    return opened;
  }
}
