package io.nefele.sim;

import io.nefele.sim.check.Sometimes;
import io.nefele.sim.plan.FaultPlan;
import io.nefele.sim.world.Violation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a run came to.
 *
 * @param plan what was run
 * @param simulated how long in virtual time
 * @param wall how long in real time
 * @param cpu how much of that the simulation had a processor
 * @param events how many events ran
 * @param checks how many inputs and effects were checked
 * @param datagrams how many were sent
 * @param restAfter from the end of the safety phase until everything was at rest for good
 * @param hash of all that happened
 * @param violation what did not hold
 * @param story the last transitions
 */
record Outcome(
    FaultPlan plan,
    Duration simulated,
    Duration wall,
    Duration cpu,
    long events,
    long checks,
    long datagrams,
    Optional<Duration> restAfter,
    String hash,
    Optional<Violation> violation,
    List<String> story,
    Sometimes sometimes) {

  /** Virtual time per real time. */
  double ratio() {
    return (double) simulated.toNanos() / Math.max(1, wall.toNanos());
  }
}
