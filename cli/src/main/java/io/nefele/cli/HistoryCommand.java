package io.nefele.cli;

import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.Response.ProgramRow;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nefele history}. */
final class HistoryCommand extends AskingCommand {
  private static final int ID_SHOWN = 12;

  @Option(names = "--json", description = "Print one JSON document.")
  boolean json;

  @Parameters(
      arity = "0..1",
      paramLabel = "PROGRAM",
      description = "Only programs whose name has that in it, or whose id begins with it.")
  @Nullable String program;

  HistoryCommand(Console console) {
    super(console);
  }

  @Override
  int ask(Nefele agent) throws NefeleException {
    List<ProgramRow> rows =
        agent.history().stream()
            .filter(wanted())
            .sorted(Comparator.comparingLong(ProgramRow::lastMillis).reversed())
            .toList();
    if (program != null && rows.isEmpty()) {
      throw new NefeleException(
          ErrorKind.FAILED,
          "nothing is known of a program '"
              + program
              + "'; 'nefele history' lists those that have run");
    }
    if (json) {
      console.out().println(Json.array(Json::program, rows));
      return DONE;
    }
    Table table =
        new Table("PROGRAM", "ID", "RUNS", "MEM P50", "MEM P95", "CPU P50", "SETS ASIDE", "LAST");
    for (ProgramRow row : rows) {
      table.row(
          ProcessTable.printable(row.label()),
          row.program().substring(0, ID_SHOWN),
          Long.toString(row.runs()),
          Size.show(row.memoryMedian()),
          Size.show(row.memoryMost()),
          CpuShare.show(row.cpuMedian()),
          Size.show(row.memoryBytes())
              + (row.cpuMillis() > 0 ? ", " + CpuShare.show(row.cpuMillis()) + " cores" : ""),
          Instant.ofEpochMilli(row.lastMillis() / 1000 * 1000).toString());
    }
    table.print(console);
    return DONE;
  }

  private Predicate<ProgramRow> wanted() {
    String text = program;
    return text == null
        ? row -> true
        : row -> row.label().contains(text) || row.program().startsWith(text);
  }
}
