package io.nefele.lib.rollout;

import io.nefele.core.ProcessId;
import java.util.List;

/** What a rollout hears. */
public sealed interface RolloutInput {
  /** All of the pool that lives, and of what this rollout started also what has ended. */
  record Observed(List<Member> members) implements RolloutInput {}

  /** What was to be {@linkplain RolloutAction.Start started} is there. */
  record Started(List<ProcessId> processes) implements RolloutInput {}

  /** It is not, and nothing of it is left. */
  record NotStarted(String reason) implements RolloutInput {}
}
