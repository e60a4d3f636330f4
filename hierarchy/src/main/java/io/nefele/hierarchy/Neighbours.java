package io.nefele.hierarchy;

import io.nefele.core.AgentBoot;
import io.nefele.hierarchy.Phase.Inside;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The other groups of a level, as far as they are known. What a member of this one still says about
 * the one it came from is old, and so is what somebody said who has just left this one.
 */
final class Neighbours {
  private final int level;
  private final KnownPeers peers;
  private final Departed departed;
  private Optional<Found> found = Optional.empty();

  /** What was found, for as long as it holds: many ask within one step. */
  private record Found(Inside in, long peers, long departed, List<GroupAdvert> groups) {}

  Neighbours(int level, KnownPeers peers) {
    this.level = level;
    this.peers = peers;
    this.departed = new Departed(level, peers);
  }

  /** In another group, or in none. */
  void begin() {
    departed.begin();
    found = Optional.empty();
  }

  void viewChanged(Instant now, List<AgentBoot> before, List<AgentBoot> after) {
    departed.viewChanged(now, before, after);
  }

  /** Forgets what is old; returns when there will be more to forget. */
  Optional<Duration> forgetIn(Instant now) {
    return departed.forgetIn(now);
  }

  /** In the order of their leaders' ids. */
  List<GroupAdvert> of(Inside in) {
    Optional<Found> holds = found.filter(last -> isCurrent(last, in));
    if (holds.isPresent()) {
      return holds.get().groups();
    }
    TreeSet<AgentBoot> members = new TreeSet<>(in.members());
    List<GroupAdvert> groups = peers.groups(level);
    groups.removeIf(group -> members.contains(group.leader()) || departed.said(group));
    found = Optional.of(new Found(in, peers.version(), departed.version(), groups));
    return groups;
  }

  /** Other leaders of the same group id, as after a healed cut. */
  List<AgentBoot> rivals(Inside in) {
    List<AgentBoot> rivals = new ArrayList<>();
    for (GroupAdvert other : of(in)) {
      if (other.group().equals(in.group())) {
        rivals.add(other.leader());
      }
    }
    return rivals;
  }

  private boolean isCurrent(Found last, Inside in) {
    return last.in().equals(in)
        && last.peers() == peers.version()
        && last.departed() == departed.version();
  }
}
