package io.nefele.gossip;

import io.nefele.core.Endpoint;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * Looks for agents that are not members: seeds, discovered endpoints, and the removed, since two
 * sides of a partition that removed each other meet again only if somebody keeps asking (SWIM
 * leaves this open). Alone it asks often, otherwise one endpoint in each interval.
 */
final class ReachOut {
  private static final int AT_ONCE = 3;

  private final GossipConfig config;
  private final MemberTable table;
  private final Membership membership;
  private final Repair repair;
  private final Outbox outbox;
  private final RandomGenerator random;
  private final TreeSet<Endpoint> discovered = new TreeSet<>();
  private boolean running;
  private Duration whileAlone;

  ReachOut(
      GossipConfig config,
      MemberTable table,
      Membership membership,
      Repair repair,
      Outbox outbox,
      RandomGenerator random) {
    this.config = config;
    this.table = table;
    this.membership = membership;
    this.repair = repair;
    this.outbox = outbox;
    this.random = random;
    this.whileAlone = firstRetry();
  }

  /**
   * Takes what discovery found. Whoever is alone asks at once; of those who are not, about three
   * do, so that one newcomer's announcement does not bring all others upon it.
   */
  void discovered(List<Endpoint> endpoints, Instant now) {
    List<Endpoint> strangers = new ArrayList<>();
    for (Endpoint endpoint : endpoints) {
      discovered.add(endpoint);
      if (isStranger(endpoint)) {
        strangers.add(endpoint);
      }
    }
    if (random.nextInt(table.presentCount()) < AT_ONCE) {
      for (int i = 0; i < AT_ONCE && !strangers.isEmpty(); i++) {
        repair.offer(strangers.remove(random.nextInt(strangers.size())), now);
      }
    }
  }

  void due(Instant now) {
    running = false;
    table.forgetGone(now, config.tombstoneRetention());
    List<Endpoint> candidates = candidates();
    if (!candidates.isEmpty()) {
      repair.offer(candidates.get(random.nextInt(candidates.size())), now);
    }
  }

  /** To be called at the end of a step. */
  void schedule() {
    if (running || (!table.hasGone() && discovered.isEmpty())) {
      return;
    }
    running = true;
    Duration delay = config.reachOutInterval();
    if (table.presentCount() == 1) {
      delay = whileAlone.compareTo(delay) < 0 ? whileAlone : delay;
      whileAlone = delay.multipliedBy(2);
    }
    outbox.setTimer(new GossipTimer.ReachOut(), delay);
  }

  private List<Endpoint> candidates() {
    TreeSet<Endpoint> candidates = new TreeSet<>();
    for (Member row : table.removed()) {
      candidates.add(row.endpoint());
    }
    candidates.addAll(discovered);
    candidates.removeIf(endpoint -> !isStranger(endpoint));
    return List.copyOf(candidates);
  }

  private boolean isStranger(Endpoint endpoint) {
    return !endpoint.equals(membership.self().endpoint())
        && table.byEndpoint(endpoint).filter(member -> member.state().present()).isEmpty();
  }

  private Duration firstRetry() {
    return config.rumourInterval().dividedBy(4);
  }
}
