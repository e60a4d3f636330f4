package io.nefele.hierarchy;

import io.nefele.core.AgentBoot;
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

  Surroundings(HierarchyConfig config, AgentBoot self, RandomGenerator random) {
    this.config = config;
    this.self = self;
    this.random = random;
    this.peers = new KnownPeers(config.service());
    this.choices = new Choices(config, self, peers);
  }

  GroupId newGroup(int level) {
    return new GroupId(config.service(), level, self, ++groupCounter);
  }
}
