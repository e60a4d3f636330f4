package io.nefele.agent.core;

import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import java.util.LinkedHashSet;
import java.util.SequencedSet;

/** Which processes are known to be a tenant's, lately asked: a process never changes its tenant. */
final class Reached {
  private static final int REMEMBERED = 10_000;

  private final SequencedSet<Pair> pairs = new LinkedHashSet<>();

  private record Pair(Name tenant, ProcessId process) {}

  boolean contains(Name tenant, ProcessId process) {
    return pairs.contains(new Pair(tenant, process));
  }

  void add(Name tenant, ProcessId process) {
    pairs.add(new Pair(tenant, process));
    if (pairs.size() > REMEMBERED) {
      pairs.removeFirst();
    }
  }
}
