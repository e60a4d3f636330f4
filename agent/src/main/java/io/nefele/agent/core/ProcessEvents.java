package io.nefele.agent.core;

import io.nefele.agent.core.ProcessEvent.ToldBy;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import io.nefele.table.RowEvent;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The last things that happened to processes, as this agent has noticed them. */
final class ProcessEvents {
  private static final int REMEMBERED = 4000;

  private static final Comparator<ToldBy> CAUSAL =
      Comparator.comparingInt((ToldBy told) -> told.event().epoch())
          .thenComparingLong(told -> told.event().change())
          .thenComparing(told -> told.event().kind().compareTo(RowEvent.Kind.LOST) >= 0)
          .thenComparingLong(told -> told.event().atMillis())
          .thenComparing(told -> told.event().kind());

  private final Deque<ProcessEvent> events = new ArrayDeque<>();
  private long lastSequence;

  /**
   * What two agents may both have noticed.
   *
   * @param minute of what may happen again without a change of the row: an agent may be lost and
   *     found more than once
   */
  private record Same(ProcessId process, int epoch, long change, RowEvent.Kind kind, long minute) {}

  void add(Instant now, RowEvent event) {
    events.add(ProcessEvent.of(++lastSequence, now.toEpochMilli(), event));
    if (events.size() > REMEMBERED) {
      events.remove();
    }
  }

  /** Those that are not older than {@code sinceMillis}, the oldest first. */
  List<ProcessEvent> since(Optional<Name> tenant, long sinceMillis) {
    return events.stream()
        .filter(event -> event.atMillis() >= sinceMillis)
        .filter(event -> tenant.map(event.tenant()::equals).orElse(true))
        .toList();
  }

  /**
   * What agents have told, by their clocks; but the events of each process in the order in which
   * one led to the other, whatever the clocks say. What several have noticed comes once.
   */
  static List<ToldBy> inOrder(List<ToldBy> told) {
    List<ToldBy> byClock = new ArrayList<>(told);
    byClock.sort(Comparator.comparingLong(one -> one.event().atMillis())); // stable
    Set<Same> seen = new LinkedHashSet<>();
    byClock.removeIf(one -> !seen.add(same(one.event())));
    SortedMap<ProcessId, Deque<ToldBy>> ofEach = new TreeMap<>();
    byClock.stream()
        .sorted(CAUSAL)
        .forEach(
            one ->
                ofEach
                    .computeIfAbsent(one.event().process(), unused -> new ArrayDeque<>())
                    .add(one));
    List<ToldBy> ordered = new ArrayList<>();
    byClock.forEach(
        one -> {
          Deque<ToldBy> left = ofEach.getOrDefault(one.event().process(), new ArrayDeque<>());
          ordered.add(left.remove());
        });
    return ordered;
  }

  private static Same same(ProcessEvent event) {
    boolean again = event.kind().compareTo(RowEvent.Kind.LOST) >= 0;
    long minute = again ? event.atMillis() / 60_000 : 0;
    return new Same(event.process(), event.epoch(), event.change(), event.kind(), minute);
  }
}
