package io.nefele.bench.mailbox;

import io.nefele.bench.BenchCommand;
import io.nefele.bench.fabric.BenchFabric;
import io.nefele.bench.fabric.Distribution;
import io.nefele.bench.floor.JGroupsUnicast;
import io.nefele.bench.report.Goal;
import io.nefele.bench.report.Quantity;
import io.nefele.bench.report.Row;
import io.nefele.bench.report.Section;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code nefele bench mailbox}. */
@Command(
    name = "mailbox",
    description = "Messages between mailboxes, beside bare sockets and queues, and brokers.")
public final class MailboxCommand extends BenchCommand {
  private static final double TIMES_CHRONICLE = 1.5;
  private static final double TIMES_AERON = 3;
  private static final double TIMES_OTHERS = 0.1;
  private static final double SHARE_OF_CHRONICLE = 0.7;
  private static final double TIMES_TCP = 2;
  private static final double SHARE_OF_JGROUPS = 0.7;
  private static final Goal AHEAD = new Goal.AtMostTimes(1);
  private static final int SENDERS = 128;
  private static final int LARGER_BYTES = 1 << 10;
  private static final int FAILOVERS = 100;

  /** What a mailbox holds, and some more. */
  private static final int MESSAGES_MAX = 50_000;

  /** By then the JVMs have compiled what they do, those of the peers and ours. */
  private static final int WARM_UP = 20_000;

  /** So much quicker that more of them can be waited for. */
  private static final int SHARED_TIMES = 10;

