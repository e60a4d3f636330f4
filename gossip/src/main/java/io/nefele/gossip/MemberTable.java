package io.nefele.gossip;

import io.nefele.core.AgentId;
import io.nefele.core.Endpoint;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The best claim heard about every agent, members and tombstones alike, with digests that are kept
 * up to date row by row. A tombstone is simply the row of a removed agent: it outranks all older
 * news of the agent, so old news never raises the dead.
 */
final class MemberTable {
  /** One for each bit of a {@code long}. */
  static final int BUCKETS = 64;

  private final TreeMap<AgentId, Member> rows = new TreeMap<>();

  /** The same rows, for look-ups, which are most of what is done with them. */
  private final Map<AgentId, Member> byAgent = new LinkedHashMap<>();

  private final Map<Endpoint, AgentId> byEndpoint = new LinkedHashMap<>();
  private final TreeMap<AgentId, Instant> goneSince = new TreeMap<>();
  private final long[] buckets = new long[BUCKETS];
  private long hash;
  private int presentCount;
  private List<Member> present = List.of();
  private boolean presentStale;

  Optional<Member> get(AgentId agent) {
    return Optional.ofNullable(byAgent.get(agent));
  }

  Optional<Member> present(AgentId agent) {
    return get(agent).filter(member -> member.state().present());
  }

  /** The agent that listens, or listened last, at {@code endpoint}. */
  Optional<Member> byEndpoint(Endpoint endpoint) {
    return Optional.ofNullable(byEndpoint.get(endpoint)).flatMap(this::get);
  }

  void put(Member row, Instant now) {
    Member old = rows.put(row.agent(), row);
    byAgent.put(row.agent(), row);
    if (old != null) {
      weigh(old, -1);
    }
    weigh(row, 1);
    if (old != null && !old.endpoint().equals(row.endpoint())) {
      byEndpoint.remove(old.endpoint(), row.agent());
    }
    claimEndpoint(row);
    if (row.state().present()) {
      goneSince.remove(row.agent());
    } else {
      goneSince.putIfAbsent(row.agent(), now);
    }
    presentStale = true;
  }

  /** All members in the order of their ids. */
  List<Member> present() {
    if (presentStale) {
      present = rows.values().stream().filter(row -> row.state().present()).toList();
      presentStale = false;
    }
    return present;
  }

  int presentCount() {
    return presentCount;
  }

  Collection<Member> rows() {
    return rows.values();
  }

  /** Agents that were removed, without those that left of their own will. */
  List<Member> removed() {
    List<Member> removed = new ArrayList<>();
    for (AgentId agent : goneSince.keySet()) {
      get(agent).filter(row -> row.state() == MemberState.REMOVED).ifPresent(removed::add);
    }
    return removed;
  }

  boolean hasGone() {
    return !goneSince.isEmpty();
  }

  /** Drops the tombstones that are older than {@code retention}. */
  void forgetGone(Instant now, Duration retention) {
    goneSince
        .entrySet()
        .removeIf(
            (Map.Entry<AgentId, Instant> gone) -> {
              boolean old = gone.getValue().plus(retention).isBefore(now);
              if (old) {
                Member row = rows.remove(gone.getKey());
                byAgent.remove(gone.getKey());
                if (row != null) {
                  byEndpoint.remove(row.endpoint(), row.agent());
                }
              }
              return old;
            });
  }

  TableDigest digest() {
    return new TableDigest(hash, presentCount);
  }

  List<Long> bucketDigests() {
    List<Long> digests = new ArrayList<>(BUCKETS);
    for (long bucket : buckets) {
      digests.add(bucket);
    }
    return digests;
  }

  /** A bit for each bucket whose digest is another one in {@code theirs}. */
  long bucketsUnlike(List<Long> theirs) {
    long unlike = 0;
    for (int i = 0; i < BUCKETS; i++) {
      if (buckets[i] != theirs.get(i)) {
        unlike |= 1L << i;
      }
    }
    return unlike;
  }

  static int bucketOf(AgentId agent) {
    return (int) (mix(agent.value()) >>> 58);
  }

  /** A member keeps its endpoint against the memory of a removed one. */
  private void claimEndpoint(Member row) {
    boolean taken =
        byEndpoint(row.endpoint()).filter(holder -> holder.state().present()).isPresent();
    if (row.state().present() || !taken) {
      byEndpoint.put(row.endpoint(), row.agent());
    }
  }

  private void weigh(Member row, int sign) {
    if (!row.state().present()) {
      return;
    }
    long rowHash = mix(mix(mix(row.agent().value()) + row.boot().epoch()) + row.incarnation());
    buckets[bucketOf(row.agent())] ^= rowHash;
    hash ^= rowHash;
    presentCount += sign;
  }

  /** The finaliser of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014). */
  private static long mix(long z) {
    z += 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
