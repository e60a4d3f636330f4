package io.nefele.agent.core;

import io.nefele.core.ProcessId;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Asks several mailboxes at once how much there is to do in them. */
final class Loads implements Courier.Listener {
  static final long CLOSED = Long.MAX_VALUE;

  /** Who takes longer than this to answer is no good choice anyway. */
  private static final Duration PATIENCE = Duration.ofMillis(200);

  private final Courier courier;
  private final Outbox outbox;
  private final Map<Long, Round> rounds = new LinkedHashMap<>();
  private long lastRound;

  private record Round(
      SortedSet<ProcessId> silent,
      SortedMap<ProcessId, Long> pending,
      Consumer<SortedMap<ProcessId, Long>> then) {}

  Loads(Courier courier, Outbox outbox) {
    this.courier = courier;
    this.outbox = outbox;
    courier.listen(this);
  }

  /**
   * @param then gets how many messages wait or are in hand in each that has answered in time;
   *     {@link #CLOSED} of those that are no more
   */
  void ask(Instant now, List<ProcessId> mailboxes, Consumer<SortedMap<ProcessId, Long>> then) {
    long number = ++lastRound;
    rounds.put(number, new Round(new TreeSet<>(mailboxes), new TreeMap<>(), then));
    outbox.setTimer(new AgentTimer.LoadsDue(number), PATIENCE);
    mailboxes.forEach(mailbox -> courier.ask(now, mailbox));
    if (mailboxes.isEmpty()) {
      outbox.cancelTimer(new AgentTimer.LoadsDue(number));
      due(number);
    }
  }

  @Override
  public void news(Instant now, ProcessId mailbox, boolean open, long pending) {
    for (var entry : List.copyOf(rounds.entrySet())) {
      Round round = entry.getValue();
      if (round.silent.remove(mailbox)) {
        round.pending.put(mailbox, open ? pending : CLOSED);
        if (round.silent.isEmpty()) {
          outbox.cancelTimer(new AgentTimer.LoadsDue(entry.getKey()));
          due(entry.getKey());
        }
      }
    }
  }

  void due(long number) {
    Round round = rounds.remove(number);
    if (round != null) {
      round.then.accept(round.pending);
    }
  }
}
