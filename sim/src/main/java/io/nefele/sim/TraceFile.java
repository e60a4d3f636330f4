package io.nefele.sim;

import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentInput;
import io.nefele.gossip.MemberEvent;
import io.nefele.hierarchy.GroupId;
import io.nefele.sim.plan.Fault;
import io.nefele.sim.plan.PlanText;
import io.nefele.sim.world.Life;
import io.nefele.sim.world.Watcher;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * Writes what happens as trace events (the JSON array format that Perfetto and chrome://tracing
 * read): a row per place, lives and memberships of groups as bars, all else as instants.
 */
final class TraceFile implements Watcher, AutoCloseable {
  private static final int PLAN_ROW = 1_000_000;

  private final BufferedWriter out;
  private final LongSupplier nowNanos;
  private final Map<Long, String> openSpans = new TreeMap<>();
  private boolean first = true;

  /**
   * @param nowNanos the time of the world
   */
  TraceFile(Path file, LongSupplier nowNanos) throws IOException {
    this.out = Files.newBufferedWriter(file);
    this.nowNanos = nowNanos;
    out.write("[");
    metadata(PLAN_ROW, "fault plan");
  }

  @Override
  public void began(Life life) {
    metadata(life.place(), "agent " + life.place());
    event("B", life.place(), "life " + life.boot(), "life");
  }

  @Override
  public void ended(Life life, String how) {
    instant(life.place(), "ends: " + how, "life");
    event("E", life.place(), "life " + life.boot(), "life");
    openSpans
        .keySet()
        .removeIf(
            key -> {
              boolean own = key >> 16 == life.serial();
              if (own) {
                span("e", key, life, String.valueOf(openSpans.get(key)));
              }
              return own;
            });
  }

  @Override
  public void fault(Fault fault) {
    instant(PLAN_ROW, PlanText.words(fault), "fault");
  }

  @Override
  public void input(Life life, AgentInput input) {
    if (input instanceof AgentInput.ViewInstalled(GroupId group, var members)) {
      instant(life.place(), "view " + group + " of " + members.size(), "view");
    }
  }

  @Override
  public void effect(Life life, AgentEffect effect) {
    switch (effect) {
      case AgentEffect.OpenGroup(GroupId group, var contacts) -> {
        long key = key(life, group);
        openSpans.put(key, group.toString());
        span("b", key, life, group.toString());
      }
      case AgentEffect.CloseGroup(GroupId group) -> {
        long key = key(life, group);
        if (openSpans.remove(key) != null) {
          span("e", key, life, group.toString());
        }
      }
      case AgentEffect.MembershipChanged(MemberEvent event) ->
          instant(
              life.place(),
              event.getClass().getSimpleName() + " " + event.member().boot(),
              "membership");
      case AgentEffect.Told(var told) ->
          instant(life.place(), told.kind() + " " + told.group() + " " + told.why(), "group");
      default -> {}
    }
  }

  /** Ends the file; what was written is a whole document then. */
  @Override
  public void close() throws IOException {
    out.write("\n]\n");
    out.close();
  }

  private static long key(Life life, GroupId group) {
    return ((long) life.serial() << 16) | group.level();
  }

  private void instant(int row, String name, String category) {
    write(
        String.format(
            Locale.ROOT,
            "{\"name\":\"%s\",\"cat\":\"%s\",\"ph\":\"i\",\"s\":\"t\",\"ts\":%.3f,"
                + "\"pid\":1,\"tid\":%d}",
            escaped(name),
            category,
            nowNanos.getAsLong() / 1e3,
            row));
  }

  private void event(String phase, int row, String name, String category) {
    write(
        String.format(
            Locale.ROOT,
            "{\"name\":\"%s\",\"cat\":\"%s\",\"ph\":\"%s\",\"ts\":%.3f,\"pid\":1,\"tid\":%d}",
            escaped(name),
            category,
            phase,
            nowNanos.getAsLong() / 1e3,
            row));
  }

  private void span(String phase, long id, Life life, String name) {
    write(
        String.format(
            Locale.ROOT,
            "{\"name\":\"%s\",\"cat\":\"group\",\"ph\":\"%s\",\"id\":%d,\"ts\":%.3f,"
                + "\"pid\":1,\"tid\":%d}",
            escaped(name),
            phase,
            id,
            nowNanos.getAsLong() / 1e3,
            life.place()));
  }

  private void metadata(int row, String name) {
    write(
        String.format(
            Locale.ROOT,
            "{\"name\":\"thread_name\",\"ph\":\"M\",\"pid\":1,\"tid\":%d,"
                + "\"args\":{\"name\":\"%s\"}}",
            row,
            escaped(name)));
  }

  private void write(String event) {
    try {
      out.write(first ? "\n" : ",\n");
      out.write(event);
      first = false;
    } catch (IOException e) {
      throw new UncheckedIOException("the trace cannot be written", e);
    }
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("\"", "\\\"");
  }
}
