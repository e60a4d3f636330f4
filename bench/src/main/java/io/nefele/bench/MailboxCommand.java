package io.nefele.bench;

import io.nefele.bench.fabric.BenchFabric;
import io.nefele.bench.fabric.Distribution;
import io.nefele.bench.floor.ChroniclePingPong;
import io.nefele.bench.floor.PekkoPingPong;
import io.nefele.bench.floor.PingPong;
import io.nefele.bench.floor.PipePingPong;
import io.nefele.bench.floor.SharedPingPong;
import io.nefele.bench.report.Goal;
import io.nefele.bench.report.Quantity;
import io.nefele.bench.report.Row;
import io.nefele.bench.report.Samples;
import io.nefele.bench.report.Section;
import io.nefele.core.Bytes;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code nefele bench mailbox}. */
@Command(
    name = "mailbox",
    description = "Messages between mailboxes, beside bare sockets and queues.")
final class MailboxCommand extends BenchCommand {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final Duration ECHO_POLL = Duration.ofSeconds(1);
  private static final double GOAL_TIMES_CHRONICLE = 1.5;
  private static final double GOAL_SHARE_OF_CHRONICLE = 0.7;
  private static final int SENDERS = 16;

  /** What a mailbox holds, and some more. */
  private static final int MESSAGES_MAX = 50_000;

  /** So much quicker that more of them can be waited for. */
  private static final int SHARED_TIMES = 10;

  @Option(names = "--count", paramLabel = "N", description = "Round trips (default: 2000).")
  private int count = 2000;

  @Option(names = "--bytes", paramLabel = "N", description = "Of each message (default: 100).")
  private int bytes = 100;

  @Override
  protected String title() {
    return "Mailboxes";
  }

  @Override
  protected void check() {
    require(count >= 10, "--count is 10 or more, not " + count);
    require(bytes >= 1 && bytes <= 1 << 20, "--bytes is 1 to 1048576, not " + bytes);
  }

  @Override
  protected List<Section> measure(Distribution distribution) throws Exception {
    progress("floors");
    Samples pipe = PipePingPong.measure(distribution, bytes, count);
    Samples unix = PingPong.measure(distribution, PingPong.Carrier.UNIX, bytes, count);
    Samples tcp = PingPong.measure(distribution, PingPong.Carrier.TCP, bytes, count);
    ChroniclePingPong.Result chronicle =
        ChroniclePingPong.measure(distribution, bytes, SHARED_TIMES * count);
    progress("Pekko");
    Samples pekko = PekkoPingPong.measure(distribution, bytes, count);
    try (BenchFabric fabric = BenchFabric.up(distribution, 2)) {
      progress("through shared memory");
      SharedPingPong.Result shared =
          SharedPingPong.measure(
              distribution, fabric.client(1), fabric.socket(1), bytes, SHARED_TIMES * count);
      progress("over the agent");
      AgentResult same = overAgents(fabric, 1, "near");
      progress("over two agents");
      AgentResult other = overAgents(fabric, 2, "far");
      return List.of(
          roundTrips(
              List.of(
                  pipe.row("pipe ping-pong, two JVMs", 99),
                  unix.row("Unix socket ping-pong, two JVMs", 99),
                  tcp.row("TCP ping-pong on loopback, two JVMs", 99),
                  pekko.row("Pekko remoting, actors of two JVMs", 99),
                  chronicle
                      .roundTrips()
                      .row("bare Chronicle queues, readers never sleep, two JVMs", 99),
                  shared
                      .roundTrips()
                      .row("shared memory, two JVMs of one server", 99)
                      .beside("bare Chronicle", chronicle.roundTrips().median())
                      .goal(new Goal.AtMostTimes(GOAL_TIMES_CHRONICLE)),
                  shared
                      .roundTrips()
                      .row("the same", 99)
                      .beside("Unix socket ping-pong", unix.median()),
                  same.roundTrips()
                      .row("over the agent, both at one", 99)
                      .beside("Unix socket ping-pong", unix.median()),
                  other
                      .roundTrips()
                      .row("over two agents", 99)
                      .beside("TCP ping-pong", tcp.median()),
                  other.roundTrips().row("the same", 99).beside("Pekko remoting", pekko.median()))),
          oneWay(shared, same, other),
          rates(chronicle, shared, same, other));
    }
  }

  private Section roundTrips(List<Row> rows) {
    return new Section(
        "Round trips of " + Quantity.bytes(bytes),
        "Over agents, one round trip is two sends and two receives through the agents' sockets: each"
            + " message is stored in the receiver's durable mailbox before its sender is told. Through"
            + " shared memory, each message is in the receiver's queue when its sender goes on, and a"
            + " receiver that waits sleeps after 20 \u00b5s. "
            + count
            + " after as many to warm up, in shared memory "
            + SHARED_TIMES
            + " times as many. The bare sockets, pipes and Pekko store nothing.",
        rows);
  }

