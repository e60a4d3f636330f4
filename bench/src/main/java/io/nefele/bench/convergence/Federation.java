package io.nefele.bench.convergence;

import java.util.SortedSet;

/**
 * Members of one system that are a process each, the even ones in one network and the odd ones in
 * another, which can be parted. Not thread-safe.
 */
interface Federation extends AutoCloseable {

  /** Starts all members as nearly at once as the system allows. */
  void start() throws Exception;

  /** Whether each of these sees exactly these, as one tree if the system has such a thing. */
  boolean isWhole(SortedSet<Integer> members) throws Exception;

  /** Who leads all the others; where nobody does, a member that is no seed. */
  int leader() throws Exception;

  /** Ends the process of {@code member} with SIGKILL. */
  void kill(int member) throws Exception;

  /** The process of {@code member}. */
  long pid(int member) throws Exception;

  /** Lets nothing through between the two networks; nobody is told. */
  void part() throws Exception;

  /** Joins the two networks again. */
  void rejoin() throws Exception;

  /** Ends all members that are left, and removes the networks. */
  @Override
  void close() throws Exception;
}
