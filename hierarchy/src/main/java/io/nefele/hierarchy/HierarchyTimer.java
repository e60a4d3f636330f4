package io.nefele.hierarchy;

/** What a timer is for. Setting a timer that equals one that runs replaces it. */
public sealed interface HierarchyTimer {

  /** At which level. */
  int level();

  /** Time to look at the level again. */
  record Consider(int level) implements HierarchyTimer {}

  /** An answer to a request for room is overdue. */
  record AskOverdue(int level) implements HierarchyTimer {}

  /** The first view of a group that was opened is overdue. */
  record ViewOverdue(int level) implements HierarchyTimer {}

  /** Whether there is a level above has differed from what it should be for long enough. */
  record Settled(int level) implements HierarchyTimer {}
}
