package io.nefele.cli;

import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.Response;
import io.nefele.wire.Response.ProcessRow;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nefele inspect}. */
final class InspectCommand extends AskingCommand {
  private static final String WAITING = "waiting";

  @Option(
      names = "--timeout",
      paramLabel = "D",
      defaultValue = "2s",
      description = "Give up then (default: 2s).")
  Duration timeout = Duration.ZERO;

  @Option(names = "--json", description = "Print one JSON document.")
  boolean json;

  @Parameters(paramLabel = "ID", description = "The id of a process, as 'nefele ps' shows it.")
  @Nullable ProcessId process;

  InspectCommand(Console console) {
    super(console);
  }

  @Override
  int ask(Nefele agent) throws NefeleException {
    ProcessId id = Objects.requireNonNull(process);
    Response.Processes answer = agent.inspect(id, timeout);
    if (answer.rows().isEmpty()) {
      if (!answer.missing().isEmpty()) {
        return reportMissing(answer.missing());
      }
      throw new NefeleException(
          ErrorKind.FAILED, "there is no process " + id + "; 'nefele ps --all-states' lists all");
    }
    ProcessRow row = answer.rows().getFirst();
    if (json) {
      console.out().println(Json.document(Json::process, row));
    } else {
      print(row, row.health().equals(WAITING) ? waitsFor(agent, row) : row.health());
    }
    return reportMissing(answer.missing());
  }

  /** Not told with the row: its agent is asked, which may be gone by now. */
  private static String waitsFor(Nefele agent, ProcessRow row) {
    try {
      return WAITING
          + " for "
          + agent.describe(row.id()).lifecycle().after().stream()
              .map(Name::text)
              .collect(Collectors.joining(", "));
    } catch (NefeleException e) {
      return WAITING;
    }
  }

  private void print(ProcessRow row, String health) {
    console.field("id", row.id().toString());
    console.field("name", row.name().orElse("-"));
    console.field("tenant", row.tenant());
    console.field("command", ProcessTable.printable(String.join(" ", row.command())));
    console.field("state", row.state() + ", since " + time(row.stateSinceMillis()));
    row.exitCode()
        .ifPresent(
            code ->
                console.field(
                    "exit code",
                    code + (row.outOfMemory() ? " (killed: its memory limit was reached)" : "")));
    console.field("started", time(row.startedAtMillis()));
    console.field(
        "cpu",
        used(ProcessTable.time(row.usage().cpuMicros()), load(row))
            + granted(row.cpuMillis(), CpuShare.show(row.cpuMillis()) + " cores", row.cpuFrom()));
    console.field(
        "memory",
        Size.show(row.usage().memoryBytes())
            + granted(row.memoryBytes(), Size.show(row.memoryBytes()), row.memoryFrom()));
    console.field("disk", Size.show(row.usage().diskBytes()));
    console.field("isolation", row.isolation().isEmpty() ? "-" : row.isolation());
    if (!health.isEmpty()) {
      console.field("health", health);
    }
    if (!row.labels().isEmpty()) {
      console.field("labels", ProcessTable.printable(String.join(" ", row.labels())));
    }
    if (row.restarts() > 0) {
      console.field("restarts", Integer.toString(row.restarts()));
    }
    console.field("agent", row.id().agent().toString());
    console.field("group", row.group());
    console.field("news", Span.show(row.ageMillis()) + " old");
  }

  private static String load(ProcessRow row) {
    return row.usage().cpuMillis() > 0
        ? "now " + CpuShare.show(row.usage().cpuMillis()) + " cores"
        : "";
  }

  private static String used(String time, String load) {
    return load.isEmpty() ? time : time + ", " + load;
  }

  /** What was filled in is set aside, and is no limit. */
  private static String granted(long amount, String shown, String from) {
    if (amount == 0) {
      return "";
    }
    return switch (from) {
      case "tenant" -> ", " + shown + " set aside (the tenant's default)";
      case "history" -> ", " + shown + " set aside (by what the program used before)";
      case "binary" -> ", " + shown + " set aside (by what its binary takes)";
      default -> ", limit " + shown;
    };
  }

  private static String time(long millis) {
    return millis <= 0 ? "-" : Instant.ofEpochMilli(millis).toString();
  }
}
