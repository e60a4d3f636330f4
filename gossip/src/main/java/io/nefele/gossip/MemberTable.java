package io.nefele.gossip;

import io.nefele.core.AgentId;
import io.nefele.core.Endpoint;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
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

  private final MemberIndex<AgentId> byAgent =
      new MemberIndex<>(Member::agent, agent -> Long.hashCode(agent.value()));
  private final MemberIndex<Endpoint> byEndpoint =
      new MemberIndex<>(
          Member::endpoint, endpoint -> endpoint.host().hashCode() * 31 + endpoint.port());
  private final long[] digests = new long[BUCKETS];
  private final TreeMap<AgentId, Instant> goneSince = new TreeMap<>();
  private long hash;
  private int presentCount;
  private List<Member> present = List.of();
  private boolean presentStale;

  /** Who is present changes far less often than what is known of them. */
  private List<AgentId> presentAgents = List.of();

  private boolean presentAgentsStale;

  Optional<Member> get(AgentId agent) {
    return Optional.ofNullable(byAgent.get(agent));
  }

  Optional<Member> present(AgentId agent) {
    return get(agent).filter(member -> member.state().present());
  }

  /** The agent that listens, or listened last, at {@code endpoint}. */
  Optional<Member> byEndpoint(Endpoint endpoint) {
    return Optional.ofNullable(byEndpoint.get(endpoint));
  }

  void put(Member row, Instant now) {
    Member old = byAgent.put(row);
    if (old != null) {
      weigh(old, -1);
      if (!old.endpoint().equals(row.endpoint())) {
        releaseEndpoint(old);
      }
    }
    weigh(row, 1);
    claimEndpoint(row);
    if (row.state().present()) {
      goneSince.remove(row.agent());
    } else {
      goneSince.putIfAbsent(row.agent(), now);
    }
    presentStale = true;
    presentAgentsStale |= row.state().present() != (old != null && old.state().present());
  }

  /** All members in the order of their ids. */
  List<Member> present() {
    if (presentStale) {
      present =
          byAgent.rows().stream()
              .filter(row -> row.state().present())
              .sorted(Comparator.comparing(Member::agent))
              .toList();
      presentStale = false;
    }
    return present;
  }

  /** The ids of all members, in their order. */
  List<AgentId> presentAgents() {
    if (presentAgentsStale) {
      presentAgents = present().stream().map(Member::agent).toList();
      presentAgentsStale = false;
    }
    return presentAgents;
  }

  int presentCount() {
    return presentCount;
  }

  /** The rows of the buckets that have a bit in {@code wanted}, by bucket; else none. */
  List<List<Member>> rowsByBucket(long wanted) {
    List<List<Member>> byBucket = new ArrayList<>(BUCKETS);
    for (int i = 0; i < BUCKETS; i++) {
      byBucket.add(new ArrayList<>());
    }
    for (Member row : byAgent.rows()) {
      int bucket = bucketOf(mix(row.agent().value()));
      if ((wanted >>> bucket & 1) == 1) {
        byBucket.get(bucket).add(row);
      }
    }
    return byBucket;
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

  /** Drops the tombstones that are older than {@code retention}, and returns them. */
  List<Member> forgetGone(Instant now, Duration retention) {
    List<Member> forgotten = new ArrayList<>();
    goneSince
        .entrySet()
        .removeIf(
            (Map.Entry<AgentId, Instant> gone) -> {
              boolean old = gone.getValue().plus(retention).isBefore(now);
              if (old) {
                Member row = byAgent.remove(gone.getKey());
                if (row != null) {
                  releaseEndpoint(row);
                  forgotten.add(row);
                }
              }
              return old;
            });
    return forgotten;
  }

  TableDigest digest() {
    return new TableDigest(hash, presentCount);
  }

  List<Long> bucketDigests() {
    List<Long> list = new ArrayList<>(BUCKETS);
    for (long digest : digests) {
      list.add(digest);
    }
    return list;
  }

  /** A bit for each bucket whose digest is another one in {@code theirs}. */
  long bucketsUnlike(List<Long> theirs) {
    long unlike = 0;
    for (int i = 0; i < BUCKETS; i++) {
      if (digests[i] != theirs.get(i)) {
        unlike |= 1L << i;
      }
    }
    return unlike;
  }

  private static int bucketOf(long idHash) {
    return (int) (idHash >>> 58);
  }

  /** A member keeps its endpoint against the memory of a removed one. */
  private void claimEndpoint(Member row) {
    Member holder = byEndpoint.get(row.endpoint());
    if (row.state().present()
        || holder == null
        || !holder.state().present()
        || holder.agent().equals(row.agent())) {
      byEndpoint.put(row);
    }
  }

  private void releaseEndpoint(Member row) {
    Member holder = byEndpoint.get(row.endpoint());
    if (holder != null && holder.agent().equals(row.agent())) {
      byEndpoint.remove(row.endpoint());
    }
  }

  private void weigh(Member row, int sign) {
    if (!row.state().present()) {
      return;
    }
    long idHash = mix(row.agent().value());
    long rowHash = mix(mix(idHash + row.boot().epoch()) + row.incarnation());
    digests[bucketOf(idHash)] ^= rowHash;
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
