package io.nefele.bench.convergence;

import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Starts members side by side, whether or not the system's start blocks. */
final class Together {
  private Together() {}

  /** Starts one member. */
  interface Start<M> {
    M member(int number) throws Exception;
  }

  /** The members by their numbers, once all have started. */
  static <M> SortedMap<Integer, M> start(SortedSet<Integer> numbers, Start<M> start)
      throws Exception {
    try (ExecutorService starters = Executors.newThreadPerTaskExecutor(Thread::new)) {
      SortedMap<Integer, Future<M>> starting = new TreeMap<>();
      for (int number : numbers) {
        starting.put(number, starters.submit(() -> start.member(number)));
      }
      SortedMap<Integer, M> members = new TreeMap<>();
      for (var member : starting.entrySet()) {
        members.put(member.getKey(), member.getValue().get());
      }
      return members;
    }
  }
}
