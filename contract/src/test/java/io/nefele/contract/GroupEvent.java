package io.nefele.contract;

import io.nefele.core.AgentBoot;
import io.nefele.hierarchy.GroupId;
import java.util.List;

/** What an agent did with a group transport, or heard from it. */
public sealed interface GroupEvent {

  /** The agent that did or heard it. */
  AgentBoot at();

  record Opened(AgentBoot at, GroupId group) implements GroupEvent {}

  record Closed(AgentBoot at, GroupId group) implements GroupEvent {}

  record Crashed(AgentBoot at) implements GroupEvent {}

  record Installed(AgentBoot at, GroupId group, List<AgentBoot> members) implements GroupEvent {
    public Installed {
      members = List.copyOf(members);
    }
  }

  record Broadcast(AgentBoot at, GroupId group, int number) implements GroupEvent {}

  record Delivered(AgentBoot at, GroupId group, AgentBoot from, int number) implements GroupEvent {}

  record Sent(AgentBoot at, AgentBoot to, int number) implements GroupEvent {}

  record Received(AgentBoot at, AgentBoot from, int number) implements GroupEvent {}
}
