package io.nefele.table.tenant;

import io.nefele.core.AgentId;
import io.nefele.core.Name;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Who keeps a tenant's quota: the agent that comes first in the tenant's rendezvous order (Thaler,
 * Ravishankar 1998) of those that are present. Agents that see others present may name another; so
 * each promises itself to one keeper at a time, and a keeper counts as one only while all have.
 */
final class Keepers {
  /** How long an agent that has answered a keeper answers no other. */
  static final Duration LEASE = Duration.ofSeconds(5);

  private final SortedMap<Name, Promise> promises = new TreeMap<>();

  private record Promise(AgentId keeper, Instant until) {}

  /** The keeper of {@code tenant} among {@code present}, of which there is at least one. */
  static AgentId of(Name tenant, Collection<AgentId> present) {
    return present.stream()
        .max(
            Comparator.comparingLong((AgentId agent) -> weight(tenant, agent))
                .thenComparing(Comparator.naturalOrder()))
        .orElseThrow();
  }

  /**
   * {@code keeper} wants to count what {@code tenant} uses: whether this agent promises itself to
   * it. A promise to one that is gone binds as any other: it may be the only one that does not know
   * that it is.
   */
  boolean promise(Instant now, Name tenant, AgentId keeper) {
    Promise promise = promises.get(tenant);
    if (promise != null && !promise.keeper.equals(keeper) && promise.until.isAfter(now)) {
      return false;
    }
    promises.put(tenant, new Promise(keeper, now.plus(LEASE)));
    return true;
  }

  private static long weight(Name tenant, AgentId agent) {
    long hash = agent.value();
    for (byte b : tenant.toString().getBytes(StandardCharsets.UTF_8)) {
      hash = Mix.of(hash + b);
    }
    return hash;
  }
}
