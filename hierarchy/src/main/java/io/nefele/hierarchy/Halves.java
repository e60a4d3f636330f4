package io.nefele.hierarchy;

import io.nefele.core.AgentBoot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** How a leader splits its group: the half that is nearer to it stays. */
final class Halves {
  private final Surroundings around;

  Halves(Surroundings around) {
    this.around = around;
  }

  /** Those who are to go, the one to lead them first. */
  List<AgentBoot> farHalf(List<AgentBoot> members) {
    List<AgentBoot> byDistance = new ArrayList<>(members);
    byDistance.remove(around.self);
    byDistance.sort(Comparator.comparing(around.peers::rtt)); // stable: ties stay in view order
    int staying = (members.size() + 1) / 2 - 1;
    return List.copyOf(byDistance.subList(staying, byDistance.size()));
  }
}
