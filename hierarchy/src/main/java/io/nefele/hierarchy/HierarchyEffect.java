package io.nefele.hierarchy;

import io.nefele.core.AgentBoot;
import java.time.Duration;
import java.util.List;

/** What a {@link Hierarchy} wants done. */
public sealed interface HierarchyEffect {

  /**
   * Join {@code group} through its leader, the one contact; with no contact, be its first member.
   */
  record OpenGroup(GroupId group, List<AgentBoot> contacts) implements HierarchyEffect {
    public OpenGroup {
      contacts = List.copyOf(contacts);
    }
  }

  /** Leave {@code group}. */
  record CloseGroup(GroupId group) implements HierarchyEffect {}

  /** Send to another agent; may be lost. */
  record Send(AgentBoot to, HierarchyMessage message) implements HierarchyEffect {}

  /** Fire {@code timer} once after {@code delay}; replaces the equal timer that runs. */
  record SetTimer(HierarchyTimer timer, Duration delay) implements HierarchyEffect {}

  /** Do not fire {@code timer}. */
  record CancelTimer(HierarchyTimer timer) implements HierarchyEffect {}

  /** Tell all through gossip which groups this agent is in; replaces what was told before. */
  record Advertise(List<GroupAdvert> adverts) implements HierarchyEffect {
    public Advertise {
      adverts = List.copyOf(adverts);
    }
  }

  /** Something that people may want to know. */
  record Told(HierarchyEvent event) implements HierarchyEffect {}
}
