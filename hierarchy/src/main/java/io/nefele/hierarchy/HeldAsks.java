package io.nefele.hierarchy;

import io.nefele.core.AgentBoot;
import io.nefele.hierarchy.HierarchyMessage.Ask;
import java.util.ArrayList;
import java.util.List;

/** Requests for room in a group that is being founded, in the order of their coming. */
final class HeldAsks {
  record Held(AgentBoot from, Ask ask) {}

  private final int limit;
  private final List<Held> held = new ArrayList<>();

  HeldAsks(int limit) {
    this.limit = limit;
  }

  /** Returns whether there was room to hold it. */
  boolean add(AgentBoot from, Ask ask) {
    return held.size() < limit && held.add(new Held(from, ask));
  }

  /** Takes all out. */
  List<Held> drain() {
    List<Held> all = List.copyOf(held);
    held.clear();
    return all;
  }
}
