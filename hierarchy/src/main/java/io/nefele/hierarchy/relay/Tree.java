package io.nefele.hierarchy.relay;

import io.nefele.core.AgentBoot;
import io.nefele.hierarchy.GroupId;
import java.util.List;
import java.util.Optional;

/** The hierarchy as an agent knows it now, from its own views and from gossip. */
public interface Tree {

  /** The group above all others; empty while there is none. */
  Optional<GroupId> top();

  /** The members of {@code group}, the leader first; none if it is not known. */
  List<AgentBoot> members(GroupId group);

  /** The group of the level below {@code group} that its member {@code leader} leads. */
  Optional<GroupId> ledBy(AgentBoot leader, GroupId group);

  /** All agents that there are, this one too. */
  List<AgentBoot> agents();
}
