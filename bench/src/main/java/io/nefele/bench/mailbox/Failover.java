package io.nefele.bench.mailbox;

import io.nefele.bench.BenchFailure;
import io.nefele.bench.fabric.BenchFabric;
import io.nefele.bench.report.Goal;
import io.nefele.bench.report.Quantity;
import io.nefele.bench.report.Row;
import io.nefele.bench.report.Samples;
import io.nefele.bench.report.Section;
import io.nefele.core.Bytes;
import io.nefele.core.ProcessId;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.ProcessSpec;
import io.nefele.wire.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Calls to one of a pool of two processes at different agents, of which the one that has the
 * request is killed before it replies.
 */
final class Failover {
  private static final String POOL = "bench-pool";
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final int SIGKILL = 9;
  private static final Goal GOAL = new Goal.AtMost(Quantity.nanos(1_000_000_000));

  private final Nefele caller;
  private final List<Server> servers = new ArrayList<>();

  /** When the process that got the request of this round was killed; 0: none has got it. */
  private final AtomicLong killedNanos = new AtomicLong();

  private Failover(BenchFabric fabric) throws NefeleException {
    this.caller = fabric.client(1);
    servers.add(new Server(fabric.client(2)));
    servers.add(new Server(fabric.client(3)));
  }

  /**
   * @param fabric of three agents
   */
  static Section measure(BenchFabric fabric, int rounds) throws Exception {
    Failover failover = new Failover(fabric);
    try {
      Samples samples = failover.rounds(rounds);
      return new Section(
          "A call whose receiver is killed",
          "To a pool of two processes at two agents; the one that has got the request is killed by"
              + " SIGKILL and never replies. From that until the caller has the reply of the other"
              + " one.",
          List.of(
              Row.of("reply of the other one, p99", samples.percentile(99))
                  .detail("p50", samples.median())
                  .detail("n", Quantity.count(rounds))
                  .goal(GOAL)));
    } finally {
      failover.servers.forEach(Server::end);
    }
  }

  private Samples rounds(int rounds) throws Exception {
    Samples samples = new Samples();
    Bytes payload = Bytes.utf8("work");
    for (int round = 0; round < rounds; round++) {
      for (Server server : servers) {
        server.beThere();
      }
      killedNanos.set(0);
      Response.Reply reply = caller.call("any:" + POOL + "?by=round-robin", payload, LIMIT);
      samples.addNanos(System.nanoTime() - killedNanos.get());
      boolean lives =
          servers.stream().anyMatch(its -> its.isAlive() && its.process().equals(reply.from()));
      if (!lives || killedNanos.get() == 0) {
        throw new BenchFailure(reply.from() + " has replied, which was killed before");
      }
    }
    return samples;
  }

  /** A process of the pool, and who reads its mailbox. */
  private final class Server {
    private final Nefele agent;
    private Optional<ProcessId> process = Optional.empty();
    private volatile boolean alive;

    Server(Nefele agent) {
      this.agent = agent;
    }

    ProcessId process() {
      return process.orElseThrow();
    }

    boolean isAlive() {
      return alive;
    }

    /** Starts a process if there is none, and returns when the caller's agent knows it. */
    void beThere() throws Exception {
      if (!alive) {
        ProcessId started =
            agent.spawn(ProcessSpec.of(List.of("sleep", "600")).name(POOL).build()).getFirst();
        process = Optional.of(started);
        alive = true;
        Thread.ofPlatform().daemon().start(() -> serve(started));
      }
      Lookups.await(caller, POOL, row -> row.id().equals(process()));
    }

    private void serve(ProcessId self) {
      try {
        while (alive) {
          Optional<Response.Message> request = agent.receive(self.toString(), POLL);
          if (request.isEmpty()) {
            continue;
          }
          if (killedNanos.compareAndSet(0, System.nanoTime())) {
            alive = false;
            agent.signal(List.of(self), SIGKILL);
          } else {
            String back = request.get().from().orElseThrow().toString();
            agent.send(Optional.of(self.toString()), back, request.get().payload(), LIMIT);
          }
        }
      } catch (NefeleException e) {
        // Its process has ended; the caller sees if that should not be.
      }
    }

    void end() {
      alive = false;
      try {
        agent.signal(process.stream().toList(), SIGKILL);
      } catch (NefeleException e) {
        // It goes with the fabric.
      }
    }
  }
}
