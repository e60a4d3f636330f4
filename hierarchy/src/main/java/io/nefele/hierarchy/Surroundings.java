package io.nefele.hierarchy;

import io.nefele.core.AgentBoot;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** What all levels of one agent share. */
final class Surroundings {
  final HierarchyConfig config;
  final AgentBoot self;
  final RandomGenerator random;
  final KnownPeers peers;
  final Choices choices;
  final Outbox outbox = new Outbox();
  private int groupCounter;

  private final TreeMap<Integer, Pace> paces = new TreeMap<>();
  private final TreeMap<Integer, Fellows> fellows = new TreeMap<>();

  Surroundings(HierarchyConfig config, AgentBoot self, KnownPeers peers, RandomGenerator random) {
    this.config = config;
    this.self = self;
    this.random = random;
    this.peers = peers;
    this.choices = new Choices(config, self, peers);
  }

  /** Outlives the level: one that comes and goes is one that changes groups, too. */
  Pace pace(int level) {
    return paces.computeIfAbsent(level, unused -> new Pace());
  }

  /** Asked for by the level above, too. */
  Fellows fellows(int level) {
    return fellows.computeIfAbsent(level, its -> new Fellows(its, this));
  }

  /** Who is going to be at {@code level}, though gossip has not told of it. */
  List<AgentBoot> awaitedAt(int level) {
    return level == 0 ? List.of() : fellows(level - 1).awaited();
  }

  /** Tells all other {@code members} where to go. */
  void call(List<AgentBoot> members, HierarchyMessage.Move move) {
    for (AgentBoot member : members) {
      if (!member.equals(self)) {
        outbox.send(member, move);
      }
    }
  }

  GroupId newGroup(int level) {
    return new GroupId(config.service(), level, self, ++groupCounter);
  }
}
