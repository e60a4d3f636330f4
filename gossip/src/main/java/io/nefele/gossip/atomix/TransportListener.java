package io.nefele.gossip.atomix;

import io.nefele.core.Endpoint;
import io.nefele.gossip.GossipMessage;
import java.util.List;

/**
 * Hears what comes in. Called on the transport's threads, several at a time; an implementation only
 * hands over to the agent's loop.
 */
public interface TransportListener {

  /** A message came, by datagram or stream, from the agent at {@code from}. */
  void received(Endpoint from, GossipMessage message);

  /** Agents may be at these endpoints; told again and again. */
  void discovered(List<Endpoint> endpoints);

  /** The host of {@code to} is up, and nothing listens at its port. */
  void refused(Endpoint to);

  /** A watch of {@code to} could not be opened, or was closed from there. */
  void watchBroken(Endpoint to);
}
