package io.nefele.hierarchy;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import java.util.List;

/** What happens to a {@link Hierarchy}. */
public sealed interface HierarchyInput {

  /** The agent runs. First and once. */
  record Started() implements HierarchyInput {}

  /** Gossip has news of a peer, or a first word of it. */
  record PeerChanged(Peer peer) implements HierarchyInput {}

  /** Gossip took a peer for gone. */
  record PeerGone(AgentId peer) implements HierarchyInput {}

  /** A group has a new agreed view; its first member leads it. */
  record ViewInstalled(GroupId group, List<AgentBoot> members) implements HierarchyInput {
    public ViewInstalled {
      members = List.copyOf(members);
    }
  }

  /** A peer sent a message. */
  record Received(AgentBoot from, HierarchyMessage message) implements HierarchyInput {}

  /** A timer set by {@link HierarchyEffect.SetTimer} fired. */
  record TimerFired(HierarchyTimer timer) implements HierarchyInput {}

  /** What is known of peers, kept elsewhere, has changed. */
  record PeersChanged() implements HierarchyInput {}

  /** Distances are better known than before. Now and then, not at each measurement. */
  record DistancesMeasured() implements HierarchyInput {}

  /** The agent shuts down. Nothing is answered afterwards. */
  record LeaveRequested() implements HierarchyInput {}
}
