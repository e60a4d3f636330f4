package io.nefele.sim.model;

import io.nefele.core.AgentBoot;
import io.nefele.hierarchy.GroupAdvert;
import io.nefele.hierarchy.GroupId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the federation of one size does: figures of one run of the {@link FederationModel}.
 *
 * @param roundsToOneTop from the start of all until all are under one top
 * @param messagesPerAgent until then
 * @param levels of the tree
 * @param wrongSizes groups of a wrong size once all was at rest
 * @param largestRegroup the most agents that changed their lowest group after one crash
 * @param crashes how many crashes were tried, of leaders of each level among them
 * @param onPath the share of agents with a valid path to the top, averaged over the churn
 */
public record FederationFigures(
    int agents,
    double roundsToOneTop,
    double messagesPerAgent,
    int levels,
    int wrongSizes,
    int largestRegroup,
    int crashes,
    Optional<Double> onPath) {

  private static final Duration FORMING_MAX = Duration.ofSeconds(60);
  private static final Duration REST = Duration.ofSeconds(30);
  private static final Duration AFTER_CRASH = Duration.ofSeconds(20);
  private static final Duration DOWN = Duration.ofSeconds(10);
  private static final int SAMPLES = 180;

  /**
   * Runs it.
   *
   * @param crashes how many agents to crash one after the other
   * @param churn whether 1 % of the agents a minute are to be crashed and started again, for three
   *     minutes
   */
  public static FederationFigures of(int agents, int k, long seed, int crashes, boolean churn) {
    FederationModel model = new FederationModel(agents, k, seed);
    Duration step = FederationModel.ROUND.dividedBy(2);
    TreeShape shape = TreeShape.of(model);
    while (!shape.isOneTree() && model.now().compareTo(FORMING_MAX) < 0) {
      model.run(step);
      shape = TreeShape.of(model);
    }
    double rounds =
        shape.isOneTree()
            ? (double) model.now().toNanos() / FederationModel.ROUND.toNanos()
            : Double.POSITIVE_INFINITY;
    double messages = (double) model.messages() / agents;
    model.run(REST);
    TreeShape atRest = TreeShape.of(model);
    int largest = 0;
    for (int i = 0; i < crashes; i++) {
      largest = Math.max(largest, regroupAfterCrash(model, i));
    }
    Optional<Double> onPath = churn ? Optional.of(churn(model, agents)) : Optional.empty();
    return new FederationFigures(
        agents, rounds, messages, atRest.levels(), atRest.wrongSizes(), largest, crashes, onPath);
  }

  private static int regroupAfterCrash(FederationModel model, int number) {
    AgentBoot victim = victim(model, number);
    TreeMap<AgentBoot, GroupId> before = lowestGroups(model);
    before.remove(victim);
    model.crash(victim);
    model.run(AFTER_CRASH);
    TreeMap<AgentBoot, GroupId> after = lowestGroups(model);
    int moved = 0;
    for (var entry : before.entrySet()) {
      if (!entry.getValue().equals(after.get(entry.getKey()))) {
        moved++;
      }
    }
    return moved;
  }

  /** One that leads as high as possible, one in the middle, one that leads nothing, and so on. */
  private static AgentBoot victim(FederationModel model, int number) {
    List<AgentBoot> living = model.living();
    int wanted = number % 4;
    List<AgentBoot> candidates =
        living.stream()
            .filter(agent -> model.hierarchy(agent).myLevels().size() >= 4 - wanted)
            .toList();
    return candidates.isEmpty()
        ? living.stream()
            .max(Comparator.comparingInt(agent -> model.hierarchy(agent).myLevels().size()))
            .orElseThrow()
        : candidates.get(model.random().nextInt(candidates.size()));
  }

  private static TreeMap<AgentBoot, GroupId> lowestGroups(FederationModel model) {
    TreeMap<AgentBoot, GroupId> groups = new TreeMap<>();
    for (AgentBoot agent : model.living()) {
      model
          .hierarchy(agent)
          .groupAt(0)
          .map(GroupAdvert::group)
          .ifPresent(g -> groups.put(agent, g));
    }
    return groups;
  }

  private static double churn(FederationModel model, int agents) {
    double sum = 0;
    double perSecond = agents / 100.0 / 60.0;
    double due = 0;
    TreeMap<Long, List<AgentBoot>> down = new TreeMap<>();
    for (int second = 0; second < SAMPLES; second++) {
      long now = model.now().toSeconds();
      while (!down.isEmpty() && down.firstKey() <= now) {
        down.pollFirstEntry().getValue().forEach(model::restart);
      }
      List<AgentBoot> victims = new ArrayList<>();
      List<AgentBoot> living = model.living();
      for (due += perSecond; due >= 1; due--) {
        AgentBoot victim = living.get(model.random().nextInt(living.size()));
        if (model.isAlive(victim)) {
          model.crash(victim);
          victims.add(victim);
        }
      }
      down.put(now + DOWN.toSeconds(), victims);
      // Sampled at all phases of what a crash brings about.
      model.run(Duration.ofMillis(500 + model.random().nextInt(1000)));
      TreeShape shape = TreeShape.of(model);
      sum += (double) shape.reaching() / shape.agents();
    }
    return sum / SAMPLES;
  }
}
