package io.nefele.contract;

/** What transports promise. */
public enum Rule {
  /** The dead hear nothing, and nothing is heard of a group that is not open. */
  ONLY_THE_OPEN_HEAR,
  /** Whoever is told a view is in it, and all in it have opened the group. */
  VIEWS_HOLD_MEMBERS,
  /** Two views of the same members have the same order, at all who install them. */
  VIEWS_AGREE,
  /**
   * Who stays keeps the place, who comes stands at the end; so the first one leads until it goes.
   */
  JOINS_APPEND,
  /** Who has gone from a view does not come back under the same boot without opening again. */
  THE_GONE_STAY_GONE,
  /** What is delivered was broadcast, in this group, by this sender. */
  NOTHING_IS_INVENTED,
  /** No broadcast is delivered twice to one member. */
  DELIVERED_ONCE,
  /** The broadcasts of one sender come in its order, and none is left out between two that come. */
  FIFO_BROADCASTS,
  /** What is received was sent to this very boot, by this sender. */
  NOTHING_IS_MISDELIVERED,
  /** No message from one to one is received twice. */
  RECEIVED_ONCE,
  /** Messages from one to one come in the order in which they were sent. */
  FIFO_UNICASTS,
  /** A packet arrives at the one that it was sent to, as it was, with its sender's endpoint. */
  PACKETS_ARRIVE_UNCHANGED,
  /** A datagram comes again only where the network makes copies. */
  DATAGRAMS_ARE_SELDOM_COPIED,
  /** What goes over a stream comes once. */
  STREAMS_ARRIVE_ONCE,
  /** At rest all members of a view have installed it as their last one, and all of them live. */
  VIEWS_SETTLE,
  /** At rest a broadcast has reached all of the sender's view that stayed with it. */
  BROADCASTS_ARRIVE,
  /** At rest a message from one to one has arrived if both live. */
  UNICASTS_ARRIVE;

  /** Whether it need not hold before everything has had time to arrive. */
  boolean isOfRest() {
    return compareTo(VIEWS_SETTLE) >= 0;
  }
}
