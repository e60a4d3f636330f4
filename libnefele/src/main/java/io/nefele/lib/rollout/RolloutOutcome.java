package io.nefele.lib.rollout;

/** How it went. */
public sealed interface RolloutOutcome {
  /** There are just as many as wanted, all of the new revision and ready. */
  record Replaced() implements RolloutOutcome {}

  /** There are as many of each revision as there were before. */
  record RolledBack(String reason) implements RolloutOutcome {}

  /** The pool is left as it is: it can't be brought back either. */
  record GivenUp(String reason) implements RolloutOutcome {}
}
