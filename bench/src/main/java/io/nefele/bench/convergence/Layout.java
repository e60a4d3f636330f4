package io.nefele.bench.convergence;

import java.io.IOException;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Where the members of a trial are. They are numbered from 0.
 *
 * @param ports of the loopback address, one for each member
 * @param here the members that run in this process
 */
record Layout(List<Integer> ports, SortedSet<Integer> here) {
  /** How many of the first members all others are told to look for. */
  static final int SEEDS = 2;

  Layout {
    ports = List.copyOf(ports);
    here = new TreeSet<>(here);
  }

  /** All members in this process. */
  static Layout allHere(int members) throws IOException {
    return new Layout(Ports.free(members), numbers(members));
  }

  static SortedSet<Integer> numbers(int members) {
    SortedSet<Integer> numbers = new TreeSet<>();
    for (int number = 0; number < members; number++) {
      numbers.add(number);
    }
    return numbers;
  }

  int port(int member) {
    return ports.get(member);
  }

  List<Integer> seedPorts() {
    return ports.subList(0, Math.min(SEEDS, ports.size()));
  }
}
