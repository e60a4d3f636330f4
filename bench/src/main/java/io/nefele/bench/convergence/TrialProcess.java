package io.nefele.bench.convergence;

import io.nefele.bench.BenchFailure;
import io.nefele.bench.convergence.Finding.Phase;
import io.nefele.bench.fabric.Distribution;
import io.nefele.bench.fabric.PrivateNetwork;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs a trial in a JVM and a network of its own. */
record TrialProcess(Distribution distribution, PrivateNetwork network, String heap) {
  private static final Duration SLACK = Duration.ofSeconds(60);
  private static final Duration END_LIMIT = Duration.ofSeconds(30);

  /**
   * What a trial found; phases that it did not come to are missing.
   *
   * @param lastWords the last line that was no finding; empty if there was none
   */
  record Result(Map<Phase, Finding> findings, String lastWords) {

    /**
     * The median of each phase; one that a trial did not come to, or not to the end of, is slower
     * than all others.
     *
     * @param trials at least one
     */
    static Result median(List<Result> trials) {
      Map<Phase, Finding> medians = new EnumMap<>(Phase.class);
      for (Phase phase : Phase.values()) {
        trials.stream()
            .flatMap(trial -> Optional.ofNullable(trial.findings.get(phase)).stream())
            .sorted(
                Comparator.comparing((Finding finding) -> !finding.reached())
                    .thenComparingDouble(Finding::value))
            .skip((trials.size() - 1) / 2)
            .findFirst()
            .ifPresent(finding -> medians.put(phase, finding));
      }
      return new Result(medians, trials.getLast().lastWords);
    }
  }

  /**
   * @param rest over which traffic is counted, after as long to settle
   */
  Result run(TrialKind kind, Contestant contestant, int members, Duration deadline, Duration rest)
      throws IOException, BenchFailure, InterruptedException {
    List<String> command =
        new ArrayList<>(distribution.benchCommand(flags(), TrialMain.class.getName()));
    command.add(kind.id());
    command.add(contestant.id());
    command.add(Integer.toString(members));
    command.add(Long.toString(deadline.toSeconds()));
    command.add(Long.toString(rest.toSeconds()));
    ProcessBuilder builder = new ProcessBuilder(network.wrap(command)).redirectErrorStream(true);
    Process process = builder.start();
    Thread killer = new Thread(process::destroy);
    Runtime.getRuntime().addShutdownHook(killer);
    try {
      CompletableFuture<Result> result = new CompletableFuture<>();
      Thread.ofVirtual().start(() -> result.complete(read(process)));
      Duration limit =
          deadline.multipliedBy(kind.phasesWithDeadline()).plus(rest.multipliedBy(2)).plus(SLACK);
      if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
        end(process);
      }
      return result.join();
    } finally {
      end(process);
      Runtime.getRuntime().removeShutdownHook(killer);
    }
  }

  private List<String> flags() {
    // The same for all: room for whoever needs it, and the collector that two cores can afford.
    return List.of("-Xmx" + heap, "-Xss512k", "-Dslf4j.internal.verbosity=ERROR");
  }

  /** With a word first, so that whole agents are brought down. */
  private static void end(Process process) throws InterruptedException {
    process.destroy();
    if (!process.waitFor(END_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }

  private static Result read(Process process) {
    Map<Phase, Finding> findings = new EnumMap<>(Phase.class);
    String last = "";
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        var finding = Finding.parse(line);
        if (finding.isPresent()) {
          findings.put(finding.get().phase(), finding.get());
        } else if (!line.isBlank()) {
          last = line.strip();
        }
      }
    } catch (IOException e) {
      last = String.valueOf(e.getMessage());
    }
    return new Result(findings, last);
  }
}
