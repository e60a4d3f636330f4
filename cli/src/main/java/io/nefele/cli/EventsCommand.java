package io.nefele.cli;

import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.Response;
import io.nefele.wire.Response.EventRow;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import picocli.CommandLine.Option;

/** {@code nefele events}. */
final class EventsCommand extends AskingCommand {
  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneId.systemDefault());
  private static final long POLL_MILLIS = 500;

  /** What agents' clocks may differ by, and answers may be late by, while following. */
  private static final long OVERLAP_MILLIS = 60_000;

  @Option(
      names = {"-f", "--follow"},
      description = "Go on and print what happens.")
  boolean follow;

  @Option(
      names = "--since",
      paramLabel = "D",
      defaultValue = "10m",
      description = "How far to look back (default: 10m).")
  Duration since = Duration.ZERO;

  @Option(
      names = "--group",
      paramLabel = "ID",
      defaultValue = "",
      description = "Of the agents below that group only.")
  String group = "";

  @Option(
      names = "--timeout",
      paramLabel = "D",
      defaultValue = "2s",
      description = "How long agents may take to answer (default: 2s).")
  Duration timeout = Duration.ZERO;

  @Option(names = "--json", description = "Print one JSON object a line.")
  boolean json;

  EventsCommand(Console console) {
    super(console);
  }

  @Override
  int ask(Nefele agent) throws NefeleException {
    long startMillis = System.currentTimeMillis();
    Response.Events first = agent.events(group, startMillis - since.toMillis(), timeout);
    Seen seen = new Seen();
    print(first.events(), seen);
    if (!follow) {
      return reportMissing(first.missing());
    }
    reportMissing(first.missing());
    while (true) {
      pause();
      long from = Math.max(startMillis, System.currentTimeMillis()) - OVERLAP_MILLIS;
      print(agent.events(group, from, timeout).events(), seen);
    }
  }

  /** Which events were printed. */
  private static final class Seen {
    private final Map<String, TreeSet<Long>> byAgent = new HashMap<>();

    boolean isNew(EventRow event) {
      // An agent that starts again counts anew; its clock has gone on.
      return byAgent
          .computeIfAbsent(event.agent() + " " + event.sequence(), unused -> new TreeSet<>())
          .add(event.atMillis());
    }
  }

  private void print(List<EventRow> events, Seen seen) {
    for (EventRow event : events) {
      if (seen.isNew(event)) {
        console.out().println(json ? Json.document(Json::event, event) : line(event));
      }
    }
    console.out().flush();
  }

  private static String line(EventRow event) {
    return String.format(
        Locale.ROOT,
        "%s  %s %s %s: %s",
        CLOCK.format(Instant.ofEpochMilli(event.atMillis())),
        event.agentName(),
        event.kind(),
        event.group(),
        event.why());
  }

  private static void pause() throws NefeleException {
    try {
      Thread.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw usage("interrupted");
    }
  }
}
