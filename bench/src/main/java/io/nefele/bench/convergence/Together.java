package io.nefele.bench.convergence;

import java.util.ArrayList;
import java.util.List;
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

  /** The members in the order of their numbers, once all have started. */
  static <M> List<M> start(int count, Start<M> start) throws Exception {
    try (ExecutorService starters = Executors.newThreadPerTaskExecutor(Thread::new)) {
      List<Future<M>> starting = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int number = i;
        starting.add(starters.submit(() -> start.member(number)));
      }
      List<M> members = new ArrayList<>();
      for (Future<M> member : starting) {
        members.add(member.get());
      }
      return members;
    }
  }
}
