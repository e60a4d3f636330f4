package io.nefele.agent.core;

import io.nefele.core.ProcessId;
import io.nefele.placement.Component;
import io.nefele.placement.ProcessTemplate;
import io.nefele.placement.RequestKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The processes of this server that are being made: those of one request together, all or none.
 * None of a batch has a row before all of it are made.
 */
final class Batches {
  private final Outbox outbox;

  /** Of each process that is being made, its batch. */
  private final Map<ProcessId, Batch> batches = new LinkedHashMap<>();

  private static final class Batch {
    final RequestKey key;
    final boolean gated;

    /** In the order in which they were asked for. */
    final Map<ProcessId, ProcessTemplate> processes = new LinkedHashMap<>();

    final SortedSet<ProcessId> awaited = new TreeSet<>();

    Batch(RequestKey key, boolean gated) {
      this.key = key;
      this.gated = gated;
    }
  }

  /**
   * A batch that is there.
   *
   * @param gated whether its processes are held before their first instruction
   * @param processes in the order in which they were asked for
   */
  record Made(RequestKey key, boolean gated, Map<ProcessId, ProcessTemplate> processes) {}

  /**
   * A batch of which one could not be made.
   *
   * @param failed what that one was to be
   * @param others of which some may be there
   */
  record Broken(RequestKey key, boolean gated, ProcessTemplate failed, List<ProcessId> others) {}

  Batches(Outbox outbox) {
    this.outbox = outbox;
  }

  /** Has the processes of a request made, with ids from {@code ids}. */
  void begin(RequestKey key, List<Component> components, boolean gated, Supplier<ProcessId> ids) {
    Batch batch = new Batch(key, gated);
    for (Component component : components) {
      for (int i = 0; i < component.count(); i++) {
        ProcessId process = ids.get();
        batch.processes.put(process, component.template());
        batch.awaited.add(process);
        batches.put(process, batch);
        outbox.add(new AgentEffect.Spawn(process, component.template(), gated));
      }
    }
  }

  /** What is being made. */
  Stream<ProcessTemplate> templates() {
    return new LinkedHashSet<>(batches.values())
        .stream().flatMap(batch -> batch.processes.values().stream());
  }

  /** A process is there. Returns its batch, if it was the last that was awaited. */
  Optional<Made> made(ProcessId process) {
    Batch batch = batches.remove(process);
    if (batch == null) {
      return Optional.empty();
    }
    batch.awaited.remove(process);
    return batch.awaited.isEmpty()
        ? Optional.of(new Made(batch.key, batch.gated, batch.processes))
        : Optional.empty();
  }

  /** A process could not be made. Returns its batch, which is given up. */
  Optional<Broken> failed(ProcessId process) {
    Batch batch = batches.get(process);
    ProcessTemplate failed = batch == null ? null : batch.processes.get(process);
    if (batch == null || failed == null) {
      return Optional.empty();
    }
    List<ProcessId> others = new ArrayList<>(batch.processes.keySet());
    others.forEach(batches::remove);
    others.remove(process);
    return Optional.of(new Broken(batch.key, batch.gated, failed, others));
  }
}
