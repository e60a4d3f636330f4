package io.nefele.sim.plan;

/** What a crash leaves on an agent's disk. */
public enum Disk {
  /** All that was written. */
  KEPT,
  /** All but the last writes, which were on their way. */
  TORN,
  /** Nothing, not even who the agent was. */
  LOST
}
