package io.nefele.placement;

import io.nefele.core.AgentId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Whom a request asks, one circle after the other: the own group, then of the others only those
 * that may serve it by what they last told of themselves, those that told of room first and of
 * these the nearest.
 */
public final class Circles {
  /** Agents in the first circle beyond the own group; each further one has twice as many. */
  private static final int SECOND_CIRCLE = 24;

  /** How many agents outside the own group one decision may contact. */
  private static final int AGENTS_MAX = 256;

  private Circles() {}

  /**
   * What an agent told of itself.
   *
   * @param free seconds old
   * @param distance in any unit; the larger, the farther
   */
  public record Summary(
      AgentId agent, Resources capacity, Resources free, ServerFacts facts, long distance) {

    /** Of how many kinds it may have room for one. */
    private int mayServe(List<Component> components, Resources room) {
      int kinds = 0;
      for (Component component : components) {
        ProcessTemplate template = component.template();
        kinds += room.covers(template.demand()) && meets(template.constraints()) ? 1 : 0;
      }
      return kinds;
    }

    private boolean meets(List<Constraint> constraints) {
      return constraints.stream().filter(Constraint::hard).allMatch(facts::meets);
    }
  }

  /**
   * @param near the own group, the own agent among them
   * @param others all other agents
   */
  public static List<List<AgentId>> of(
      List<AgentId> near, Collection<Summary> others, List<Component> components) {
    List<AgentId> far =
        others.stream()
            .filter(summary -> summary.mayServe(components, summary.capacity) > 0)
            .sorted(
                // Room for what is small is everywhere, and must not hide where the rest fits.
                Comparator.comparingInt(
                        (Summary summary) -> -summary.mayServe(components, summary.free))
                    .thenComparingLong(Summary::distance)
                    .thenComparing(Summary::agent))
            .limit(AGENTS_MAX)
            .map(Summary::agent)
            .toList();
    List<List<AgentId>> circles = new ArrayList<>();
    if (components.stream().anyMatch(Circles::looksFar)) {
      List<AgentId> all = new ArrayList<>(near);
      all.addAll(far);
      circles.add(all);
      return circles;
    }
    circles.add(near);
    int size = SECOND_CIRCLE;
    int from = 0;
    while (from < far.size()) {
      int to = Math.min(far.size(), from + size);
      circles.add(far.subList(from, to));
      from = to;
      size *= 2;
    }
    return circles;
  }

  /** What must hold in domains larger than a server can't be judged by asking one group. */
  private static boolean looksFar(Component component) {
    return component.template().constraints().stream()
        .anyMatch(constraint -> !constraint.domain().equals(Constraint.SERVER));
  }
}
