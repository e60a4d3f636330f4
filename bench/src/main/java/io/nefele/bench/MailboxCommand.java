package io.nefele.bench;

import io.nefele.bench.fabric.BenchFabric;
import io.nefele.bench.fabric.Distribution;
import io.nefele.bench.floor.PingPong;
import io.nefele.bench.report.Quantity;
import io.nefele.bench.report.Row;
import io.nefele.bench.report.Samples;
import io.nefele.bench.report.Section;
import io.nefele.core.Bytes;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code nefele bench mailbox}. */
@Command(name = "mailbox", description = "Messages between mailboxes, beside bare sockets.")
final class MailboxCommand extends BenchCommand {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final Duration ECHO_POLL = Duration.ofSeconds(1);

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
    Samples unix = PingPong.measure(distribution, PingPong.Carrier.UNIX, bytes, count);
    Samples tcp = PingPong.measure(distribution, PingPong.Carrier.TCP, bytes, count);
    try (BenchFabric fabric = BenchFabric.up(distribution, 2)) {
      progress("the same agent");
      Samples same = roundTrips(fabric, 1, "near");
      progress("another agent");
      Samples other = roundTrips(fabric, 2, "far");
      List<Row> rows =
          List.of(
              unix.row("Unix socket ping-pong, two JVMs", 99),
              tcp.row("TCP ping-pong on loopback, two JVMs", 99),
              same.row("round trip, both at one agent", 99)
                  .beside("Unix socket ping-pong", unix.median()),
              other
                  .row("round trip, the echo at another agent", 99)
                  .beside("TCP ping-pong", tcp.median()));
      return List.of(section(rows));
    }
  }

  private Section section(List<Row> rows) {
    return new Section(
        "Round trips of " + Quantity.bytes(bytes),
        "One round trip is two sends and two receives through the agents' sockets: each message is"
            + " stored in the receiver's durable mailbox before its sender is told. "
            + count
            + " after as many to warm up. The bare sockets store nothing.",
        rows);
  }

  private Samples roundTrips(BenchFabric fabric, int echoAgent, String name) throws Exception {
    String ours = "bench-caller-" + name;
    String echo = "bench-echo-" + name;
    Nefele caller = fabric.client(1);
    AtomicBoolean over = new AtomicBoolean();
    Nefele answerer = fabric.client(echoAgent);
    Thread echoing = Thread.ofPlatform().daemon().start(() -> echo(answerer, echo, ours, over));
    try {
      Bytes payload = Bytes.wrap(new byte[bytes]);
      // A name is a mailbox from its first use on.
      caller.receive(ours, Duration.ofMillis(1));
      awaitName(caller, echo);
      for (int warmUp = 0; warmUp < count; warmUp++) {
        roundTrip(caller, ours, echo, payload);
      }
      Samples samples = new Samples();
      for (int i = 0; i < count; i++) {
        samples.time(() -> roundTrip(caller, ours, echo, payload));
      }
      return samples;
    } finally {
      over.set(true);
      echoing.join(ECHO_POLL.multipliedBy(5));
    }
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

  private static void echo(Nefele agent, String name, String to, AtomicBoolean over) {
    while (!over.get()) {
      try {
        var message = agent.receive(name, ECHO_POLL);
        if (message.isPresent()) {
          agent.send(Optional.of(name), to, message.get().payload(), LIMIT);
        }
      } catch (NefeleException e) {
        // The caller sees that no answer comes.
        return;
      }
    }
  }
}
