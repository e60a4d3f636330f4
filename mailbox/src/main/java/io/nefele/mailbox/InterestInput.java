package io.nefele.mailbox;

import io.nefele.core.AgentId;
import java.util.List;
import java.util.SortedSet;

/** What {@link Interests} is told. */
public sealed interface InterestInput {

  /**
   * The processes of this agent are interested in this now.
   *
   * @param peers all other agents that are present
   */
  record Changed(SortedSet<Interest> own, List<AgentId> peers) implements InterestInput {
    public Changed {
      peers = List.copyOf(peers);
    }
  }

  /** Gossip says which version of its interests an agent has; 0: it never had any. */
  record PeerKnown(AgentId agent, long version) implements InterestInput {}

  record PeerGone(AgentId agent) implements InterestInput {}

  record Received(AgentId from, InterestMessage message) implements InterestInput {}

  /** {@link InterestEffect.AskAgainSoon} was a while ago. */
  record AskAgain() implements InterestInput {}
}
