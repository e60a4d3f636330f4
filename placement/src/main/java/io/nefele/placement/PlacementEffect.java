package io.nefele.placement;

import io.nefele.core.AgentId;
import io.nefele.core.ProcessId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What a {@link Placement} wants done. */
public sealed interface PlacementEffect {

  /** To an agent, this one included. */
  record Send(AgentId to, PlacementMessage message) implements PlacementEffect {}

  /**
   * Make processes on this server, all or none; answered by {@link PlacementInput.Prepared}, with
   * the processes in the order of the components, or {@link PlacementInput.PrepareFailed}.
   *
   * @param participants all agents that make processes of the request
   */
  record Prepare(
      RequestKey key, List<Component> components, boolean gated, List<AgentId> participants)
      implements PlacementEffect {}

  /** What is being prepared is not wanted any more; it need not be finished. */
  record Unprepare(RequestKey key) implements PlacementEffect {}

  /**
   * End processes of this server, and have those that can be started again placed anew: they give
   * way to others of a higher priority. Each is awaited as {@link PlacementInput.Ended}.
   */
  record Preempt(List<ProcessId> processes) implements PlacementEffect {}

  /**
   * Write down that a request is open here, so that {@link PlacementInput.Reopened} tells of it
   * after a crash; before its processes are let go.
   *
   * @param participants all agents that make processes of the request
   */
  record KeepOpen(RequestKey key, List<AgentId> participants) implements PlacementEffect {}

  /** What was written down of that request need not be kept any longer. */
  record ForgetOpen(RequestKey key) implements PlacementEffect {}

  /** Let prepared processes of this server run. */
  record Release(List<ProcessId> processes) implements PlacementEffect {}

  /** End prepared or running processes of this server. */
  record Discard(List<ProcessId> processes) implements PlacementEffect {}

  record SetTimer(PlacementTimer timer, Duration delay) implements PlacementEffect {}

  record CancelTimer(PlacementTimer timer) implements PlacementEffect {}

  /** The request is served: all of its processes run. They are in the order of its components. */
  record Placed(long token, List<ProcessId> processes, Decision decision)
      implements PlacementEffect {}

  /** The request could be served, and its places are held for the time asked for. */
  record Planned(long token, Decision decision) implements PlacementEffect {}

  /**
   * The request is not served, and nothing of it is held.
   *
   * @param decision if it came to one
   */
  record Refused(long token, Refusal refusal, Optional<Decision> decision)
      implements PlacementEffect {}

  /** Why a request was not served. */
  sealed interface Refusal {
    /**
     * @param fitting how many of the asked would have fitted
     * @param each what the first that did not fit needs
     * @param largestFree the most that one server has free, the closest fit
     * @param lacking what would have had to differ there
     */
    record NoRoom(int asked, int fitting, Resources each, Resources largestFree, String lacking)
        implements Refusal {}

    /** A server that was to run them can't. */
    record Declined(String reason) implements Refusal {}

    /** Whoever asked is gone. */
    record Cancelled() implements Refusal {}

    /** There is no such plan, or its time is up. */
    record NoPlan(RequestKey plan) implements Refusal {}

    /** Agents fell silent in the middle of it. */
    record Lost(List<AgentId> agents) implements Refusal {}
  }
}
