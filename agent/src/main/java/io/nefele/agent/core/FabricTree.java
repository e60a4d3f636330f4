package io.nefele.agent.core;

import io.nefele.agent.core.Fabric.Membership;
import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Name;
import io.nefele.gossip.Member;
import io.nefele.hierarchy.GroupId;
import io.nefele.hierarchy.relay.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The hierarchy of one service: own groups from their views, all others from gossip. */
final class FabricTree implements Tree {
  private final Fabric fabric;
  private final Name service;

  FabricTree(Fabric fabric, Name service) {
    this.fabric = fabric;
    this.service = service;
  }

  @Override
  public Optional<GroupId> top() {
    Optional<GroupId> top = Optional.empty();
    for (Membership membership : fabric.memberships(service)) {
      GroupId group = membership.advert().group();
      if (top.isEmpty() || group.level() > top.get().level()) {
        top = Optional.of(group);
      }
    }
    return top;
  }

  @Override
  public List<AgentBoot> members(GroupId group) {
    List<AgentBoot> view = fabric.viewOf(group);
    if (!view.isEmpty()) {
      return view;
    }
    List<AgentBoot> members = new ArrayList<>();
    for (Membership membership : fabric.memberships(service)) {
      if (membership.advert().group().equals(group)) {
        fabric
            .bootOf(membership.agent())
            .ifPresent(
                boot -> {
                  if (membership.advert().byLeader()) {
                    members.addFirst(boot);
                  } else {
                    members.add(boot);
                  }
                });
      }
    }
    return members;
  }

  @Override
  public Optional<GroupId> ledBy(AgentBoot leader, GroupId group) {
    return fabric.groupsOf(leader.agent()).stream()
        .filter(advert -> advert.group().service().equals(service))
        .filter(advert -> advert.level() == group.level() - 1 && advert.byLeader())
        .map(advert -> advert.group())
        .findFirst();
  }

  @Override
  public List<AgentBoot> agents() {
    List<AgentBoot> agents = new ArrayList<>();
    for (Member member : fabric.members()) {
      AgentId agent = member.agent();
      fabric.bootOf(agent).ifPresent(agents::add);
    }
    return agents;
  }
}
