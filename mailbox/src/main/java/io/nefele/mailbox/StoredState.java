package io.nefele.mailbox;

import io.nefele.core.AgentBoot;
import io.nefele.core.Bytes;
import java.util.List;

/**
 * What a mailbox left by an earlier life of its agent still knows.
 *
 * @param pending how many messages wait in it
 * @param note what the agent kept with it, see {@link MailboxStore#keepNote}
 * @param streams whose messages it has stored, read or not, one entry for each sending agent
 */
public record StoredState(long pending, Bytes note, List<Stream> streams) {

  /** A mailbox that was never used. */
  public static final StoredState EMPTY = new StoredState(0, Bytes.EMPTY, List.of());

  public StoredState {
    streams = List.copyOf(streams);
  }

  /**
   * The newest messages that one sender has stored in the mailbox, so that its repetitions are
   * recognised after a restart.
   *
   * @param origin the sender's latest boot
   * @param sequences the last {@link Mailboxes#WINDOW} or fewer, ascending, never empty
   */
  public record Stream(AgentBoot origin, List<Long> sequences) {
    public Stream {
      sequences = List.copyOf(sequences);
    }
  }
}
