package io.nefele.bench.convergence;

import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;

/** All members of a trial, in whatever processes they run. Not thread-safe. */
interface Fleet extends AutoCloseable {

  /** Starts all members as nearly at once as the system allows; they need not know each other. */
  void start() throws Exception;

  /** How many members, itself included, each member that runs holds for alive now. */
  SortedMap<Integer, Integer> known() throws Exception;

  /** Lets {@code member}, which is not to be killed, say something new of itself. */
  void announce(int member, String news) throws Exception;

  /** The members who know that {@code from} said {@code news}. */
  SortedSet<Integer> hearers(int from, String news) throws Exception;

  /** Kills the processes of the members that this was agreed of, with SIGKILL. */
  void kill() throws Exception;

  /** The processes that members are in: their processor time is counted. */
  List<Long> processes() throws Exception;

  /** Ends all members that are left. */
  @Override
  void close() throws Exception;
}
