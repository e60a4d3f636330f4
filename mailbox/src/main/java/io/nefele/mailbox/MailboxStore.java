package io.nefele.mailbox;

import io.nefele.core.Bytes;
import io.nefele.core.ProcessId;
import java.util.List;
import java.util.Optional;

/**
 * Keeps the messages of the mailboxes of one agent, each mailbox a bounded queue. What {@link
 * #append} has accepted, what {@link #take} has removed, and who sent what survive the sudden end
 * of the agent's process.
 *
 * <p>Not thread-safe: one thread at a time makes calls.
 */
public interface MailboxStore extends AutoCloseable {

  /**
   * Appends a message, making the mailbox if it is not there.
   *
   * @return empty if it is stored; else {@link RefusalReason#FULL} or {@link
   *     RefusalReason#STORAGE}, and nothing was stored
   */
  Optional<RefusalReason> append(ProcessId mailbox, Envelope envelope);

  /** Removes and returns the oldest message; empty if there is none. */
  Optional<Envelope> take(ProcessId mailbox);

  /**
   * Whether to {@link #append} a message of that size to the mailbox, or to {@link #take} one, is
   * quick now: nothing has to be opened, tidied up, or read from a file of its own.
   */
  boolean isQuick(ProcessId mailbox, int payloadBytes);

  /** How many messages wait in the mailbox; 0 if it is not there. */
  long pending(ProcessId mailbox);

  /**
   * What a mailbox knows, for {@link MailboxInput.Opened}; the first call may read all it holds.
   */
  StoredState recover(ProcessId mailbox);

  /**
   * Keeps a note with the mailbox, making that if it is not there; replaces the note before.
   *
   * @param note empty: none
   * @return whether it is kept: not if the store has no room
   */
  boolean keepNote(ProcessId mailbox, Bytes note);

  /** The note that was kept last; empty if there is none. */
  Bytes note(ProcessId mailbox);

  /** The mailboxes that exist, those left by an earlier life included, ascending. */
  List<ProcessId> mailboxes();

  /** Removes the mailbox with all its messages and frees what it took. */
  void delete(ProcessId mailbox);

  /** Releases what is open; the mailboxes stay. */
  @Override
  void close();
}
