package io.nefele.gossip;

/**
 * What is believed about a member, in rising severity: of two claims about the same incarnation the
 * more severe one holds (SWIM section 4.2).
 */
public enum MemberState {
  /** Answers probes, or was vouched for by somebody whom it answered. */
  ALIVE,
  /** Failed a probe and has not refuted that yet; still a member. */
  SUSPECT,
  /** Suspected for too long; no member any more. */
  REMOVED,
  /** Said goodbye; no member any more. */
  LEFT;

  /** Whether an agent in this state counts as a member. */
  public boolean present() {
    return this == ALIVE || this == SUSPECT;
  }
}
