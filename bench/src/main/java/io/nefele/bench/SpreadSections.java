package io.nefele.bench;

import io.nefele.bench.fabric.Distribution;
import io.nefele.bench.fabric.Run;
import io.nefele.bench.report.Goal;
import io.nefele.bench.report.Quantity;
import io.nefele.bench.report.Row;
import io.nefele.bench.report.Section;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** How fast and at what cost membership spreads among simulated agents, in virtual time. */
record SpreadSections(Distribution distribution, long seed, Consumer<String> progress) {
  private static final Duration LIMIT = Duration.ofMinutes(15);
  private static final int GENTLE_SECONDS = 60;

  List<Section> measure(List<Integer> sizes) throws Exception {
    TreeMap<Integer, Simulated> found = new TreeMap<>();
    TreeMap<Integer, String> failed = new TreeMap<>();
    for (int size : sizes) {
      progress.accept("spread among " + size + " agents");
      try {
        found.put(size, simulate(size));
      } catch (BenchFailure e) {
        failed.put(size, String.valueOf(e.getMessage()));
      }
    }
    List<Row> together = new ArrayList<>();
    List<Row> news = new ArrayList<>();
    List<Row> datagrams = new ArrayList<>();
    List<Row> removals = new ArrayList<>();
    for (Map.Entry<Integer, Simulated> entry : found.entrySet()) {
      String what = entry.getKey() + " agents";
      Simulated one = entry.getValue();
      double log = Math.log(entry.getKey()) / Math.log(2);
      together.add(seconds(what, one.get("allSeeAllSeconds"), 3 * log));
      news.add(seconds(what, one.get("newsSeconds"), 2 * log));
      datagrams.add(Row.of(what, Quantity.perSecond(one.get("datagramsPerAgentAndSecond"))));
      removals.add(
          Row.of(what, Quantity.count((long) one.get("falseRemovals")))
              .goal(new Goal.AtMost(Quantity.count(0))));
    }
    failed.forEach((size, why) -> together.add(Row.failed(size + " agents", why)));
    String method =
        "`nefele sim --spread --agents N --seed "
            + seed
            + " --time "
            + GENTLE_SECONDS
            + "s`: gossip alone, virtual time, a protocol period is 1 s.";
    return List.of(
        new Section(
            "All started together: until all see all",
            method + " The goal is 3 log2 N periods.",
            together),
        new Section(
            "Until the last has heard one agent's news", "The goal is 2 log2 N periods.", news),
        new Section(
            "Datagrams that an agent sends at rest",
            "Over 30 s, 30 s after all saw all; whatever the number of agents.",
            datagrams),
        new Section(
            "Members removed that lived",
            "Over "
                + GENTLE_SECONDS
                + " s in which 5 % of the datagrams get lost and, every 15 s, a tenth of the"
                + " agents is paused for 5 s.",
            removals));
  }

  private Simulated simulate(int size) throws Exception {
    List<String> command = new ArrayList<>(List.of(distribution.launcher(), "sim", "--json"));
    command.addAll(List.of("--spread", "--agents", Integer.toString(size)));
    command.addAll(List.of("--seed", Long.toString(seed), "--time", GENTLE_SECONDS + "s"));
    return Simulated.parse(Run.of(command, Map.of(), LIMIT).orFail("nefele sim").output());
  }

  private static Row seconds(String what, double found, double limit) {
    return Row.of(what, Quantity.nanos(found * 1e9))
        .goal(new Goal.AtMost(Quantity.nanos(limit * 1e9)));
  }
}
