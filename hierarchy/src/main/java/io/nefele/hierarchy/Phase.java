package io.nefele.hierarchy;

import io.nefele.core.AgentBoot;
import java.util.List;

/** Where an agent stands with regard to the groups of one level. */
sealed interface Phase {

  /** In no group, looking for one. */
  record Outside() implements Phase {}

  /**
   * Opened a group of its own, waits for its first view; will then call {@code followers} out of
   * {@code from} and answer those who asked meanwhile.
   */
  record Founding(GroupId group, GroupId from, List<AgentBoot> followers) implements Phase {}

  /** Was let into a group, waits for the view. */
  record Joining(GroupId group, AgentBoot contact, int epoch) implements Phase {}

  /** Member of a group, its leader if it stands first. */
  record Inside(GroupId group, List<AgentBoot> members, int epoch) implements Phase {
    AgentBoot leader() {
      return members.getFirst();
    }

    /** What {@code self}, a member, tells of it. */
    GroupAdvert advert(AgentBoot self) {
      return new GroupAdvert(group, leader(), epoch, leader().equals(self) ? members.size() : 0);
    }
  }
}
