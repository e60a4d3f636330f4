package io.nefele.hierarchy;

/**
 * A step of the federation, for logs and the console.
 *
 * @param kind what happened
 * @param group to which group
 * @param why for people
 */
public record HierarchyEvent(Kind kind, GroupId group, String why) {
  /** What happened. */
  public enum Kind {
    /** This agent founded the group. */
    FORMED,
    /** This agent became a member of it. */
    JOINED,
    /** This agent, its leader, split it. */
    SPLIT,
    /** This agent, its leader, moves it into another one. */
    MERGED,
    /** This agent leaves it for a nearer one. */
    MOVED,
    /** It has a new leader. */
    LED,
    /** This agent left it. */
    CLOSED
  }
}
