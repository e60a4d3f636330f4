package io.nefele.mailbox;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.core.ProcessId;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What every {@link MailboxStore} promises. */
public abstract class MailboxStoreContract {
  protected static final AgentBoot HOST = new AgentBoot(new AgentId(7), 1);
  protected static final ProcessId MAILBOX = new ProcessId(HOST, 1);
  private static final AgentBoot SENDER = new AgentBoot(new AgentId(9), 3);

  /** A store over the same place at each call of one test; the one before is closed. */
  protected abstract MailboxStore open(StoreLimits limits);

  @Test
  void messagesComeOutInTheOrderTheyWentIn() {
    try (MailboxStore store = open(StoreLimits.DEFAULT)) {
      for (int i = 1; i <= 1000; i++) {
        assertEquals(Optional.empty(), store.append(MAILBOX, message(MAILBOX, i, 100)));
      }
      for (int i = 1; i <= 1000; i++) {
        assertEquals(Optional.of(message(MAILBOX, i, 100)), store.take(MAILBOX));
      }
      assertEquals(Optional.empty(), store.take(MAILBOX));
    }
  }

  @Test
  void readingGoesOnWhereItStoppedAfterReopening() {
    try (MailboxStore store = open(StoreLimits.DEFAULT)) {
      for (int i = 1; i <= 10; i++) {
        store.append(MAILBOX, message(MAILBOX, i, 10));
      }
      store.take(MAILBOX);
      store.take(MAILBOX);
    }
    try (MailboxStore store = open(StoreLimits.DEFAULT)) {
      assertEquals(List.of(MAILBOX), store.mailboxes());
      assertEquals(8, store.pending(MAILBOX));
      assertEquals(Optional.of(message(MAILBOX, 3, 10)), store.take(MAILBOX));
      store.append(MAILBOX, message(MAILBOX, 11, 10));
      for (int i = 4; i <= 11; i++) {
        assertEquals(Optional.of(message(MAILBOX, i, 10)), store.take(MAILBOX));
      }
    }
  }

  @Test
  void whoHasSentWhatIsKnownAfterReopeningEvenOfMessagesRead() {
    int many = 20_000;
    try (MailboxStore store = open(StoreLimits.DEFAULT)) {
      for (int i = 1; i <= many; i++) {
        store.append(MAILBOX, message(MAILBOX, i, 1000));
        assertEquals(Optional.of(message(MAILBOX, i, 1000)), store.take(MAILBOX));
      }
    }
    try (MailboxStore store = open(StoreLimits.DEFAULT)) {
      List<Long> last = LongStream.rangeClosed(many - 31, many).boxed().toList();
      assertEquals(
          new StoredState(0, Bytes.EMPTY, List.of(new StoredState.Stream(SENDER, last))),
          store.recover(MAILBOX));
    }
  }

  @Test
  void hundredsOfSendersAreKnownAfterReopening() {
    int rounds = 40;
    int senders = 300;
    try (MailboxStore store = open(StoreLimits.DEFAULT)) {
      for (int round = 1; round <= rounds; round++) {
        for (int sender = 1; sender <= senders; sender++) {
          store.append(MAILBOX, messageOf(sender, round));
          assertEquals(Optional.of(messageOf(sender, round)), store.take(MAILBOX));
        }
      }
    }
    try (MailboxStore store = open(StoreLimits.DEFAULT)) {
      List<Long> last = LongStream.rangeClosed(rounds - 31, rounds).boxed().toList();
      assertEquals(
          IntStream.rangeClosed(1, senders)
              .mapToObj(i -> new StoredState.Stream(new AgentBoot(new AgentId(i), 1), last))
              .toList(),
          store.recover(MAILBOX).streams());
    }
  }

  @Test
  void aFullMailboxRefusesAndTakesAgainWhenThereIsRoom() {
    try (MailboxStore store = open(new StoreLimits(3, 1000))) {
      for (int i = 1; i <= 3; i++) {
        assertEquals(Optional.empty(), store.append(MAILBOX, message(MAILBOX, i, 1)));
      }
      assertEquals(Optional.of(RefusalReason.FULL), store.append(MAILBOX, message(MAILBOX, 4, 1)));
      store.take(MAILBOX);
      assertEquals(
          Optional.of(RefusalReason.FULL), store.append(MAILBOX, message(MAILBOX, 5, 999)));
      assertEquals(Optional.empty(), store.append(MAILBOX, message(MAILBOX, 6, 998)));
      assertEquals(3, store.pending(MAILBOX));
    }
  }

  @Test
  void messagesOfAllSizesKeepTheirOrderAcrossReopening() {
    int[] sizes = {0, 1, 16_000, 16_384, 40_000, 70_000, 10 << 20, 5};
    try (MailboxStore store = open(StoreLimits.DEFAULT)) {
      for (int i = 0; i < sizes.length; i++) {
        assertEquals(Optional.empty(), store.append(MAILBOX, message(MAILBOX, i + 1, sizes[i])));
      }
      assertEquals(Optional.of(message(MAILBOX, 1, 0)), store.take(MAILBOX));
    }
    try (MailboxStore store = open(StoreLimits.DEFAULT)) {
      for (int i = 1; i < sizes.length; i++) {
        assertEquals(Optional.of(message(MAILBOX, i + 1, sizes[i])), store.take(MAILBOX));
      }
    }
  }

  @Test
  void twoHundredMailboxesAreIndependent() {
    List<ProcessId> mailboxes =
        LongStream.rangeClosed(1, 200).mapToObj(i -> new ProcessId(HOST, (int) i)).toList();
    try (MailboxStore store = open(StoreLimits.DEFAULT)) {
      for (int round = 1; round <= 2; round++) {
        for (ProcessId mailbox : mailboxes) {
          store.append(mailbox, message(mailbox, round, 10));
        }
      }
      assertEquals(mailboxes, store.mailboxes());
      for (int round = 1; round <= 2; round++) {
        for (ProcessId mailbox : mailboxes) {
          assertEquals(Optional.of(message(mailbox, round, 10)), store.take(mailbox));
        }
      }
    }
  }

  @Test
  void aDeletedMailboxIsGoneAndMayBeMadeAgain() {
    try (MailboxStore store = open(StoreLimits.DEFAULT)) {
      store.append(MAILBOX, message(MAILBOX, 1, 100_000));
      store.delete(MAILBOX);
      assertEquals(List.of(), store.mailboxes());
      assertEquals(Optional.empty(), store.take(MAILBOX));
      assertEquals(StoredState.EMPTY, store.recover(MAILBOX));
      store.append(MAILBOX, message(MAILBOX, 2, 10));
      assertEquals(Optional.of(message(MAILBOX, 2, 10)), store.take(MAILBOX));
    }
  }

  private static Envelope messageOf(int sender, long sequence) {
    AgentBoot origin = new AgentBoot(new AgentId(sender), 1);
    return new Envelope(
        Optional.empty(), MAILBOX, origin, sequence, 0, List.of(), Bytes.wrap(new byte[300]));
  }

  protected static Envelope message(ProcessId mailbox, long sequence, int bytes) {
    byte[] payload = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      payload[i] = (byte) (sequence + i);
    }
    return new Envelope(
        Optional.of(new ProcessId(SENDER, 1)),
        mailbox,
        SENDER,
        sequence,
        1_700_000_000_000L,
        List.of(new Header("kind", Bytes.utf8("test"))),
        Bytes.wrap(payload));
  }
}
