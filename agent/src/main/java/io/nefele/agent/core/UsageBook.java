package io.nefele.agent.core;

import io.nefele.core.ProcessId;
import io.nefele.table.ProcessRow;
import io.nefele.table.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Has the processes of this server measured as long as there are any, and writes what they use into
 * their rows, when it has become clearly different: a row is told to a whole group, and the longer
 * a process has run, the less another second says. One that does nothing costs nothing.
 */
final class UsageBook {
  private static final Duration INTERVAL = Duration.ofSeconds(5);

  /** Less of a change is no news: thousandths of a core, and parts of what was told. */
  private static final int NEWS_CPU_MILLIS = 50;

  private static final int NEWS_PART = 8;

  private final Directory directory;
  private final Outbox outbox;
  private final SortedMap<ProcessId, Last> last = new TreeMap<>();
  private Instant measuredAt = Instant.EPOCH;
  private boolean running;

  private record Last(Instant at, long cpuMicros) {}

  UsageBook(Directory directory, Outbox outbox) {
    this.directory = directory;
    this.outbox = outbox;
  }

  /** There is a process to be measured. */
  void started() {
    if (!running) {
      running = true;
      outbox.setTimer(new AgentTimer.Measure(), INTERVAL);
    }
  }

  void ended(ProcessId process) {
    last.remove(process);
  }

  void measureDue() {
    running =
        directory.ownRows().stream()
            .anyMatch(row -> row.state().isLive() && row.kind() == ProcessRow.Kind.PROCESS);
    if (running) {
      outbox.add(new AgentEffect.Measure());
      outbox.setTimer(new AgentTimer.Measure(), INTERVAL);
    }
  }

  void measured(Instant now, List<AgentInput.Measurement> measurements) {
    SortedMap<ProcessId, Last> rested = new TreeMap<>(last);
    for (AgentInput.Measurement measurement : measurements) {
      rested.remove(measurement.process());
      Last before = last.get(measurement.process());
      if (directory.ownRow(measurement.process()).filter(r -> r.state().isLive()).isPresent()) {
        last.put(measurement.process(), new Last(now, measurement.cpuMicros()));
        tell(now, measurement, cpuMillis(now, measurement, before));
      }
    }
    for (Map.Entry<ProcessId, Last> entry : rested.entrySet()) {
      last.remove(entry.getKey());
      directory
          .ownRow(entry.getKey())
          .filter(row -> row.state().isLive() && row.usage().cpuMillis() > 0)
          .ifPresent(row -> directory.put(now, row.with(atRest(row.usage()))));
    }
    measuredAt = now;
  }

  private static Usage atRest(Usage usage) {
    return new Usage(usage.cpuMicros(), 0, usage.memoryBytes(), usage.diskBytes());
  }

  /** Over the time since it was measured before, or did nothing before, or began to run. */
  private int cpuMillis(Instant now, AgentInput.Measurement measurement, @Nullable Last before) {
    ProcessRow row = directory.ownRow(measurement.process()).orElseThrow();
    Instant started = Instant.ofEpochMilli(row.startedAtMillis());
    Instant since =
        before != null ? before.at() : measuredAt.isAfter(started) ? measuredAt : started;
    long cpuBefore = before != null ? before.cpuMicros() : row.usage().cpuMicros();
    long wallMillis = Math.max(1, Duration.between(since, now).toMillis());
    long used = Math.max(0, measurement.cpuMicros() - cpuBefore);
    return (int) Math.min(Integer.MAX_VALUE, used / wallMillis);
  }

  private void tell(Instant now, AgentInput.Measurement measurement, int cpuMillis) {
    ProcessRow row = directory.ownRow(measurement.process()).orElseThrow();
    Usage usage =
        new Usage(
            measurement.cpuMicros(), cpuMillis, measurement.memoryBytes(), measurement.diskBytes());
    if (isNews(row.usage(), usage)) {
      directory.put(now, row.with(usage));
    }
  }

  private static boolean isNews(Usage told, Usage now) {
    return Math.abs(now.cpuMillis() - told.cpuMillis()) >= NEWS_CPU_MILLIS
        || differs(told.cpuMicros(), now.cpuMicros())
        || differs(told.memoryBytes(), now.memoryBytes())
        || differs(told.diskBytes(), now.diskBytes());
  }

  private static boolean differs(long told, long now) {
    return Math.abs(now - told) > told / NEWS_PART;
  }
}
