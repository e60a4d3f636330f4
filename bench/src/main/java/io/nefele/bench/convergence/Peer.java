package io.nefele.bench.convergence;

import java.util.List;

/**
 * A number of members of one system, all on this machine's loopback. Members are numbered from 0.
 * Not thread-safe.
 */
interface Peer extends AutoCloseable {

  /** Starts all members as nearly at once as the system allows; they need not know each other. */
  void start() throws Exception;

  /** How many members, itself included, {@code member} holds for alive now. */
  int known(int member) throws Exception;

  /** Ends {@code member} as a crash would: it says no goodbye. */
  void kill(int member) throws Exception;

  /** Lets {@code member} say something new of itself. Only if the system has such a thing. */
  default void announce(int member, String news) throws Exception {
    throw new UnsupportedOperationException("its members can't tell anything new of themselves");
  }

  /** Whether {@code member} knows that {@code from} said {@code news}. */
  default boolean hasHeard(int member, int from, String news) throws Exception {
    return false;
  }

  /** The processes that members are in: their processor time is counted. */
  default List<Long> processes() throws Exception {
    return List.of(ProcessHandle.current().pid());
  }

  /** Ends all members that are left. */
  @Override
  void close() throws Exception;
}
