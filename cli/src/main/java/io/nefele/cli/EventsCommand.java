package io.nefele.cli;

import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.Response;
import io.nefele.wire.Response.EventRow;
import io.nefele.wire.Response.ProcessEventRow;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
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

  @Option(
      names = {"-p", "--processes"},
      description = "Of processes only; so it is with --tenant, too.")
  boolean processesOnly;

  @Option(
      names = {"-g", "--groups"},
      description = "Of groups only.")
  boolean groupsOnly;

  @Option(names = "--json", description = "Print one JSON object a line.")
  boolean json;

  EventsCommand(Console console) {
    super(console);
  }

  @Override
  void checkUsage() throws NefeleException {
    if (groupsOnly && (processesOnly || tenant != null)) {
      throw usage("--groups excludes --processes and --tenant");
    }
    if (processesOnly && !group.isEmpty()) {
      throw usage("--group says whose groups to tell of; leave --processes out");
    }
  }

  @Override
  int ask(Nefele agent) throws NefeleException {
    long startMillis = System.currentTimeMillis();
    Seen seen = new Seen();
    int exitCode = reportMissing(print(agent, startMillis - since.toMillis(), seen));
    if (!follow) {
      return exitCode;
    }
    while (true) {
      pause();
      long from = Math.max(startMillis, System.currentTimeMillis()) - OVERLAP_MILLIS;
      print(agent, from, seen);
    }
  }

  /** Which events were printed. */
  private static final class Seen {
    private final Map<String, TreeSet<Long>> byAgent = new HashMap<>();

    /**
     * @param what tells the kinds of sequences apart that an agent counts
     */
    boolean isNew(String what, String agent, long sequence, long atMillis) {
      // An agent that starts again counts anew; its clock has gone on.
      return byAgent
          .computeIfAbsent(what + agent + " " + sequence, unused -> new TreeSet<>())
          .add(atMillis);
    }
  }

  /** A line, and where it belongs. */
  private record Line(long atMillis, String text) {}

  /** Prints what is new, and returns who did not answer. */
  private List<String> print(Nefele agent, long fromMillis, Seen seen) throws NefeleException {
    List<Line> lines = new ArrayList<>();
    SortedSet<String> missing = new TreeSet<>();
    if (!processesOnly && tenant == null) {
      Response.Events answer = agent.events(group, fromMillis, timeout);
      missing.addAll(answer.missing());
      for (EventRow event : answer.events()) {
        if (seen.isNew("g", event.agent(), event.sequence(), event.atMillis())) {
          lines.add(
              new Line(event.atMillis(), json ? Json.document(Json::event, event) : line(event)));
        }
      }
    }
    if (!groupsOnly && group.isEmpty()) {
      Response.ProcessEvents answer = agent.processEvents(fromMillis, timeout);
      missing.addAll(answer.missing());
      merge(lines, answer.events(), seen);
    }
    lines.forEach(line -> console.out().println(line.text()));
    console.out().flush();
    return List.copyOf(missing);
  }

  /** By the clocks, but without changing the order among the events of processes. */
  private void merge(List<Line> lines, List<ProcessEventRow> events, Seen seen) {
    int at = 0;
    for (ProcessEventRow event : events) {
      if (seen.isNew("p", event.agent(), event.sequence(), event.atMillis())) {
        while (at < lines.size() && lines.get(at).atMillis() <= event.atMillis()) {
          at++;
        }
        String text = json ? Json.document(Json::processEvent, event) : line(event);
        lines.add(at++, new Line(event.atMillis(), text));
      }
    }
  }

  private static String line(ProcessEventRow event) {
    return String.format(
        Locale.ROOT,
        "%s  %s %s %s%s: %s",
        CLOCK.format(Instant.ofEpochMilli(event.atMillis())),
        event.agentName(),
        event.kind(),
        event.process(),
        event.name().map(name -> " (" + name + ")").orElse(""),
        ProcessTable.printable(event.why()));
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
