package io.nefele.sim;

import io.nefele.sim.check.Sometimes;
import io.nefele.sim.model.FederationFigures;
import io.nefele.sim.model.TableFigures;
import io.nefele.sim.plan.FaultPlan;
import io.nefele.sim.plan.PlanText;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.stream.Collectors;

/** Prints outcomes, for people or as JSON. */
final class Report {
  private final PrintWriter out;
  private final boolean json;

  Report(PrintWriter out, boolean json) {
    this.out = out;
    this.json = json;
  }

  void outcome(Outcome outcome) {
    String text =
        json
            ? "{\"seed\":%d,\"agents\":%d,\"simulatedSeconds\":%.3f,\"wallSeconds\":%.3f,\"cpuSeconds\":%.3f,"
                + "\"ratio\":%.1f,\"events\":%d,\"checked\":%d,\"restSeconds\":%s,"
                + "\"hash\":\"%s\",\"violation\":%s}%n"
            : "seed %d, %d agents: %.1f s simulated in %.2f s (%.2f s of CPU, %.0f x), %d events,"
                + " %d inputs and effects checked, at rest %s s after the faults,"
                + " trace hash %s%s%n";
    String violation =
        outcome
            .violation()
            .map(
                v ->
                    json
                        ? "{\"invariant\":\""
                            + v.invariant()
                            + "\",\"message\":\""
                            + escaped(String.valueOf(v.getMessage()))
                            + "\"}"
                        : ": invariant " + v.invariant() + " is broken")
            .orElse(json ? "null" : "");
    out.printf(
        Locale.ROOT,
        text,
        outcome.plan().seed(),
        outcome.plan().agents().size(),
        outcome.simulated().toMillis() / 1e3,
        outcome.wall().toMillis() / 1e3,
        outcome.cpu().toMillis() / 1e3,
        outcome.ratio(),
        outcome.events(),
        outcome.checks(),
        outcome
            .restAfter()
            .map(rest -> String.format(Locale.ROOT, "%.1f", rest.toMillis() / 1e3))
            .orElse(json ? "null" : "never"),
        outcome.hash(),
        violation);
    out.flush();
  }

  /** What the federation alone does. */
  void federation(FederationFigures figures) {
    out.printf(
        Locale.ROOT,
        json
            ? "{\"agents\":%d,\"roundsToOneTop\":%.1f,\"messagesPerAgent\":%.1f,\"levels\":%d,"
                + "\"wrongSizes\":%d,\"largestRegroup\":%d,\"crashes\":%d,\"onPath\":%s}%n"
            : "%d agents: one top after %.1f rounds, %.1f messages per agent, %d levels, %d groups"
                + " of a wrong size; at most %d agents regrouped after one of %d crashes%s%n",
        figures.agents(),
        figures.roundsToOneTop(),
        figures.messagesPerAgent(),
        figures.levels(),
        figures.wrongSizes(),
        figures.largestRegroup(),
        figures.crashes(),
        figures
            .onPath()
            .map(
                share ->
                    json
                        ? String.format(Locale.ROOT, "%.6f", share)
                        : String.format(
                            Locale.ROOT,
                            "; %.3f %% of agents on a valid path to the top at a churn of 1 %%/min",
                            100 * share))
            .orElse(json ? "null" : ""));
    out.flush();
  }

  /** The story, the shrunk plan and how to see it again. */
  void failure(Outcome shrunk, FaultPlan plan, String replay) {
    String message =
        shrunk
            .violation()
            .map(v -> v.invariant() + ": " + v.getMessage())
            .orElse("not broken any more after shrinking");
    if (json) {
      out.printf(
          Locale.ROOT,
          "{\"shrunk\":\"%s\",\"story\":[%s],\"plan\":\"%s\",\"replay\":\"%s\"}%n",
          escaped(message),
          shrunk.story().stream()
              .map(line -> "\"" + escaped(line) + "\"")
              .collect(Collectors.joining(",")),
          escaped(PlanText.write(plan)),
          escaped(replay));
    } else {
      out.println();
      out.println("What happened last, with the smallest plan that still breaks it:");
      shrunk.story().forEach(line -> out.println("  " + line));
      out.println("  " + message);
      out.println();
      out.println("The plan:");
      PlanText.write(plan).lines().forEach(line -> out.println("  " + line));
      out.println();
      out.println("Replay: " + replay);
    }
    out.flush();
  }

  void sometimes(Sometimes all) {
    all.counts()
        .forEach(
            (thing, count) ->
                out.printf(
                    Locale.ROOT,
                    json ? "{\"sometimes\":\"%s\",\"count\":%d}%n" : "  %-60s %8d%n",
                    thing.meaning(),
                    count));
    if (!json) {
      all.missing().forEach(thing -> out.println("  never: " + thing.meaning()));
    }
    out.flush();
  }

  void spread(Spread.Found found) {
    out.printf(
        Locale.ROOT,
        json
            ? "{\"agents\":%d,\"allSeeAllSeconds\":%.3f,\"newsSeconds\":%.3f,"
                + "\"datagramsPerAgentAndSecond\":%.3f,\"falseRemovals\":%d}%n"
            : "%d agents: all see all after %.2f s, the last has heard news after %.2f s,"
                + " %.2f datagrams per agent and second at rest, %d members that lived removed%n",
        found.agents(),
        found.allSeeAll().toMillis() / 1e3,
        found.newsHeard().toMillis() / 1e3,
        found.datagrams(),
        found.falseRemovals());
    out.flush();
  }

  void tables(TableFigures.Figures found) {
    out.printf(
        Locale.ROOT,
        json
            ? "{\"agents\":%d,\"processes\":%d,\"birthBytes\":%.1f,\"deathBytes\":%.1f,"
                + "\"restBytesPerSecond\":%.1f,\"groupKnowsMillis\":%.2f,"
                + "\"groupKnowsP99Millis\":%.2f,\"farKnowsMillis\":%.2f,"
                + "\"farKnowsP99Millis\":%.2f,\"memoryBytes\":%.0f}%n"
            : "%d agents with %d processes each: an agent sends %.0f bytes for a birth, %.0f for a"
                + " death and %.0f a second at rest; its group knows of a death after %.1f ms (p99"
                + " %.1f), who asks from another group after %.1f ms (p99 %.1f); %.0f bytes of"
                + " memory%n",
        found.agents(),
        found.processes(),
        found.birthBytes(),
        found.deathBytes(),
        found.restBytes(),
        found.groupKnows().median().toNanos() / 1e6,
        found.groupKnows().tail().toNanos() / 1e6,
        found.farKnows().median().toNanos() / 1e6,
        found.farKnows().tail().toNanos() / 1e6,
        found.memoryBytes());
    out.flush();
  }

  void mutant(MutantTable.Row row) {
    out.printf(
        Locale.ROOT,
        json
            ? "{\"mutant\":\"%s\",\"invariant\":\"%s\",\"caught\":%b,\"seeds\":%d,"
                + "\"seconds\":%.2f}%n"
            : "%-26s %-4s %-7s %4d seeds %7.2f s%n",
        row.mutant().name().toLowerCase(Locale.ROOT).replace('_', '-'),
        row.noticedBy().orElse("-"),
        json ? row.caught() : row.caught() ? "caught" : "MISSED",
        row.seed(),
        row.wall().toMillis() / 1e3);
    out.flush();
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }
}
