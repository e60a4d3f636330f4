package io.nefele.agent.core;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.hierarchy.GroupId;
import io.nefele.hierarchy.relay.Tree;
import io.nefele.table.Holdings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Where this agent stands among the groups of the home service. */
final class FabricStanding implements Holdings.Standing {
  /** One may be gone, another on the way of being replaced. */
  private static final int KEEPERS = 3;

  private final AgentBoot self;
  private final Fabric fabric;
  private final Tree tree;

  FabricStanding(AgentBoot self, Fabric fabric) {
    this.self = self;
    this.fabric = fabric;
    this.tree = new FabricTree(fabric, fabric.homeService());
  }

  @Override
  public Optional<String> ledGroup() {
    return fabric
        .group()
        .filter(group -> fabric.viewOf(group).getFirst().equals(self))
        .map(FabricReport::label);
  }

  /** The leader of the top group, and then those with the least ids: gossip knows no order. */
  @Override
  public List<AgentId> keepers() {
    Optional<GroupId> top = tree.top().filter(group -> group.level() > 0);
    if (top.isEmpty()) {
      return List.of();
    }
    List<AgentId> members = new ArrayList<>();
    tree.members(top.get()).forEach(member -> members.add(member.agent()));
    if (!members.isEmpty()) {
      members.subList(1, members.size()).sort(null);
    }
    return List.copyOf(members.subList(0, Math.min(KEEPERS, members.size())));
  }
}
