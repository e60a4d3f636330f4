package io.nefele.bench.placement;

import io.nefele.placement.Component;
import io.nefele.placement.Resources;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Somebody who knows all servers as they are at each instant, and is asked by one at a time: puts
 * the largest processes first, each where least is left over.
 */
final class BestFit {
  private final List<Resources> capacities;
  private final List<Resources> free;

  BestFit(List<Resources> capacities, List<Resources> free) {
    this.capacities = capacities;
    this.free = new ArrayList<>(free);
  }

  /** Takes the room for all of {@code components}, or for none. */
  boolean place(List<Component> components) {
    List<Component> largestFirst =
        components.stream()
            .sorted(
                Comparator.comparingDouble(
                    (Component component) -> -size(component.template().demand())))
            .toList();
    List<Resources> before = List.copyOf(free);
    for (Component component : largestFirst) {
      Resources each = component.template().demand();
      for (int i = 0; i < component.count(); i++) {
        int server = tightest(each);
        if (server < 0) {
          free.clear();
          free.addAll(before);
          return false;
        }
        free.set(server, free.get(server).minus(each));
      }
    }
    return true;
  }

  private int tightest(Resources each) {
    int best = -1;
    double least = Double.MAX_VALUE;
    for (int i = 0; i < free.size(); i++) {
      if (free.get(i).covers(each)) {
        double left = free.get(i).minus(each).tighterShareOf(capacities.get(i));
        if (left < least) {
          least = left;
          best = i;
        }
      }
    }
    return best;
  }

  private static double size(Resources each) {
    return Math.max(each.cpuMillis() / 1000.0, each.memoryBytes() / (double) (4L << 30));
  }
}
