package io.nefele.cli;

import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.Response;
import io.nefele.wire.Response.ProcessRow;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** {@code nefele top}: the busiest processes of all servers, over and over; once into a pipe. */
final class TopCommand extends AskingCommand {
  private static final String ENTER_SCREEN = "\u001b[?1049h\u001b[?25l";
  private static final String LEAVE_SCREEN = "\u001b[?25h\u001b[?1049l";
  private static final String HOME = "\u001b[H";
  private static final String CLEAR_LINE = "\u001b[K";
  private static final String CLEAR_REST = "\u001b[J";
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final double MILLIS_PER_CORE = 1000;

  @Option(
      names = "--interval",
      paramLabel = "D",
      defaultValue = "1s",
      description = "How often it is looked (default: 1s).")
  Duration interval = Duration.ZERO;

  TopCommand(Console console) {
    super(console);
  }

  @Override
  int ask(Nefele agent) throws NefeleException {
    if (!console.styled()) {
      Response.Processes answer = agent.ps(false, PATIENCE);
      frame(answer, Integer.MAX_VALUE, Integer.MAX_VALUE).forEach(console.out()::println);
      return reportMissing(answer.missing());
    }
    Runtime.getRuntime().addShutdownHook(new Thread(this::leaveScreen));
    console.out().print(ENTER_SCREEN);
    while (!console.out().checkError()) {
      TerminalMode.Window window = TerminalMode.window();
      List<String> lines = frame(agent.ps(false, PATIENCE), window.rows() - 1, window.columns());
      console.out().print(HOME);
      lines.forEach(line -> console.out().print(line + CLEAR_LINE + "\r\n"));
      console.out().print(CLEAR_REST);
      console.out().flush();
      LockSupport.parkNanos(interval.toNanos());
    }
    return DONE;
  }

  private void leaveScreen() {
    console.out().print(LEAVE_SCREEN);
    console.out().flush();
  }

  private static List<String> frame(Response.Processes answer, int rows, int columns) {
    List<ProcessRow> busiest =
        answer.rows().stream()
            .sorted(
                Comparator.comparingInt((ProcessRow row) -> -row.usage().cpuMillis())
                    .thenComparing(row -> -row.usage().memoryBytes()))
            .toList();
    double cores =
        busiest.stream().mapToLong(row -> row.usage().cpuMillis()).sum() / MILLIS_PER_CORE;
    long bytes = busiest.stream().mapToLong(row -> row.usage().memoryBytes()).sum();
    long agents = busiest.stream().map(row -> row.id().agent()).distinct().count();
    String summary =
        String.format(
            Locale.ROOT,
            "%s  %d processes on %d agents, %.2f cores, %s%s",
            LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS),
            busiest.size(),
            agents,
            cores,
            Size.show(bytes),
            answer.missing().isEmpty()
                ? ""
                : "; no answer from " + String.join(", ", answer.missing()));
    List<String> table =
        ProcessTable.of(
                busiest.stream().limit(Math.max(1, rows - 2L)).toList(), System.currentTimeMillis())
            .lines();
    return Stream.concat(Stream.of(summary), table.stream())
        .map(line -> line.length() <= columns ? line : line.substring(0, columns))
        .toList();
  }
}
