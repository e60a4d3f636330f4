package io.nefele.gossip;

import io.nefele.core.AgentId;
import java.time.Duration;
import java.time.Instant;
import java.util.TreeMap;

/** Every suspicion that runs, and its timer. */
final class Suspicions {
  private final GossipConfig config;
  private final MemberTable table;
  private final Outbox outbox;
  private final TreeMap<AgentId, Suspicion> running = new TreeMap<>();

  Suspicions(GossipConfig config, MemberTable table, Outbox outbox) {
    this.config = config;
    this.table = table;
    this.outbox = outbox;
  }

  void start(AgentId suspect, AgentId accuser, Instant now) {
    Duration shortest = shortest();
    // The others who can come to suspect it are all but the accuser and the suspect.
    int possible = Math.max(0, table.presentCount() - 2);
    Suspicion suspicion =
        new Suspicion(
            now,
            shortest,
            shortest.multipliedBy(config.suspicionStretch()),
            Math.min(config.confirmations(), possible));
    suspicion.confirmedBy(accuser);
    running.put(suspect, suspicion);
    arm(suspect, suspicion, now);
  }

  /** Counts one more accuser; true if that is worth passing on. */
  boolean confirm(AgentId suspect, AgentId accuser, Instant now) {
    Suspicion suspicion = running.get(suspect);
    if (suspicion == null || !suspicion.confirmedBy(accuser)) {
      return false;
    }
    arm(suspect, suspicion, now);
    return true;
  }

  void confirmByRefusal(AgentId suspect, Instant now) {
    Suspicion suspicion = running.get(suspect);
    if (suspicion != null && suspicion.confirmedByRefusal()) {
      arm(suspect, suspicion, now);
    }
  }

  /** Whether the agent is suspected for longer than a refutation takes in a network that works. */
  boolean gaveTimeToRefute(AgentId suspect, Instant now) {
    Suspicion suspicion = running.get(suspect);
    Instant halfAPeriodAgo = now.minus(config.probePeriod().dividedBy(2));
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
    Instant deadline = suspicion.deadline(config.probePeriod());
    if (deadline.plus(config.probePeriod().dividedBy(2)).isBefore(now)) {
      suspicion.restart(now);
      deadline = suspicion.deadline(config.probePeriod());
    }
    if (deadline.isAfter(now)) {
      arm(suspect, suspicion, now);
      return false;
    }
    running.remove(suspect);
    return true;
  }

  private void arm(AgentId suspect, Suspicion suspicion, Instant now) {
    Duration delay = Duration.between(now, suspicion.deadline(config.probePeriod()));
    outbox.setTimer(
        new GossipTimer.SuspicionExpired(suspect), delay.isNegative() ? Duration.ZERO : delay);
  }

  /** Some periods, and the rounds in which a refutation reaches everybody. */
  private Duration shortest() {
    return config
        .probePeriod()
        .multipliedBy(config.suspicionPeriods())
        .plus(config.rumourInterval().multipliedBy(Logarithms.ceilLog2(table.presentCount() + 1)));
  }
}
