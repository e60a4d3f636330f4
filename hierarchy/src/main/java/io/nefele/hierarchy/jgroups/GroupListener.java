package io.nefele.hierarchy.jgroups;

import io.nefele.core.AgentBoot;
import io.nefele.core.Bytes;
import io.nefele.hierarchy.GroupId;
import java.util.List;

/**
 * What groups and peers tell the agent. Called on any thread, for one group or one sender on one
 * thread at a time and in order; must return soon and must not throw.
 */
public interface GroupListener {

  /**
   * The agreed membership of a group this agent is in.
   *
   * @param members in the order of the view, the same at all members; the first one coordinates
   */
  void view(GroupId group, List<AgentBoot> members);

  /** A broadcast in {@code group}; the sender's own broadcasts come back to it, too. */
  void groupMessage(GroupId group, AgentBoot from, Bytes message);

  /** Messages sent to this agent alone, in order; one at least. */
  void peerMessages(AgentBoot from, List<Bytes> messages);
}
