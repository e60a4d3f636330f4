package io.nefele.agent.core;

import io.nefele.core.AgentId;
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
  private final Launches launches;

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

  Batches(Launches launches) {
    this.launches = launches;
  }

  /** A batch that is no longer wanted. */
  record CalledOff(boolean gated, List<ProcessId> processes) {}

  /**
   * Has the processes of a request made, with ids from {@code ids}.
   *
   * @param participants all agents that make processes of the request
   */
  void begin(
      RequestKey key,
      List<Component> components,
      boolean gated,
      List<AgentId> participants,
      Supplier<ProcessId> ids) {
    Batch batch = new Batch(key, gated);
    for (Component component : components) {
      for (int i = 0; i < component.count(); i++) {
        ProcessId process = ids.get();
        batch.processes.put(process, component.template());
        batch.awaited.add(process);
        batches.put(process, batch);
      }
    }
    batch.processes.forEach(
        (process, template) -> {
          // Not what comes after one whose program can't be had, which gives the batch up.
          if (batches.containsKey(process)) {
            launches.start(process, template, gated, Optional.of(key), participants);
          }
        });
  }

  /** The requests of which a program has not come yet. */
  List<RequestKey> waiting() {
    return new LinkedHashSet<>(batches.values())
        .stream()
            .filter(batch -> batch.processes.keySet().stream().anyMatch(launches::isWaiting))
            .map(batch -> batch.key)
            .toList();
  }

  /** Gives up the batch of a request. */
  CalledOff callOff(RequestKey key) {
    Batch batch =
        batches.values().stream().filter(its -> its.key.equals(key)).findFirst().orElseThrow();
    batch.processes.keySet().forEach(batches::remove);
    return new CalledOff(batch.gated, List.copyOf(batch.processes.keySet()));
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
