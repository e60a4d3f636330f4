package io.nefele.hierarchy;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whom to ask for room. All who know the same agents choose the same few seeds, groups that others
 * come to, and spread over them by rendezvous hashing (Thaler, Ravishankar, ToN 1998): many agents
 * started together settle in one round instead of storming one group.
 */
final class Choices {
  /** What to do about having no group, or a small one. */
  sealed interface Choice {
    /** Found a group. */
    record Found() implements Choice {}

    /** Ask {@code leader} for room. */
    record Request(AgentBoot leader, boolean lastResort) implements Choice {}

    /** Others are to come here, or nobody is left to ask. */
    record Stay() implements Choice {}
  }

  private static final Duration LEAST_GAIN = Duration.ofNanos(250_000);

  private final HierarchyConfig config;
  private final AgentBoot self;
  private final KnownPeers peers;

  Choices(HierarchyConfig config, AgentBoot self, KnownPeers peers) {
    this.config = config;
    this.self = self;
    this.peers = peers;
  }

  /**
   * For an agent in no group at {@code level}.
   *
   * @param awaited who is going to be at the level, too
   * @param tried who has refused
   * @param full those of them that lead a group, which could take more in only to split
   */
  Choice forNewcomer(
      int level, List<AgentBoot> awaited, Set<AgentBoot> tried, Set<AgentBoot> full) {
    List<GroupAdvert> groups = peers.groups(level);
    groups.removeIf(group -> tried.contains(group.leader()));
    Optional<AgentBoot> roomy = nearest(withRoom(groups, 1));
    if (roomy.isPresent()) {
      return new Choice.Request(roomy.get(), false);
    }
    List<AgentBoot> newcomers = peers.newcomers(level, self, awaited);
    if (!groups.isEmpty() && newcomers.size() < config.k()) {
      return new Choice.Request(smallest(groups), true);
    }
    List<AgentBoot> seeds = seedsOf(newcomers);
    if (seeds.contains(self)) {
      return new Choice.Found();
    }
    List<AgentBoot> others = new ArrayList<>(seeds);
    others.removeAll(tried);
    if (!others.isEmpty()) {
      return new Choice.Request(rendezvous(others), false);
    }
    // A group of one's own would have to look for others as soon as gossip has told of it.
    return full.isEmpty()
        ? nextInLine(newcomers.subList(seeds.size(), newcomers.size()), tried)
        : new Choice.Request(rendezvous(List.copyOf(full)), true);
  }

  /** The seeds of {@code level} at this moment, as all see them who know the same agents. */
  List<AgentBoot> seeds(int level, List<AgentBoot> awaited) {
    return seedsOf(peers.newcomers(level, self, awaited));
  }

  private List<AgentBoot> seedsOf(List<AgentBoot> newcomers) {
    return newcomers.subList(0, seedCount(newcomers.size()));
  }

  /**
   * No seed takes anybody in, perhaps since it is known too late that it is none any more: the
   * first of {@code candidates} that has not refused is one in its place. All go through them in
   * the same order, so that they meet.
   */
  private Choice nextInLine(List<AgentBoot> candidates, Set<AgentBoot> tried) {
    for (AgentBoot candidate : candidates) {
      if (candidate.equals(self)) {
        return new Choice.Found();
      }
      if (!tried.contains(candidate)) {
        return new Choice.Request(candidate, false);
      }
    }
    return new Choice.Found();
  }

  /** For the leader of a group that {@link #isSmall} beside the {@code others} of its level. */
  Choice forSmallGroup(GroupAdvert mine, List<GroupAdvert> others, Set<AgentBoot> tried) {
    List<GroupAdvert> smalls = new ArrayList<>();
    smalls.add(mine);
    int total = total(mine, others);
    List<GroupAdvert> healthy = new ArrayList<>();
    for (GroupAdvert group : others) {
      (isSmall(group.size(), total) ? smalls : healthy).add(group);
    }
    healthy.removeIf(group -> tried.contains(group.leader()));
    Optional<AgentBoot> roomy = nearest(withRoom(healthy, mine.size()));
    if (roomy.isPresent()) {
      return new Choice.Request(roomy.get(), false);
    }
    if (smalls.size() == 1) {
      return healthy.isEmpty() ? new Choice.Stay() : new Choice.Request(smallest(healthy), true);
    }
    int agents = smalls.stream().mapToInt(GroupAdvert::size).sum();
    smalls.sort(
        Comparator.comparingInt(GroupAdvert::size).thenComparing(GroupAdvert::leader).reversed());
    List<GroupAdvert> seeds =
        new ArrayList<>(smalls.subList(0, Math.min(seedCount(agents), smalls.size())));
    if (seeds.contains(mine)) {
      return new Choice.Stay();
    }
    seeds.removeIf(group -> tried.contains(group.leader()));
    return seeds.isEmpty()
        ? new Choice.Stay()
        : new Choice.Request(rendezvous(seeds.stream().map(GroupAdvert::leader).toList()), false);
  }

