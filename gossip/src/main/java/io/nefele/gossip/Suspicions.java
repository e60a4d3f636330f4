package io.nefele.gossip;

import io.nefele.core.AgentId;
import io.nefele.core.Durations;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Every suspicion that runs, and its timer. Before one ends, the suspect is asked by this agent
 * itself: when many come back from a pause at once, their refutations share the datagrams, and the
 * last to hear of one hears it too late.
 */
final class Suspicions {
  private static final int LAST_LOOKS = 4;

  private final GossipConfig config;
  private final AgentId self;
  private final MemberTable table;
  private final Outbox outbox;
  private final RandomGenerator random;
  private final TreeMap<AgentId, Suspicion> running = new TreeMap<>();
  private final List<AgentId> toCheck = new ArrayList<>();
  private final List<AgentId> toAsk = new ArrayList<>();

  Suspicions(
      GossipConfig config, AgentId self, MemberTable table, Outbox outbox, RandomGenerator random) {
    this.config = config;
    this.self = self;
    this.table = table;
    this.outbox = outbox;
    this.random = random;
  }

  void start(AgentId suspect, News.Accusation accusation, Instant now) {
    Duration shortest = shortest();
    // The others who can come to suspect it are all but the accuser and the suspect.
    int possible = Math.max(0, table.presentCount() - 2);
    Suspicion suspicion =
        new Suspicion(
            now,
            shortest,
            Durations.multiply(shortest, config.suspicionStretch()),
            Math.min(config.confirmations(), possible));
    suspicion.confirmedBy(accusation);
    running.put(suspect, suspicion);
    arm(suspect, suspicion, dueAt(suspicion), now);
    boolean heard = !accusation.accuser().equals(self);
    if (heard && random.nextInt(table.presentCount()) < config.buddies()) {
      toCheck.add(suspect);
    }
  }

  /** Counts one more accuser; true if that is worth passing on. */
  boolean confirm(AgentId suspect, News.Accusation accusation, Instant now) {
    Suspicion suspicion = running.get(suspect);
    if (suspicion == null || !suspicion.confirmedBy(accusation)) {
      return false;
    }
    if (suspicion.looks() == 0 || suspicion.isRefused(self)) {
      arm(suspect, suspicion, dueAt(suspicion), now);
    }
    return true;
  }

  /** Whether the suspicion of {@code suspect} would end sooner if this agent came to it, too. */
  boolean isOpen(AgentId suspect) {
    Suspicion suspicion = running.get(suspect);
    return suspicion != null && suspicion.wants(self);
  }

  /** The suspects heard of since the last call that this agent shall probe itself. */
  List<AgentId> drainToCheck() {
    return drain(toCheck);
  }

  /** Those that are to be asked a last time, since the last call. */
  List<AgentId> drainToAsk() {
    return drain(toAsk);
  }

  private static List<AgentId> drain(List<AgentId> agents) {
    if (agents.isEmpty()) {
      return List.of();
    }
    List<AgentId> drained = List.copyOf(agents);
    agents.clear();
    return drained;
  }

  /** Whether the agent is suspected for longer than a refutation takes in a network that works. */
  boolean gaveTimeToRefute(AgentId suspect, Instant now) {
    Suspicion suspicion = running.get(suspect);
    Instant halfAPeriodAgo = now.minus(Durations.divide(config.probePeriod(), 2));
    return suspicion != null && !suspicion.since().isAfter(halfAPeriodAgo);
  }

  void end(AgentId suspect) {
    if (running.remove(suspect) != null) {
      outbox.cancelTimer(new GossipTimer.SuspicionExpired(suspect));
    }
  }

  /**
   * Whether the suspect has to be removed. An expiry that comes much too late shows that this agent
   * was paused and may have its refutations still unread: then the suspicion starts anew.
   */
  boolean expired(AgentId suspect, Instant now) {
    Suspicion suspicion = running.get(suspect);
    if (suspicion == null) {
      return false;
    }
    if (suspicion.due().plus(Durations.divide(config.probePeriod(), 2)).isBefore(now)) {
      suspicion.restart(now);
    }
    if (dueAt(suspicion).isAfter(now)) {
      arm(suspect, suspicion, dueAt(suspicion), now);
      return false;
    }
    if (looksLeft(suspicion) > 0) {
      suspicion.looked();
      toAsk.add(suspect);
      // What has shortened it may have come late: there is time for an answer in any case.
      Instant answered = now.plus(lookInterval());
      Instant next = dueAt(suspicion);
      arm(suspect, suspicion, next.isAfter(answered) ? next : answered, now);
      return false;
    }
    running.remove(suspect);
    return true;
  }

  private void arm(AgentId suspect, Suspicion suspicion, Instant due, Instant now) {
    Instant next = due.isAfter(now) ? due : now;
    suspicion.dueAt(next);
    outbox.setTimer(new GossipTimer.SuspicionExpired(suspect), Duration.between(now, next));
  }

  /** When to ask the suspect next, or after the last time the deadline. */
  private Instant dueAt(Suspicion suspicion) {
    return suspicion
        .deadline(self, config.probePeriod())
        .minus(Durations.multiply(lookInterval(), looksLeft(suspicion)));
  }

  private int looksLeft(Suspicion suspicion) {
    return suspicion.isRefused(self) ? 0 : LAST_LOOKS - suspicion.looks();
  }

  private Duration lookInterval() {
    return Durations.divide(config.probePeriod(), LAST_LOOKS);
  }

  /** Some periods, and the rounds in which a refutation reaches everybody. */
  private Duration shortest() {
    return Durations.multiply(config.probePeriod(), config.suspicionPeriods())
        .plus(
            Durations.multiply(
                config.rumourInterval(), Logarithms.ceilLog2(table.presentCount() + 1)));
  }
}
