package io.nefele.gossip;

import io.nefele.core.Bytes;
import io.nefele.core.Endpoint;
import java.util.List;

/** What a {@link Gossip} core is told. */
public sealed interface GossipInput {

  /** The agent is up and can send; told once, before all else. */
  record Started() implements GossipInput {}

  /**
   * Endpoints where agents may be: seeds, or what discovery found. May be told again and again; the
   * agent's own endpoint among them does no harm.
   */
  record Discovered(List<Endpoint> endpoints) implements GossipInput {
    public Discovered {
      endpoints = List.copyOf(endpoints);
    }
  }

  /**
   * A message came, by datagram or stream.
   *
   * @param from the sender's own endpoint, as its {@link Member} row gives it
   */
  record Received(Endpoint from, GossipMessage message) implements GossipInput {}

  /**
   * A {@link GossipEffect.SendStream} met a host that is up and on which nothing listens at that
   * port (a refused connection, not a timeout). Optional news: it makes a killed agent known
   * sooner.
   */
  record Refused(Endpoint to) implements GossipInput {}

  /**
   * A connection of {@link GossipEffect.Watch} was closed by the other side, or could not be
   * opened. Optional news like a refusal, and weaker: it only makes the agent look.
   */
  record WatchBroken(Endpoint to) implements GossipInput {}

  /** A timer of {@link GossipEffect.SetTimer} ran out. */
  record TimerFired(GossipTimer timer) implements GossipInput {}

  /** The agent says something new of itself; at most {@link Member#MAX_METADATA_BYTES}. */
  record MetadataChanged(Bytes metadata) implements GossipInput {}

  /** The agent is about to stop. After this the core only forgets. */
  record LeaveRequested() implements GossipInput {}
}
