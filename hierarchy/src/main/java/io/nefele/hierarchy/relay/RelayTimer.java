package io.nefele.hierarchy.relay;

import io.nefele.hierarchy.GroupId;

/** What a timer is for. */
public sealed interface RelayTimer {

  /** Those below {@code group} who have not answered are asked through others. */
  record Retry(QuestionId id, GroupId group) implements RelayTimer {}

  /** The report on {@code group} is due, complete or not. */
  record ReportDue(QuestionId id, GroupId group) implements RelayTimer {}

  /** Those who have not answered so far are asked by the asker itself. */
  record AskDirectly(long number) implements RelayTimer {}

  /** The asker waits no longer. */
  record Deadline(long number) implements RelayTimer {}

  /** What is remembered of a question is of no use any more. */
  record Forget(QuestionId id) implements RelayTimer {}
}
