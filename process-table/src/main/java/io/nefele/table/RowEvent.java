package io.nefele.table;

/**
 * Something that happened to a process, as an agent has noticed it.
 *
 * <p>Events of one process are in the order of what they rest on: ({@code epoch}, {@code change}),
 * what its agent tells before what others tell. Clocks have no part in it.
 *
 * @param row after it
 * @param epoch of the row's agent, and
 * @param change the number of that agent's change that the teller knew as the last of this row
 */
public record RowEvent(Kind kind, ProcessRow row, int epoch, long change) {

  /** What happened. The order is that of events that rest on the same change. */
  public enum Kind {
    STARTED,
    /** Its name is another one. */
    RENAMED,
    /** It has ended and is going to be started again. */
    RESTARTING,
    EXITED,
    /** Its agent is gone, or it is and nobody saw how. */
    LOST,
    /** Its agent is back, and so is the process. */
    FOUND
  }

  static RowEvent of(Kind kind, Shard.VersionedRow row) {
    return new RowEvent(kind, row.row(), row.version().epoch(), row.version().counter());
  }
}
