package io.nefele.hierarchy;

import io.nefele.core.AgentBoot;
import java.util.List;
import java.util.Optional;

/** Where an agent stands with regard to the groups of one level. */
sealed interface Phase {

  /** The group that is open, if one is. */
  default Optional<GroupId> open() {
    return switch (this) {
      case Outside _ -> Optional.empty();
      case Founding founding -> Optional.of(founding.group());
      case Joining joining -> Optional.of(joining.group());
      case Inside in -> Optional.of(in.group());
    };
  }

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

    boolean isAtLeast(int size) {
      return members.size() >= size;
    }

    /** What {@code self}, a member, tells of it. */
    GroupAdvert advert(AgentBoot self) {
      return new GroupAdvert(group, leader(), epoch, leader().equals(self) ? members.size() : 0);
    }
  }
}
