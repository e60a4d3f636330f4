package io.nefele.placement;

/** Timers of a {@link Placement}. */
public sealed interface PlacementTimer {

  /** The requester's patience with the current phase of a request. */
  record Patience(RequestKey key) implements PlacementTimer {}

  /** To try again what others were quicker with. */
  record Again(RequestKey key) implements PlacementTimer {}

  /** To tell once more that a request is off. */
  record Withdrawal(RequestKey key) implements PlacementTimer {}

  /** To ask those once more that have not said how far they are. */
  record Inquest(RequestKey key) implements PlacementTimer {}

  /** A participant's patience with a requester that has not come back. */
  record HoldExpiry(RequestKey key) implements PlacementTimer {}
}
