package io.nefele.lib.rollout;

import io.nefele.core.ProcessId;

/** What is to be done. */
public sealed interface RolloutAction {
  /** Start so many of a revision, all or none, and tell the rollout. */
  record Start(String revision, int count) implements RolloutAction {}

  /** Tell a process to end. */
  record End(ProcessId process) implements RolloutAction {}

  /** End a process that did not when it was told to. */
  record Kill(ProcessId process) implements RolloutAction {}

  record Finished(RolloutOutcome outcome) implements RolloutAction {}
}
