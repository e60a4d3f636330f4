package io.nefele.gossip;

/** A change of the membership as one agent sees it. Never about the agent itself. */
public sealed interface MemberEvent {

  /** The member as it is now known. */
  Member member();

  /** Seen for the first time, or back after it was removed or had left. */
  record Joined(Member member) implements MemberEvent {}

  /** Failed a probe; still a member until {@link Removed}. */
  record Suspected(Member member) implements MemberEvent {}

  /** Showed that the suspicion was wrong. */
  record Refuted(Member member) implements MemberEvent {}

  /** Said goodbye; it is no member any more. */
  record Left(Member member) implements MemberEvent {}

  /** Did not refute a suspicion in time; it is no member any more. */
  record Removed(Member member) implements MemberEvent {}

  /** Was removed or left so long ago that from now on nothing is known of it any more. */
  record Forgotten(Member member) implements MemberEvent {}

  /**
   * The same agent in a higher boot epoch, with nothing between: all that its earlier life held in
   * memory is gone.
   */
  record Restarted(Member member) implements MemberEvent {}

  /** Told new metadata, or moved to another endpoint. */
  record MetadataUpdated(Member member) implements MemberEvent {}
}
