package io.nefele.placement;

import io.nefele.core.AgentId;
import io.nefele.core.ProcessId;
import java.util.List;

/** Where a participant stands with one request. */
sealed interface Participation {

  /** Offered; nothing exists yet. */
  record Offered() implements Participation {}

  /** Agreed on; what gives way to it has been told to end. */
  record Clearing(PlacementMessage.Commit commit, int beats) implements Participation {}

  /** Being made. */
  record Preparing(List<Component> components, boolean gated, List<AgentId> participants)
      implements Participation {}

  /**
   * Being made, but no longer wanted: to be discarded as soon as they are there. Until they have
   * ended they take what was held for them.
   */
  record Unwanted(List<Component> components) implements Participation {}

  /**
   * Held at the gate.
   *
   * @param promised whether a deputy was told so, whose word alone counts then
   * @param doubts how often a deputy was turned to
   */
  record Ready(List<ProcessId> processes, List<AgentId> participants, boolean promised, int doubts)
      implements Participation {}

  /**
   * Running, or ended before that was settled; still to be undone if another participant failed:
   * remembered for as long as any of them runs, since the requester's word may be kept back by a
   * cut for long.
   *
   * @param participants none if the agent was restarted since and it was settled then
   * @param settled whether it is known that all of the request run
   * @param doubts how often a deputy was turned to
   */
  record Running(List<ProcessId> processes, List<AgentId> participants, boolean settled, int doubts)
      implements Participation {}
}
