package io.nefele.bench;

import io.nefele.bench.fabric.BenchFabric;
import io.nefele.bench.fabric.Distribution;
import io.nefele.bench.fabric.PrivateNetwork;
import io.nefele.bench.fabric.SlowNetwork;
import io.nefele.bench.floor.SocketCopy;
import io.nefele.bench.report.Goal;
import io.nefele.bench.report.Quantity;
import io.nefele.bench.report.Row;
import io.nefele.bench.report.Section;
import io.nefele.core.ProcessId;
import io.nefele.lib.Bundle;
import io.nefele.lib.Bundles;
import io.nefele.lib.Nefele;
import io.nefele.wire.BundleRow;
import io.nefele.wire.ProcessSpec;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code nefele bench ship}. */
@Command(
    name = "ship",
    description = "Bringing a program to servers that lack it, over slow links; needs root.")
final class ShipCommand extends BenchCommand {
  private static final int MIB = 1 << 20;

  @Option(
      names = "--agents",
      paramLabel = "N",
      description = "Agents that lack it (default: 16); one more has it.")
  private int agents = 16;

  @Option(names = "--mib", paramLabel = "N", description = "Its size in MiB (default: 50).")
  private int mib = 50;

  @Option(
      names = "--mbit",
      paramLabel = "N",
      split = ",",
      description = "What a link carries, in Mbit/s; may be several, one after the other (25,100).")
  private List<Integer> megabits = List.of(25, 100);

  @Override
  protected String title() {
    return "shipping";
  }

  @Override
  protected void check() {
    require(agents >= 1 && agents <= 100, "--agents is 1 to 100, not " + agents);
    require(mib >= 1 && mib <= 2000, "--mib is 1 to 2000, not " + mib);
    for (int rate : megabits) {
      require(rate >= 1 && rate <= 10_000, "--mbit is 1 to 10000, not " + rate);
    }
  }

  @Override
  protected List<Section> measure(Distribution distribution) throws Exception {
    Path directory = Files.createTempDirectory("nefele-bench-ship-");
    Path program = directory.resolve("prog");
    List<Section> sections = new ArrayList<>();
    try {
      write(program);
      for (int rate : megabits) {
        sections.add(section(distribution, program, rate));
      }
    } finally {
      Files.deleteIfExists(program);
      Files.delete(directory);
    }
    return sections;
  }

  private Section section(Distribution distribution, Path program, int rate) throws Exception {
    try (BenchFabric fabric = BenchFabric.empty(distribution)) {
      progress("links of " + rate + " Mbit/s: agents");
      fabric.up(agents + 1, new PrivateNetwork(List.of()), "--netns");
      SlowNetwork network = SlowNetwork.of(fabric, rate);
      progress("floor");
      Quantity floor =
          Quantity.nanos(
              SocketCopy.measure(
                  distribution,
                  network.on(1),
                  network.on(2),
                  network.address(2),
                  (long) mib * MIB));
      return section(rate, rows(fabric, program, floor));
    }
  }

  private List<Row> rows(BenchFabric fabric, Path program, Quantity floor) throws Exception {
    Nefele client = fabric.client(1);
    List<Row> rows = new ArrayList<>();
    rows.add(Row.of("One copy over a bare TCP connection", floor));
    progress("upload");
    long begin = System.nanoTime();
    Bundles.Shipped shipped = client.bundles().ship(Bundle.ofFile(program));
    rows.add(Row.of("From a client to its own agent", Quantity.nanos(System.nanoTime() - begin)));
    Quantity size = Quantity.bytes(shipped.bytes());
    for (String run : List.of("first", "second")) {
      progress(run + " run");
      BundleRow.Moved before = moved(fabric, 1);
      long received = receivedByAll(fabric);
      long cpu = fabric.cpuNanos();
      begin = System.nanoTime();
      List<ProcessId> processes = client.spawn(spec(shipped.bundle()));
      Quantity took = Quantity.nanos(System.nanoTime() - begin);
      Quantity worked = Quantity.nanos(fabric.cpuNanos() - cpu);
      Spawns.awaitEnds(client, processes);
      long sent = moved(fabric, 1).sentBytes() - before.sentBytes();
      received = receivedByAll(fabric) - received;
      boolean first = run.equals("first");
      Row time =
          Row.of("A process on each, " + run + " run", took)
              .detail("processor time of all agents", worked)
              .beside("one copy", floor);
      Row bytes = Row.of("Bytes sent by the origin, " + run + " run", Quantity.bytes(sent));
      rows.add(first ? time.goal(new Goal.AtMostTimes(3)) : time);
      rows.add(
          first
              ? bytes
                  .detail("received by all", Quantity.bytes(received))
                  .beside("its size", size)
                  .goal(new Goal.AtMostTimes(2))
              : bytes
                  .detail("received by all", Quantity.bytes(received))
                  .goal(new Goal.AtMost(Quantity.bytes(0))));
    }
    return rows;
  }

  private Section section(int rate, List<Row> rows) {
    return new Section(
        "A program of " + mib + " MiB for " + agents + " agents, links of " + rate + " Mbit/s",
        "Each agent in a network namespace of its own, whose link carries that much in either"
            + " direction (tc tbf). The program is at the agent that is asked; the spawn is of one"
            + " process on each of the others, and is answered when all run. One run. All agents"
            + " share this machine's "
            + Runtime.getRuntime().availableProcessors()
            + " cores: where their processor time comes near the time that there was, it is the"
            + " cores and not the links that they wait for.",
        rows);
  }

  private ProcessSpec spec(String bundle) {
    return ProcessSpec.of(List.of("./prog"))
        .count(agents)
        .constraints(List.of("spread server=1", "constraint agent!=agent-1"))
        .workingDirectory(".")
        .bundle(Optional.of(bundle))
        .build();
  }

  private long receivedByAll(BenchFabric fabric) throws Exception {
    long all = 0;
    for (int agent = 1; agent <= fabric.agents(); agent++) {
      all += moved(fabric, agent).receivedBytes();
    }
    return all;
  }

  private static BundleRow.Moved moved(BenchFabric fabric, int agent) throws Exception {
    try (Nefele client = Nefele.connect(fabric.socket(agent))) {
      return client.bundles().list().moved();
    }
  }

  /** A script that ends at once, and has much behind its end that nothing makes smaller. */
  private void write(Path program) throws IOException {
    Random random = new Random(1);
    byte[] noise = new byte[MIB];
    byte[] script = "#!/bin/sh\nexit 0\n".getBytes(StandardCharsets.UTF_8);
    try (OutputStream out = Files.newOutputStream(program)) {
      for (int i = 0; i < mib; i++) {
        random.nextBytes(noise);
        if (i == 0) {
          System.arraycopy(script, 0, noise, 0, script.length);
        }
        out.write(noise);
      }
    }
    if (!program.toFile().setExecutable(true)) {
      throw new IOException(program + " can't be made executable");
    }
  }
}
