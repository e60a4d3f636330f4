package io.nefele.agent.core;

import io.nefele.hierarchy.HierarchyEvent;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;

/** The last things that this agent did in its groups, and why. */
final class EventLog {
  private static final int REMEMBERED = 500;

  private final Deque<LoggedEvent> events = new ArrayDeque<>();
  private long lastSequence;

  void add(Instant now, HierarchyEvent event) {
    add(
        new LoggedEvent(
            ++lastSequence,
            now.toEpochMilli(),
            event.kind().name().toLowerCase(Locale.ROOT),
            event.group().toString(),
            event.why()));
  }

  /** Something that another agent should not have sent. */
  void dropped(Instant now, String why) {
    add(new LoggedEvent(++lastSequence, now.toEpochMilli(), "dropped", "", why));
  }

  private void add(LoggedEvent event) {
    events.add(event);
    if (events.size() > REMEMBERED) {
      events.remove();
    }
  }

  /** The events that are not older than {@code sinceMillis}, the oldest first. */
  List<LoggedEvent> since(long sinceMillis) {
    List<LoggedEvent> young = new ArrayList<>();
    for (LoggedEvent event : events) {
      if (event.atMillis() >= sinceMillis) {
        young.add(event);
      }
    }
    return young;
  }
}
