package io.nefele.gossip;

import io.nefele.core.AgentBoot;
import io.nefele.core.Endpoint;
import java.time.Duration;

/** What a {@link Gossip} core wants done. */
public sealed interface GossipEffect {

  /** Send as one datagram, at most {@link GossipConfig#maxDatagramBytes()}; may get lost. */
  record Send(Endpoint to, GossipMessage message) implements GossipEffect {}

  /** Send over a reliable stream, of any size; a connection that fails loses it silently. */
  record SendStream(Endpoint to, GossipMessage message) implements GossipEffect {}

  /**
   * Hold a connection to {@code to} for as long as {@code lease}, and tell {@link
   * GossipInput.WatchBroken} if it cannot be opened or breaks before.
   */
  record Watch(Endpoint to, Duration lease) implements GossipEffect {}

  /** Tell {@link GossipInput.TimerFired} after {@code delay}; replaces a pending equal timer. */
  record SetTimer(GossipTimer timer, Duration delay) implements GossipEffect {}

  /** Forget a pending timer, if there is one. */
  record CancelTimer(GossipTimer timer) implements GossipEffect {}

  /** The membership changed; the queries already show it. */
  record MemberChanged(MemberEvent event) implements GossipEffect {}

  /**
   * A later life of this very agent is at work ({@code by} has the higher epoch), or another agent
   * with a copy of its disk ({@code by} is this very boot): this one has to stop.
   */
  record Superseded(AgentBoot by) implements GossipEffect {}
}
