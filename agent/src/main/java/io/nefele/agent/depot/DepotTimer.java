package io.nefele.agent.depot;

/** Timers of a {@link Depot}. */
public sealed interface DepotTimer {

  /** Look who is silent, as long as something is on its way. */
  record Tick() implements DepotTimer {}
}