  private Section oneWay(SharedPingPong.Result shared, AgentResult same, AgentResult other) {
    return new Section(
        "One way",
        "The same messages, from before they are sent until the receiver has them.",
        List.of(
            shared.oneWay().row("shared memory, two JVMs of one server", 99),
            same.oneWay().row("over the agent, both at one", 99),
            other.oneWay().row("over two agents", 99)));
  }

  private Section rates(
      ChroniclePingPong.Result chronicle,
      SharedPingPong.Result shared,
      AgentResult same,
      AgentResult other) {
    return new Section(
        "Throughput of " + Quantity.bytes(bytes),
        "Through queues, one sender and one receiver, until all is read, after as many to warm up. Over"
            + " agents, "
            + SENDERS
            + " senders, each of which waits until its message is stored.",
        List.of(
            Row.of("bare Chronicle queue", chronicle.rate()),
            Row.of("shared memory", shared.rate())
                .beside("bare Chronicle", chronicle.rate())
                .goal(new Goal.AtLeastTimes(GOAL_SHARE_OF_CHRONICLE)),
            Row.of("over the agent, both at one", same.rate()),
            Row.of("over two agents", other.rate())));
  }

  private record AgentResult(Samples roundTrips, Samples oneWay, Quantity rate) {}

  private AgentResult overAgents(BenchFabric fabric, int echoAgent, String name) throws Exception {
    String ours = "bench-caller-" + name;
    String echo = "bench-echo-" + name;
    Nefele caller = fabric.client(1);
    AtomicBoolean over = new AtomicBoolean();
    Nefele answerer = fabric.client(echoAgent);
    AtomicLong arrivedNanos = new AtomicLong();
    Thread echoing =
        Thread.ofPlatform().daemon().start(() -> echo(answerer, echo, ours, arrivedNanos, over));
    try {
      Bytes payload = Bytes.wrap(new byte[bytes]);
      // A name is a mailbox from its first use on.
      caller.receive(ours, Duration.ofMillis(1));
      awaitName(caller, echo);
      for (int warmUp = 0; warmUp < count; warmUp++) {
        roundTrip(caller, ours, echo, payload);
      }
      Samples samples = new Samples();
      Samples oneWay = new Samples();
      for (int i = 0; i < count; i++) {
        long begin = System.nanoTime();
        roundTrip(caller, ours, echo, payload);
        samples.addNanos(System.nanoTime() - begin);
        oneWay.addNanos(arrivedNanos.get() - begin);
      }
      return new AgentResult(samples, oneWay, rate(caller, answerer, "bench-sink-" + name));
    } finally {
      over.set(true);
      echoing.join(ECHO_POLL.multipliedBy(5));
    }
  }

  private Quantity rate(Nefele sender, Nefele receiver, String sink) throws Exception {
    receiver.receive(sink, Duration.ofMillis(1));
    awaitName(sender, sink);
    Bytes payload = Bytes.wrap(new byte[bytes]);
    int each = Math.max(1, Math.min(2 * count, MESSAGES_MAX) / SENDERS);
    long begin = System.nanoTime();
    try (ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> ends = new ArrayList<>();
      for (int i = 0; i < SENDERS; i++) {
        ends.add(
            senders.submit(
                () -> {
                  for (int sent = 0; sent < each; sent++) {
                    sender.send(Optional.empty(), sink, payload, LIMIT);
                  }
                  return null;
                }));
      }
      for (Future<?> end : ends) {
        end.get(2, TimeUnit.MINUTES);
      }
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    receiver.closeMailbox(sink);
    return Quantity.perSecond(each * SENDERS / seconds);
  }

  private static void awaitName(Nefele caller, String name) throws Exception {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!isKnown(caller, name)) {
      if (System.nanoTime() > deadline) {
        throw new BenchFailure("nobody knows the mailbox " + name + " after 10 s");
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  private static boolean isKnown(Nefele caller, String name) {
    try {
      return !caller.lookup(name, Duration.ofSeconds(1)).isEmpty();
    } catch (NefeleException e) {
      // Nobody has it yet.
      return false;
    }
  }

  private static void roundTrip(Nefele caller, String ours, String echo, Bytes payload)
      throws Exception {
    caller.send(Optional.of(ours), echo, payload, LIMIT);
    if (caller.receive(ours, LIMIT).isEmpty()) {
      throw new BenchFailure("no answer came from " + echo + " within 10 s");
    }
  }

  private static void echo(
      Nefele agent, String name, String to, AtomicLong arrivedNanos, AtomicBoolean over) {
    while (!over.get()) {
      try {
        var message = agent.receive(name, ECHO_POLL);
        if (message.isPresent()) {
          arrivedNanos.set(System.nanoTime());
          agent.send(Optional.of(name), to, message.get().payload(), LIMIT);
        }
      } catch (NefeleException e) {
        // The caller sees that no answer comes.
        return;
      }
    }
  }
}