  @Option(names = "--count", paramLabel = "N", description = "Round trips (default: 5000).")
  private int count = 5000;

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
    Peers peers = Peers.measure(distribution, bytes, WARM_UP, count, what -> progress(what));
    progress("JGroups, messages of " + Quantity.bytes(LARGER_BYTES));
    Quantity jgroups = JGroupsUnicast.rate(distribution, LARGER_BYTES, MESSAGES_MAX);
    List<Section> sections = new ArrayList<>();
    try (BenchFabric fabric = BenchFabric.up(distribution, 3)) {
      progress("through shared memory, beside Chronicle and Aeron");
      InSharedMemory shared =
          InSharedMemory.measure(
              distribution, fabric, bytes, SHARED_TIMES * WARM_UP, SHARED_TIMES * count);
      progress("over the agent");
      OverAgents near = overAgents(fabric, 1);
      progress("over two agents");
      OverAgents far = overAgents(fabric, 2);
      sections.add(withinAServer(peers, shared, near));
      sections.add(betweenAgents(peers, far));
      sections.add(oneWay(shared, near, far));
      sections.add(rates(shared, near, far, jgroups));
      progress("a call whose receiver is killed");
      sections.add(Failover.measure(fabric, FAILOVERS));
    }
    progress("publish to subscribers at 10 agents");
    sections.add(Publishing.measure(distribution, LARGER_BYTES));
    return sections;
  }

  /**
   * @param rate of messages of the size asked for
   * @param largerRate of larger ones
   */
  private record OverAgents(
      AgentMessages.RoundTrips roundTrips, Quantity rate, Quantity largerRate) {}

  private OverAgents overAgents(BenchFabric fabric, int agent) throws Exception {
    try (AgentMessages messages = AgentMessages.begin(fabric, agent)) {
      return new OverAgents(
          messages.roundTrips(bytes, WARM_UP, count),
          messages.rate(bytes, SENDERS, MESSAGES_MAX),
          messages.rate(LARGER_BYTES, SENDERS, MESSAGES_MAX));
    }
  }

  private Section withinAServer(Peers peers, InSharedMemory shared, OverAgents near) {
    List<Row> rows = new ArrayList<>(peers.rows());
    rows.add(shared.aeron().roundTrips().row("Aeron IPC, readers never sleep, two JVMs", 99));
    rows.add(
        shared
            .chronicle()
            .roundTrips()
            .row("bare Chronicle queues, readers never sleep, two JVMs", 99));
    Row ours = shared.ours().roundTrips().row("shared memory, two JVMs of one server", 99);
    rows.add(
        ours.beside("bare Chronicle", shared.chronicle().roundTrips().median())
            .goal(new Goal.AtMostTimes(TIMES_CHRONICLE)));
    Row same = shared.ours().roundTrips().row("the same", 99);
    rows.add(
        same.beside("Aeron IPC", shared.aeron().roundTrips().median())
            .goal(new Goal.AtMostTimes(TIMES_AERON)));
    peers
        .nats()
        .ifPresent(
            nats ->
                rows.add(
                    same.beside("NATS", nats.median()).goal(new Goal.AtMostTimes(TIMES_OTHERS))));
    peers
        .erlang()
        .ifPresent(
            erlang ->
                rows.add(
                    same.beside("Erlang", erlang.median())
                        .goal(new Goal.AtMostTimes(TIMES_OTHERS))));
    rows.add(
        near.roundTrips()
            .calls()
            .row("a call over the agent, both at one", 99)
            .beside("Unix socket ping-pong", peers.unix().median()));
    rows.add(
        near.roundTrips()
            .exchanges()
            .row("a message each way over the agent, both at one", 99)
            .beside("Unix socket ping-pong", peers.unix().median()));
    return new Section(
        "Round trips of " + Quantity.bytes(bytes) + " within a server",
        "Each after "
            + WARM_UP
            + " to warm up; in shared memory, Chronicle and Aeron "
            + SHARED_TIMES
            + " times as many of both, in turn five times, the best run of each. Through shared memory each message is in the receiver's"
            + " queue when its sender goes on, and a receiver that waits sleeps after 20 \u00b5s; the"
            + " readers of bare Chronicle and Aeron never sleep. Over the agent each message is"
            + " stored in the receiver's durable mailbox, and a message each way is four requests:"
            + " two sends, each answered when the message is stored, and two receives. The others"
            + " store nothing.",
        rows);
  }

  private Section betweenAgents(Peers peers, OverAgents far) {
    List<Row> rows = new ArrayList<>();
    Row call = far.roundTrips().calls().row("a call over two agents", 99);
    rows.add(
        call.beside("TCP ping-pong", peers.tcp().median()).goal(new Goal.AtMostTimes(TIMES_TCP)));
    Row same = far.roundTrips().calls().row("the same", 99);
    rows.add(same.beside("JGroups", peers.jgroups().median()));
    rows.add(same.beside("Pekko remoting", peers.pekko().median()).goal(AHEAD));
    peers.nats().ifPresent(nats -> rows.add(same.beside("NATS", nats.median()).goal(AHEAD)));
    rows.add(
        far.roundTrips()
            .exchanges()
            .row("a message each way over two agents", 99)
            .beside("TCP ping-pong", peers.tcp().median()));
    return new Section(
        "Round trips of " + Quantity.bytes(bytes) + " between two agents",
        "On loopback; as above.",
        rows);
  }

  private static Section oneWay(InSharedMemory shared, OverAgents near, OverAgents far) {
    return new Section(
        "One way",
        "The messages each way of above, from before one is sent until its receiver has it.",
        List.of(
            shared.ours().oneWay().row("shared memory, two JVMs of one server", 99),
            near.roundTrips().oneWay().row("over the agent, both at one", 99),
            far.roundTrips().oneWay().row("over two agents", 99)));
  }

  private Section rates(InSharedMemory shared, OverAgents near, OverAgents far, Quantity jgroups) {
    String larger = ", messages of " + Quantity.bytes(LARGER_BYTES);
    return new Section(
        "Throughput of " + Quantity.bytes(bytes),
        "Through queues, one sender and one receiver, until all is read. Over agents, "
            + SENDERS
            + " senders of one program, each of which waits until its message is stored. JGroups"
            + " stores nothing and its senders wait for nobody; until all is received. All after as"
            + " many to warm up.",
        List.of(
            Row.of("bare Chronicle queue", shared.chronicle().rate()),
            Row.of("Aeron IPC", shared.aeron().rate()),
            Row.of("shared memory", shared.ours().rate())
                .beside("bare Chronicle", shared.chronicle().rate())
                .goal(new Goal.AtLeastTimes(SHARE_OF_CHRONICLE)),
            Row.of("over the agent, both at one", near.rate()),
            Row.of("over two agents", far.rate()),
            Row.of("JGroups unicast" + larger, jgroups),
            Row.of("over two agents" + larger, far.largerRate())
                .beside("JGroups unicast", jgroups)
                .goal(new Goal.AtLeastTimes(SHARE_OF_JGROUPS))));
  }
}
