package io.nefele.mailbox;

import io.nefele.core.AgentBoot;
import java.util.Iterator;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What one sending boot has put into one mailbox: tells new messages from repeated and from early
 * ones.
 *
 * <p>The sender keeps at most {@link Mailboxes#WINDOW} messages on the way, so that the same number
 * of decisions is enough to answer any repetition that somebody still waits for. {@code mark} is
 * the highest sequence decided or being stored: messages are accepted in rising order only.
 */
final class IncomingStream {
  private final AgentBoot origin;
  private final TreeMap<Long, Decision> decisions = new TreeMap<>();
  private long mark;

  IncomingStream(AgentBoot origin) {
    this.origin = origin;
  }

  static IncomingStream recovered(StoredState.Stream stored) {
    IncomingStream stream = new IncomingStream(stored.origin());
    for (long sequence : stored.sequences()) {
      stream.decisions.put(sequence, new Decision.Kept());
      stream.mark = Math.max(stream.mark, sequence);
    }
    return stream;
  }

  AgentBoot origin() {
    return origin;
  }

  /**
   * What is known about a message; empty: it is new. Between the stored ones of an earlier life,
   * one that is missing was refused then.
   */
  Optional<Decision> decision(long sequence) {
    Decision known = decisions.get(sequence);
    if (known != null) {
      return Optional.of(known);
    }
    return sequence <= mark
        ? Optional.of(new Decision.Refused(RefusalReason.FULL))
        : Optional.empty();
  }

  /** Whether all that the sender wants decided before has been. */
  boolean isNext(long previous) {
    return previous <= mark;
  }

  void begin(long sequence) {
    mark = sequence;
    decisions.put(sequence, new Decision.Storing());
    if (decisions.size() > Mailboxes.WINDOW) {
      Iterator<Long> oldest = decisions.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  void decide(long sequence, Decision decision) {
    decisions.replace(sequence, decision);
  }

  /** The fate of a message. */
  sealed interface Decision {
    record Storing() implements Decision {}

    record Kept() implements Decision {}

    record Refused(RefusalReason reason) implements Decision {}
  }
}
