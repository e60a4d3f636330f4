package io.nefele.gossip;

import io.nefele.core.Durations;
import io.nefele.core.Endpoint;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Looks for agents that are not members: seeds, discovered endpoints, and the removed, since two
 * sides of a partition that removed each other meet again only if somebody keeps asking (SWIM
 * leaves this open). Alone it asks often, otherwise one endpoint in each interval.
 */
final class ReachOut {
  private static final int AT_ONCE = 3;
  private static final int LOOKS = 8;

  /** Whoever can send a datagram can make up endpoints. */
  private static final int DISCOVERED_MAX = 4096;

  private final GossipConfig config;
  private final MemberTable table;
  private final Membership membership;
  private final Repair repair;
  private final Outbox outbox;
  private final RandomGenerator random;
  private final Set<Endpoint> discovered = new LinkedHashSet<>();
  private final List<Endpoint> discoveredList = new ArrayList<>();
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
      if (discovered.size() < DISCOVERED_MAX && discovered.add(endpoint)) {
        discoveredList.add(endpoint);
      }
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
    table
        .forgetGone(now, config.tombstoneRetention())
        .forEach(member -> outbox.tell(new MemberEvent.Forgotten(member)));
    candidate().ifPresent(endpoint -> repair.offer(endpoint, now));
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
      whileAlone = Durations.divide(Durations.multiply(delay, 3), 2);
    }
    outbox.setTimer(new GossipTimer.ReachOut(), delay);
  }

  /**
   * A removed agent's endpoint or a discovered one where no member listens. Looks at a few at
   * random only: in a large fabric nearly all are members, and every agent looks.
   */
  private Optional<Endpoint> candidate() {
    List<Member> removed = table.removed();
    int count = removed.size() + discovered.size();
    for (int i = 0; i < LOOKS && count > 0; i++) {
      int pick = random.nextInt(count);
      Endpoint endpoint =
          pick < removed.size()
              ? removed.get(pick).endpoint()
              : discoveredList.get(pick - removed.size());
      if (isStranger(endpoint)) {
        return Optional.of(endpoint);
      }
    }
    return Optional.empty();
  }

  private boolean isStranger(Endpoint endpoint) {
    return !endpoint.equals(membership.self().endpoint())
        && table.byEndpoint(endpoint).filter(member -> member.state().present()).isEmpty();
  }

  private Duration firstRetry() {
    return Durations.divide(config.rumourInterval(), 4);
  }
}
