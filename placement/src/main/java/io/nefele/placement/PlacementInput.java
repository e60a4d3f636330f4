package io.nefele.placement;

import io.nefele.core.AgentId;
import io.nefele.core.ProcessId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What happens to a {@link Placement}. */
public sealed interface PlacementInput {

  /**
   * Somebody wants processes.
   *
   * @param token the caller's own, comes back with the outcome
   * @param components at least one
   * @param keep if more than zero, the processes are not made yet, but their place is held for that
   *     long: answered by {@link PlacementEffect.Planned}
   * @param circles whom to ask, nearest first: each circle is asked only if those before it can't
   *     serve the request
   */
  record Requested(
      long token, List<Component> components, Duration keep, List<List<AgentId>> circles)
      implements PlacementInput {}

  /**
   * Make the processes of a plan, just where they were planned.
   *
   * @param token the caller's own, comes back with the outcome
   */
  record CommitPlan(long token, RequestKey plan) implements PlacementInput {}

  /** Nobody will make the processes of a plan: its places are free again. */
  record PlanDropped(RequestKey plan) implements PlacementInput {}

  /** Whoever asked is gone: what has not been let go is called off. */
  record Cancelled(long token) implements PlacementInput {}

  /** This server is in that group at level 0 now; empty if in none. */
  record Grouped(String group) implements PlacementInput {}

  /** From now on this server is drained, and takes nothing; or is drained no more. */
  record Drained(boolean drained) implements PlacementInput {}

  record Received(AgentId from, PlacementMessage message) implements PlacementInput {}

  /** The outcome of {@link PlacementEffect.Prepare}: they are there. */
  record Prepared(RequestKey key, List<ProcessId> processes) implements PlacementInput {}

  /** The outcome of {@link PlacementEffect.Prepare}: at least one is not, so none is. */
  record PrepareFailed(RequestKey key, String reason) implements PlacementInput {}

  /**
   * What {@link PlacementEffect.Prepare} asks for takes longer, but goes on: to be said again and
   * again, until there is an outcome.
   */
  record StillPreparing(RequestKey key) implements PlacementInput {}

  /**
   * A request was open here when the agent crashed ({@link PlacementEffect.KeepOpen}); comes before
   * its processes are {@link Adopted}.
   *
   * @param participants all agents that make processes of it
   */
  record Reopened(RequestKey key, List<AgentId> participants) implements PlacementInput {}

  /**
   * A process of this server from before the agent's start is still there.
   *
   * @param request of which it is, if that is known
   */
  record Adopted(ProcessId process, Resources granted, Tags tags, Optional<RequestKey> request)
      implements PlacementInput {}

  /** A process of this server has ended. */
  record Ended(ProcessId process) implements PlacementInput {}

  /** An agent is gone from the fabric. */
  record AgentLost(AgentId agent) implements PlacementInput {}

  record TimerFired(PlacementTimer timer) implements PlacementInput {}
}
