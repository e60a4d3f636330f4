package io.nefele.contract;

import io.nefele.core.Endpoint;
import io.nefele.gossip.GossipMessage;
import java.util.List;
import java.util.function.Predicate;

/** Agents on a transport for gossip, and a network between them that may be bad to datagrams. */
public interface PacketBed extends AutoCloseable {

  /** Starts an agent that does nothing by itself. */
  Endpoint startPuppet();

  /** Starts an agent that runs the membership protocol. */
  Endpoint startSwim();

  void datagram(Endpoint from, Endpoint to, GossipMessage message);

  void stream(Endpoint from, Endpoint to, GossipMessage message);

  /** Has {@code from} hold a connection to {@code to}. */
  void watch(Endpoint from, Endpoint to);

  /** Ends the agent as a crash does; returns when nothing listens there any more. */
  void crash(Endpoint agent);

  List<PacketEvent> events();

  /**
   * Lets time go by until {@code condition} holds of the events.
   *
   * @throws AssertionError if it does not within the bed's patience
   */
  void await(String what, Predicate<List<PacketEvent>> condition);

  @Override
  void close();
}
