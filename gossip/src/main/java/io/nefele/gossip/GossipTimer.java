package io.nefele.gossip;

import io.nefele.core.AgentId;

/** The timers of a {@link Gossip} core. */
public sealed interface GossipTimer {

  /** The probe under way is over, the next member is to be probed. */
  record ProbeDue() implements GossipTimer {}

  /** The direct probe had no answer yet: ask others. */
  record AckOverdue(int sequence) implements GossipTimer {}

  /** A probe out of turn, or one that met a refusal, has had its time. */
  record ProbeOver(int sequence) implements GossipTimer {}

  /** A probe on behalf of another agent had no answer yet. */
  record RelayOverdue(int sequence) implements GossipTimer {}

  /** A suspicion was not refuted in time. */
  record SuspicionExpired(AgentId suspect) implements GossipTimer {}

  /** Fresh news waits to be sent. */
  record RumoursDue() implements GossipTimer {}

  /** Time to look for agents that are not members, and to forget old tombstones. */
  record ReachOut() implements GossipTimer {}
}
