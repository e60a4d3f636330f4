package io.nefele.bench.convergence;

import io.nefele.core.Endpoint;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Where the members of a trial are. They are numbered from 0.
 *
 * @param endpoints where each member listens
 * @param here the members that run in this process
 */
record Layout(List<Endpoint> endpoints, SortedSet<Integer> here) {
  /** How many of the first members all others are told to look for. */
  static final int SEEDS = 2;

  Layout {
    endpoints = List.copyOf(endpoints);
    here = new TreeSet<>(here);
  }

  static SortedSet<Integer> numbers(int members) {
    SortedSet<Integer> numbers = new TreeSet<>();
    for (int number = 0; number < members; number++) {
      numbers.add(number);
    }
    return numbers;
  }

  Endpoint endpoint(int member) {
    return endpoints.get(member);
  }

  String host(int member) {
    return endpoint(member).host();
  }

  int port(int member) {
    return endpoint(member).port();
  }

  List<Endpoint> seeds() {
    return endpoints.subList(0, Math.min(SEEDS, endpoints.size()));
  }
}
