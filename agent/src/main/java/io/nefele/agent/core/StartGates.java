package io.nefele.agent.core;

import io.nefele.core.Durations;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import io.nefele.placement.ProcessTemplate;
import io.nefele.table.Health;
import io.nefele.table.ProcessRow;
import io.nefele.table.ProcessState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Holds processes of this server before their first instruction until, for each name that they
 * start after, somebody well has been found. The fabric is asked again and again, each name once
 * for all that wait for it. That a process waits is in its row, so that a crash of the agent
 * changes nothing: the process itself is held by the server.
 */
final class StartGates {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final Duration LAST_PAUSE = Duration.ofSeconds(1);

  private final Directory directory;
  private final Names names;
  private final Outbox outbox;

  /** Of each that is held, the names that nobody well was found to have yet. */
  private final SortedMap<ProcessId, Held> held = new TreeMap<>();

  private final SortedSet<Wanted> asked = new TreeSet<>();
  private Duration pause = FIRST_PAUSE;

  private record Held(Name tenant, SortedSet<Name> missing) {}

  private record Wanted(Name tenant, Name name) implements Comparable<Wanted> {
    @Override
    public int compareTo(Wanted other) {
      int byTenant = tenant.compareTo(other.tenant);
      return byTenant != 0 ? byTenant : name.compareTo(other.name);
    }
  }

  /** What the fabric knows of names. */
  interface Names {
    /** Tells {@code then} whether somebody well has that name. */
    void isThere(Instant now, Name tenant, Name name, Consumer<Boolean> then);
  }

  StartGates(Directory directory, Names names, Outbox outbox) {
    this.directory = directory;
    this.names = names;
    this.outbox = outbox;
  }

  /** Whether a process is to be held once it is made. */
  static boolean areFor(ProcessTemplate template) {
    return !template.terms().lifecycle().after().isEmpty();
  }

  /** Whether the process of {@code row} is to be held once it is made. */
  static boolean areFor(ProcessRow row) {
    return Restarts.template(row).filter(StartGates::areFor).isPresent();
  }

  /** The process of {@code row} is at its gate, and nothing but the order keeps it there. */
  void hold(Instant now, ProcessRow row) {
    SortedSet<Name> missing = new TreeSet<>();
    Restarts.template(row)
        .ifPresent(template -> missing.addAll(template.terms().lifecycle().after()));
    held.put(row.id(), new Held(row.tenant(), missing));
    directory.put(
        now,
        (row.state() == ProcessState.STARTING
                ? row
                : row.with(ProcessState.STARTING, now.toEpochMilli()))
            .with(Health.WAITING));
    pause = FIRST_PAUSE;
    look(now);
  }

  /** A process is not to be let go any more. Returns whether it was held. */
  boolean giveUp(ProcessId process) {
    return held.remove(process) != null;
  }

  /** It is time to ask again. */
  void due(Instant now) {
    Duration twice = Durations.multiply(pause, 2);
    pause = twice.compareTo(LAST_PAUSE) < 0 ? twice : LAST_PAUSE;
    look(now);
  }

  private void look(Instant now) {
    if (held.isEmpty()) {
      return;
    }
    outbox.setTimer(new AgentTimer.StartOrderDue(), pause);
    SortedSet<Wanted> wanted = new TreeSet<>();
    for (Held its : held.values()) {
      its.missing.forEach(name -> wanted.add(new Wanted(its.tenant, name)));
    }
    wanted.removeAll(asked);
    asked.addAll(wanted);
    for (Wanted its : wanted) {
      names.isThere(
          now,
          its.tenant,
          its.name,
          there -> {
            asked.remove(its);
            if (there) {
              found(outbox.now(), its);
            }
          });
    }
  }

  private void found(Instant now, Wanted wanted) {
    List<ProcessId> ready = new ArrayList<>();
    held.forEach(
        (process, its) -> {
          if (its.tenant.equals(wanted.tenant)
              && its.missing.remove(wanted.name)
              && its.missing.isEmpty()) {
            ready.add(process);
          }
        });
    if (ready.isEmpty()) {
      return;
    }
    for (ProcessId process : ready) {
      held.remove(process);
      directory.ownRow(process).ifPresent(row -> directory.put(now, row.with(Health.UNCHECKED)));
    }
    outbox.add(new AgentEffect.Release(ready));
  }
}
