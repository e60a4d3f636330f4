package io.nefele.sim.model;

import io.nefele.core.SeededStreams;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What the process table costs and how soon it knows: the tables' own cores over a network without
 * faults, in groups of 16. Groups tell each other no rows, so they are run one after the other. All
 * processes of a group are born within a minute, and end within another one.
 */
public final class TableFigures {
  /**
   * What was found. Bytes are those of an agent to all others of its group together.
   *
   * @param birthBytes of one birth
   * @param deathBytes of one death
   * @param restBytes in a second in which nothing is born and nothing ends
   * @param groupKnows from a death until all of the group know of it
   * @param farKnows the same until an agent of another group, which asks all the time, has the
   *     answer
   * @param memoryBytes of the heap, for the rows of its group
   */
  public record Figures(
      int agents,
      int processes,
      double birthBytes,
      double deathBytes,
      double restBytes,
      Delays groupKnows,
      Delays farKnows,
      double memoryBytes) {}

  /** Half of them are at most the first, and 99 in a hundred at most the other. */
  public record Delays(Duration median, Duration tail) {
    private static Delays of(List<Long> nanos) {
      List<Long> sorted = nanos.stream().sorted().toList();
      return new Delays(
          Duration.ofNanos(sorted.get(sorted.size() / 2)),
          Duration.ofNanos(sorted.get((int) (sorted.size() * 0.99))));
    }
  }

  private final int agents;
  private final int processes;
  private final SeededStreams streams;
  private final List<Long> groupNanos = new ArrayList<>();
  private final List<Long> farNanos = new ArrayList<>();
  private long birthBytes;
  private long deathBytes;
  private long restBytes;
  private long memoryBytes;

  private TableFigures(long seed, int agents, int processes) {
    this.streams = new SeededStreams(seed);
    this.agents = agents;
    this.processes = processes;
  }

  /**
   * Measures.
   *
   * @param agents how many, in whole groups: rounded up
   * @param processes of each agent
   */
  public static Figures of(long seed, int agents, int processes) {
    return new TableFigures(seed, agents, processes).measure();
  }

  private Figures measure() {
    int groups = Math.ceilDiv(agents, TableGroup.SIZE);
    for (int number = 0; number < groups; number++) {
      TableGroup group = new TableGroup(streams, number, processes);
      group.run();
      birthBytes += group.birthBytes();
      deathBytes += group.deathBytes();
      restBytes += group.restBytes();
      memoryBytes += group.memoryBytes();
      groupNanos.addAll(group.groupNanos());
      farNanos.addAll(group.farNanos());
    }
    double all = (double) groups * TableGroup.SIZE;
    return new Figures(
        groups * TableGroup.SIZE,
        processes,
        birthBytes / all / processes,
        deathBytes / all / processes,
        restBytes / all / TableGroup.PHASE.toSeconds(),
        Delays.of(groupNanos),
        Delays.of(farNanos),
        memoryBytes / all);
  }
}
