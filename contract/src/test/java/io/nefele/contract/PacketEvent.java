package io.nefele.contract;

import io.nefele.core.Endpoint;
import io.nefele.gossip.GossipMessage;

/** What an agent did with the transport of gossip, or heard from it. */
public sealed interface PacketEvent {

  /** The agent that did or heard it. */
  Endpoint at();

  /**
   * Sent, as a datagram or over a stream.
   *
   * @param message unlike all others from this agent to that one
   */
  record Posted(Endpoint at, Endpoint to, GossipMessage message) implements PacketEvent {}

  record Arrived(Endpoint at, Endpoint from, GossipMessage message) implements PacketEvent {}

  /** The agent was told that nothing listens at {@code to}. */
  record Refused(Endpoint at, Endpoint to) implements PacketEvent {}

  /** The agent was told that its watch of {@code to} broke. */
  record WatchBroken(Endpoint at, Endpoint to) implements PacketEvent {}

  /** The agent's membership protocol knows so many others. */
  record Knows(Endpoint at, int others) implements PacketEvent {}
}