  /**
   * Whether the group has to find others: it is below k, or all agents of its level would fit into
   * one group.
   */
  boolean isSmall(GroupAdvert mine, List<GroupAdvert> others) {
    return isSmall(mine.size(), total(mine, others));
  }

  private boolean isSmall(int size, int total) {
    return size < config.k() || total <= config.maxSize();
  }

  private static int total(GroupAdvert mine, List<GroupAdvert> others) {
    return mine.size() + others.stream().mapToInt(GroupAdvert::size).sum();
  }

  /**
   * The leader of a group of {@code level} with room that is clearly nearer than {@code leader}, by
   * 30 % and by more than what differs inside a rack.
   */
  Optional<AgentBoot> nearer(int level, AgentBoot leader, Set<AgentBoot> tried) {
    List<GroupAdvert> groups = withRoom(peers.groups(level), 1);
    return groups.stream()
        .filter(group -> group.size() >= config.k() && !tried.contains(group.leader()))
        .map(GroupAdvert::leader)
        .filter(other -> peers.compare(leader, other).filter(Choices::isClear).isPresent())
        .min(Comparator.comparing(peers::rtt).thenComparing(Comparator.naturalOrder()));
  }

  private static boolean isClear(Distances.Comparison rtt) {
    Duration most = Durations.divide(Durations.multiply(rtt.far(), 7), 10);
    Duration gain = rtt.far().minus(rtt.near());
    return rtt.near().compareTo(most) <= 0 && gain.compareTo(LEAST_GAIN) >= 0;
  }

  /** As many as make groups of about 2k. */
  private int seedCount(int agents) {
    return agents <= config.maxSize() ? 1 : Math.round(agents / (2f * config.k()));
  }

  private List<GroupAdvert> withRoom(List<GroupAdvert> groups, int count) {
    return groups.stream().filter(group -> group.size() + count <= config.maxSize()).toList();
  }

  private static AgentBoot smallest(List<GroupAdvert> groups) {
    return groups.stream()
        .min(Comparator.comparingInt(GroupAdvert::size).thenComparing(GroupAdvert::leader))
        .orElseThrow()
        .leader();
  }

  private Optional<AgentBoot> nearest(List<GroupAdvert> groups) {
    return groups.stream()
        .map(GroupAdvert::leader)
        .min(Comparator.comparingInt(this::distanceClass).thenComparing(byRendezvous()));
  }

  private AgentBoot rendezvous(List<AgentBoot> candidates) {
    return candidates.stream()
        .min(Comparator.comparingInt(this::distanceClass).thenComparing(byRendezvous()))
        .orElseThrow();
  }

  /** Round trips that differ by less than a factor of two are alike; below 250 us all are. */
  private int distanceClass(AgentBoot boot) {
    Duration rtt = peers.rtt(boot);
    return 64 - Long.numberOfLeadingZeros(rtt.toNanos() / 250_000);
  }

  private Comparator<AgentBoot> byRendezvous() {
    AgentId me = self.agent();
    return Comparator.<AgentBoot>comparingLong(boot -> hash(boot.agent().value(), me.value()))
        .thenComparing(Comparator.naturalOrder());
  }

  /** The finaliser of MurmurHash3 over both. */
  static long hash(long a, long b) {
    long h = a * 0x9e3779b97f4a7c15L + b;
    h = (h ^ (h >>> 33)) * 0xff51afd7ed558ccdL;
    h = (h ^ (h >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return h ^ (h >>> 33);
  }
}
