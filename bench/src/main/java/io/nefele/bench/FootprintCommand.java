package io.nefele.bench;

import io.nefele.bench.fabric.BenchFabric;
import io.nefele.bench.fabric.Distribution;
import io.nefele.bench.fabric.PrivateNetwork;
import io.nefele.bench.fabric.ProcessFacts;
import io.nefele.bench.floor.IdleJvm;
import io.nefele.bench.report.Goal;
import io.nefele.bench.report.Quantity;
import io.nefele.bench.report.Row;
import io.nefele.bench.report.Section;
import io.nefele.bench.report.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code nefele bench footprint}. */
@Command(name = "footprint", description = "What agents at rest take.")
final class FootprintCommand extends BenchCommand {
  private static final Goal MEMORY = new Goal.AtMost(Quantity.bytes(200L << 20));
  private static final Goal CPU = new Goal.AtMost(Quantity.percent(1));

  @Option(
      names = "--agents",
      paramLabel = "N",
      split = ",",
      description = "Sizes of the fabrics (default: 1,5).")
  private List<Integer> sizes = List.of(1, 5);

  @Option(
      names = "--settle-seconds",
      paramLabel = "S",
      description =
          "From one fabric to the first look (default: 180: by then the JVMs"
              + " have compiled what runs at rest).")
  private int settleSeconds = 180;

  @Option(
      names = "--window-seconds",
      paramLabel = "S",
      description = "Over which time and bytes are counted (default: 60).")
  private int windowSeconds = 60;

  @Override
  protected String title() {
    return "Agents at rest";
  }

  @Override
  protected void check() {
    require(
        sizes.stream().allMatch(size -> size >= 1 && size <= 100),
        "--agents are 1 to 100, not " + sizes);
    require(settleSeconds >= 0, "--settle-seconds is not negative: " + settleSeconds);
    require(windowSeconds >= 1, "--window-seconds is 1 or more, not " + windowSeconds);
  }

  @Override
  protected List<Section> measure(Distribution distribution) throws Exception {
    PrivateNetwork network = PrivateNetwork.probe();
    Quantity floor = Quantity.bytes(IdleJvm.measure(distribution).rssBytes());
    List<Section> sections = new ArrayList<>();
    for (int size : sizes) {
      progress("a fabric of " + size + ": " + (settleSeconds + windowSeconds) + " s of rest");
      try (BenchFabric fabric = BenchFabric.up(distribution, size, network)) {
        sections.add(section(fabric, network, floor));
      }
    }
    return sections;
  }

  private Section section(BenchFabric fabric, PrivateNetwork network, Quantity floor)
      throws Exception {
    TimeUnit.SECONDS.sleep(settleSeconds);
    int size = fabric.agents();
    long begin = System.nanoTime();
    long bytesBefore = PrivateNetwork.loopbackBytes(fabric.pid(1));
    List<ProcessFacts> before = facts(fabric);
    TimeUnit.SECONDS.sleep(windowSeconds);
    List<ProcessFacts> after = facts(fabric);
    long bytes = PrivateNetwork.loopbackBytes(fabric.pid(1)) - bytesBefore;
    double seconds = (System.nanoTime() - begin) / 1e9;
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      ProcessFacts facts = after.get(i);
      String agent = "agent " + (i + 1) + ": ";
      double cpuSeconds = (facts.cpuNanos() - before.get(i).cpuNanos()) / 1e9;
      rows.add(
          Row.of(agent + "resident memory", Quantity.bytes(facts.rssBytes()))
              .detail("proportional share", Quantity.bytes(facts.pssBytes()))
              .detail("threads", Quantity.count(facts.threads()))
              .detail("open files", Quantity.count(facts.openFiles()))
              .beside("idle JVM with the same flags", floor)
              .goal(MEMORY));
      rows.add(
          Row.of(agent + "share of one core", Quantity.percent(cpuSeconds / seconds * 100))
              .goal(CPU));
    }
    rows.add(
        Row.of(
            "received on loopback, per agent",
            new Quantity(bytes / seconds / size, Unit.BYTES_PER_SECOND)));
    return new Section(
        "A fabric of " + size,
        "No tenant's process runs. "
            + settleSeconds
            + " s to settle, then a window of "
            + windowSeconds
            + " s, from `/proc`. "
            + network.method(),
        rows);
  }

  private static List<ProcessFacts> facts(BenchFabric fabric) throws Exception {
    List<ProcessFacts> facts = new ArrayList<>();
    for (int agent = 1; agent <= fabric.agents(); agent++) {
      facts.add(ProcessFacts.read(fabric.pid(agent)));
    }
    return facts;
  }
}
