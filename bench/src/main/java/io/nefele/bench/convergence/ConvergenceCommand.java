package io.nefele.bench.convergence;

import com.google.common.collect.ArrayListMultimap;
import com.google.common.collect.ListMultimap;
import io.nefele.bench.BenchCommand;
import io.nefele.bench.fabric.Distribution;
import io.nefele.bench.fabric.PrivateNetwork;
import io.nefele.bench.report.MachineFacts;
import io.nefele.bench.report.Plot;
import io.nefele.bench.report.Section;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code nefele bench convergence}. */
@Command(
    name = "convergence",
    description = "How fast members find and miss each other, beside other systems.")
public final class ConvergenceCommand extends BenchCommand {
  private static final int MOST_MEMBERS = 1000;

  private static final String FEDERATION =
      "Each member is a process, each JVM one that starts quickly (C1 alone, SerialGC; agents as"
          + " they come), half of them in one network namespace and half in another (agents: each"
          + " in its own, and started a few at a time, as `nefele up` does it). One: each member holds all that live, and no others, for alive; of whole"
          + " agents each also tells of one tree of groups. The leader is JGroups' coordinator,"
          + " Pekko's leader, and of whole agents that of the top group; elsewhere there is none,"
          + " and the third member is killed. A cut lets nothing through, silently.";

  @Option(
      names = "--peers",
      paramLabel = "NAME",
      split = ",",
      description =
          "nefele, atomix, atomix-tuned, scalecube, scalecube-local, pekko, jgroups, serf, agents"
              + " (default: all).")
  private List<String> peers = Arrays.stream(Contestant.values()).map(Contestant::id).toList();

  @Option(
      names = "--n",
      paramLabel = "N",
      split = ",",
      description = "Members (default: 16,64,128).")
  private List<Integer> sizes = List.of(16, 64, 128);

  @Option(
      names = "--trials",
      paramLabel = "NAME",
      split = ",",
      description = "membership, federation (default: both).")
  private List<String> trials = Arrays.stream(TrialKind.values()).map(TrialKind::id).toList();

  @Option(
      names = "--runs",
      paramLabel = "N",
      description = "Trials of each system, of which the median counts (default: 1).")
  private int runs = 1;

  @Option(
      names = "--deadline-seconds",
      paramLabel = "S",
      description = "For each phase of each trial (default: 90).")
  private int deadlineSeconds = 90;

  @Option(
      names = "--rest-seconds",
      paramLabel = "S",
      description = "To settle, and again to count traffic at rest (default: 20).")
  private int restSeconds = 20;

  @Option(names = "--heap", paramLabel = "SIZE", description = "Of each JVM (default: 6g).")
  private String heap = "6g";

  @Override
  protected String title() {
    return "Convergence of membership";
  }

  /** Keeps what other trials and other numbers of members gave, as all of them take long. */
  @Override
  protected List<Section> merged(List<Section> earlier, List<Section> measured) {
    Set<String> anew = measured.stream().map(Section::title).collect(Collectors.toSet());
    List<Section> all = new ArrayList<>(measured);
    for (Section section : earlier) {
      if (!anew.contains(section.title())) {
        all.add(section);
      }
    }
    all.sort(Comparator.comparingInt(ConvergenceReport::membersOf)); // stable
    return all;
  }

  @Override
  protected List<Plot> plots(List<Section> sections) {
    return ConvergencePlots.of(sections);
  }

  @Override
  protected List<Section> measure(Distribution distribution) throws Exception {
    List<Contestant> contestants = contestants();
    PrivateNetwork network = PrivateNetwork.probe();
    TrialProcess process = new TrialProcess(distribution, network, heap);
    List<Section> sections = new ArrayList<>();
    for (int size : sizes) {
      for (TrialKind kind : kinds()) {
        MachineFacts machine = MachineFacts.read(distribution.commit());
        sections.addAll(
            ConvergenceReport.sections(
                kind,
                size,
                results(kind, size, contestants, process),
                method(kind, contestants, network, machine)));
      }
    }
    return sections;
  }

  private Map<Contestant, TrialProcess.Result> results(
      TrialKind kind, int size, List<Contestant> contestants, TrialProcess process)
      throws Exception {
    // One after the other, so that what the machine does meanwhile meets all alike.
    ListMultimap<Contestant, TrialProcess.Result> found = ArrayListMultimap.create();
    for (int run = 1; run <= runs; run++) {
      for (Contestant contestant : contestants) {
        if (size <= contestant.mostMembers()) {
          progress(size + " members, " + kind.id() + ", run " + run + ": " + contestant.title());
          found.put(
              contestant,
              process.run(
                  kind,
                  contestant,
                  size,
                  Duration.ofSeconds(deadlineSeconds),
                  Duration.ofSeconds(restSeconds)));
        }
      }
    }
    Map<Contestant, TrialProcess.Result> results = new EnumMap<>(Contestant.class);
    for (Contestant contestant : found.keySet()) {
      results.put(contestant, TrialProcess.Result.median(found.get(contestant)));
    }
    return results;
  }

  private List<TrialKind> kinds() {
    return Arrays.stream(TrialKind.values()).filter(kind -> trials.contains(kind.id())).toList();
  }

  @Override
  protected void check() {
    for (String peer : peers) {
      require(Contestant.find(peer).isPresent(), "--peers: there is no '" + peer + "'");
    }
    for (String trial : trials) {
      require(TrialKind.find(trial).isPresent(), "--trials: there is no '" + trial + "'");
    }
    require(
        sizes.stream().allMatch(size -> size >= 2 && size <= MOST_MEMBERS),
        "--n are 2 to " + MOST_MEMBERS + ", not " + sizes);
    require(runs >= 1, "--runs is 1 or more, not " + runs);
    require(deadlineSeconds >= 1, "--deadline-seconds is 1 or more, not " + deadlineSeconds);
    require(restSeconds >= 1, "--rest-seconds is 1 or more, not " + restSeconds);
    require(heap.matches("[1-9][0-9]*[mg]"), "--heap is as in 512m or 3g, not " + heap);
  }

  private List<Contestant> contestants() {
    List<Contestant> chosen = new ArrayList<>();
    for (Contestant contestant : Contestant.values()) {
      if (!peers.contains(contestant.id())) {
        continue;
      }
      if (contestant == Contestant.SERF && !isInstalled("serf")) {
        progress("serf is not installed and is left out");
        continue;
      }
      chosen.add(contestant);
    }
    return chosen;
  }

  private String method(
      TrialKind kind, List<Contestant> contestants, PrivateNetwork network, MachineFacts machine) {
    String settings =
        contestants.stream()
            .map(contestant -> contestant.title() + ": " + contestant.settings())
            .collect(Collectors.joining("; "));
    return "Begun "
        + machine.date()
        + " at commit "
        + machine.commit()
        + ", load average "
        + machine.loadAverage()
        + ". All members at once, each told the first "
        + Layout.SEEDS
        + " as seeds; "
        + (runs == 1 ? "one run" : "the median of " + runs + " runs")
        + ". Settings: "
        + settings
        + ". What members know is polled every 5 ms. A phase may take "
        + deadlineSeconds
        + " s; after one that took longer a trial ends. "
        + switch (kind) {
          case MEMBERSHIP -> membership(network);
          case FEDERATION -> FEDERATION;
        };
  }

  private String membership(PrivateNetwork network) {
    return "Each system in JVMs of its own with a heap of "
        + heap
        + ". The 10 % to be killed share a second JVM, which is ended by SIGKILL (serf and whole"
        + " agents: a process each). "
        + network.method();
  }

  private static boolean isInstalled(String program) {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }
}
