package io.nefele.cli;

import io.nefele.wire.Response.ProcessRow;
import java.util.List;

/** Process rows for people. */
final class ProcessTable {
  /** More of it is shown by {@code nefele inspect}. */
  private static final int COMMAND_WIDTH = 48;

  private static final long MICROS_SHOWN = 1000;

  private ProcessTable() {}

  /**
   * The table of {@code rows}.
   *
   * @param nowMillis the wall clock, milliseconds since 1970
   */
  static Table of(List<ProcessRow> rows, long nowMillis) {
    Table table =
        new Table(
            "ID", "NAME", "STATE", "STARTED", "CPU", "TIME", "MEM", "GROUP", "TENANT", "NEWS",
            "COMMAND");
    for (ProcessRow row : rows) {
      table.row(
          row.id().toString(),
          row.name().orElse("-"),
          state(row, nowMillis),
          ago(row.startedAtMillis(), nowMillis),
          CpuShare.show(row.usage().cpuMillis()),
          time(row.usage().cpuMicros()),
          Size.show(row.usage().memoryBytes()),
          row.group().isEmpty() ? "-" : row.group(),
          row.tenant(),
          Span.show(row.ageMillis()) + " old",
          shortened(printable(String.join(" ", row.command()))));
    }
    return table;
  }

  private static String state(ProcessRow row, long nowMillis) {
    return switch (row.state()) {
      case "exited" ->
          "exited "
              + row.exitCode().map(code -> Integer.toString(code)).orElse("?")
              + (row.outOfMemory() ? " (out of memory)" : "");
      case "lost" -> "lost " + ago(row.stateSinceMillis(), nowMillis);
      default -> row.state();
    };
  }

  /** Processor time; what is too short to tell is none. */
  static String time(long micros) {
    return micros < MICROS_SHOWN ? "-" : Span.show(micros / 1000);
  }

  private static String ago(long millis, long nowMillis) {
    return millis <= 0 ? "-" : Span.show(nowMillis - millis) + " ago";
  }

  private static String shortened(String command) {
    return command.length() <= COMMAND_WIDTH
        ? command
        : command.substring(0, COMMAND_WIDTH - 1) + "\u2026";
  }

  /** A command may hold anything; a table's line must stay one line. */
  static String printable(String text) {
    StringBuilder shown = new StringBuilder();
    text.codePoints().forEach(c -> shown.appendCodePoint(Character.isISOControl(c) ? '\u00b7' : c));
    return shown.toString();
  }
}
