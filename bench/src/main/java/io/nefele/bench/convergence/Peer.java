package io.nefele.bench.convergence;

import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Members of one system, run by this process on the loopback address. Not thread-safe. */
interface Peer extends AutoCloseable {

  /** The numbers of the members. */
  SortedSet<Integer> members();

  /** Starts all members as nearly at once as the system allows; they need not know each other. */
  void start() throws Exception;

  /** How many members, itself included, {@code member} holds for alive now. */
  int known(int member) throws Exception;

  /** Lets {@code member} say something new of itself. Only if the system has such a thing. */
  default void announce(int member, String news) throws Exception {
    throw new UnsupportedOperationException("its members can't tell anything new of themselves");
  }

  /** Whether {@code member} knows that {@code from} said {@code news}. */
  default boolean hasHeard(int member, int from, String news) throws Exception {
    return false;
  }

  /** Whether {@code member} leads all others now. Most systems have no such thing. */
  default boolean leads(int member) throws Exception {
    return false;
  }

  /** {@link #known(int)} of all members. */
  default SortedMap<Integer, Integer> known() throws Exception {
    SortedMap<Integer, Integer> known = new TreeMap<>();
    for (int member : members()) {
      known.put(member, known(member));
    }
    return known;
  }

  /** The members for whom {@link #hasHeard} holds. */
  default SortedSet<Integer> hearers(int from, String news) throws Exception {
    SortedSet<Integer> hearers = new TreeSet<>();
    for (int member : members()) {
      if (hasHeard(member, from, news)) {
        hearers.add(member);
      }
    }
    return hearers;
  }

  /** Ends all members that are left. */
  @Override
  void close() throws Exception;
}
