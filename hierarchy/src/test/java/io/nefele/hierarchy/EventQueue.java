package io.nefele.hierarchy;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;

/** Virtual time: what is due next happens next, ties in the order of scheduling. */
final class EventQueue {
  private record Event(Instant at, long sequence, Runnable action) {}

  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparing(Event::at).thenComparingLong(Event::sequence));
  private Instant now = Instant.EPOCH;
  private long sequence;

  Instant now() {
    return now;
  }

  void at(Instant time, Runnable action) {
    events.add(new Event(time, sequence++, action));
  }

  void after(Duration delay, Runnable action) {
    at(now.plus(delay), action);
  }

  /** Runs until {@code end} or until nothing is left to happen; returns whether nothing is left. */
  boolean runUntil(Instant end) {
    while (!events.isEmpty() && !events.peek().at().isAfter(end)) {
      Event event = events.poll();
      now = event.at();
      event.action().run();
    }
    if (events.isEmpty()) {
      return true;
    }
    now = end;
    return false;
  }
}
