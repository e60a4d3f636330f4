package io.nefele.gossip;

import io.nefele.core.AgentId;
import io.nefele.core.Endpoint;
import java.time.Instant;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Connections to a few members on which nothing is said. When a process dies, its kernel closes
 * them, and those who hold them probe it at once instead of when its turn comes.
 *
 * <p>Agents stand on a ring in the order of a hash of their ids, and each watches those that follow
 * it: so each is watched by as many as it watches, whatever the number of members, and all agents
 * whose tables are equal agree on who watches whom without a word. A watch that breaks is a hint,
 * never a verdict. Watches are leased rather than ended, and not more than one is opened in each
 * probe period, so that a storm of changes costs no more than a quiet time.
 */
final class Watches {
  private final GossipConfig config;
  private final MemberTable table;
  private final Outbox outbox;
  private final long self;

  /** Whom to watch, by the way from here to them round the ring. */
  private final TreeMap<Long, AgentId> next = new TreeMap<>(Long::compareUnsigned);

  private final TreeMap<AgentId, Instant> heldUntil = new TreeMap<>();
  private boolean incomplete;

  Watches(GossipConfig config, AgentId self, MemberTable table, Outbox outbox) {
    this.config = config;
    this.self = place(self);
    this.table = table;
    this.outbox = outbox;
  }

  void entered(AgentId agent) {
    next.put(place(agent) - self, agent);
    if (next.size() > config.watches()) {
      next.pollLastEntry();
    }
  }

  void gone(AgentId agent) {
    incomplete |= next.remove(place(agent) - self, agent);
    heldUntil.remove(agent);
  }

  /** To be called once in each probe period: opens the one watch that is most wanted. */
  void tend(Instant now) {
    heldUntil.values().removeIf(end -> !end.isAfter(now));
    if (incomplete) {
      incomplete = false;
      table.present().stream()
          .map(Member::agent)
          .filter(agent -> place(agent) != self)
          .forEach(this::entered);
    }
    if (heldUntil.size() >= 2 * config.watches()) {
      return;
    }
    for (AgentId agent : next.values()) {
      Optional<Member> member = table.present(agent);
      if (member.isPresent() && !heldUntil.containsKey(agent)) {
        heldUntil.put(agent, now.plus(config.watchLease()));
        outbox.add(new GossipEffect.Watch(member.get().endpoint(), config.watchLease()));
        return;
      }
    }
  }

  /** Takes note that a watch has broken; the member to be probed, if it is one. */
  Optional<AgentId> broken(Endpoint endpoint) {
    return table
        .byEndpoint(endpoint)
        .filter(member -> member.state().present())
        .map(Member::agent)
        .filter(agent -> heldUntil.remove(agent) != null);
  }

  private static long place(AgentId agent) {
    // The ids of a fabric may be drawn badly; Fibonacci hashing spreads them (Knuth, TAOCP 6.4).
    long spread = agent.value() * 0x9e3779b97f4a7c15L;
    return spread ^ (spread >>> 32);
  }
}
