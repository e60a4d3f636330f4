package io.nefele.bench;

import io.nefele.bench.clients.ClientPrograms;
import io.nefele.bench.fabric.BenchFabric;
import io.nefele.bench.fabric.Distribution;
import io.nefele.bench.report.Outcome;
import io.nefele.bench.report.Quantity;
import io.nefele.bench.report.Row;
import io.nefele.bench.report.Samples;
import io.nefele.bench.report.Section;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code nefele bench clients}. */
@Command(
    name = "clients",
    description = "The clients for Java, C and Python side by side; needs gcc and python3.")
final class ClientsCommand extends BenchCommand {
  private static final double MICROS_A_SECOND = 1e6;

  @Option(names = "--count", paramLabel = "N", description = "Of each (default: 2000).")
  private int count = 2000;

  @Option(names = "--bytes", paramLabel = "N", description = "Of each message (default: 100).")
  private int bytes = 100;

  @Override
  protected String title() {
    return "Clients";
  }

  @Override
  protected void check() {
    require(count >= 10 && count <= 4000, "--count is 10 to 4000, not " + count);
    require(bytes >= 0 && bytes <= 1 << 20, "--bytes is 0 to 1048576, not " + bytes);
  }

  @Override
  protected List<Section> measure(Distribution distribution) throws Exception {
    try (BenchFabric fabric = BenchFabric.up(distribution, 1);
        ClientPrograms programs = new ClientPrograms(distribution, fabric.socket(1))) {
      List<Row> trips = new ArrayList<>();
      List<Row> sends = new ArrayList<>();
      // The agent is warm for the first of them as for the last.
      Samples unused = programs.trips("C", count, bytes);
      for (String language : programs.languages()) {
        progress(language);
        Samples trip = programs.trips(language, count, bytes);
        Samples send = programs.sends(language, count, bytes);
        trips.add(beside(trip.row(language, 99), trips));
        sends.add(beside(rate(language, send), sends));
      }
      return List.of(
          new Section(
              "Round trips of " + bytes + " B",
              "A call to an echo in the same language, each a process of its own, over one agent's"
                  + " socket; "
                  + count
                  + " after as many to warm up. Java programs of one server also have shared memory,"
                  + " in 'nefele bench mailbox'; C and Python have the socket alone.",
              trips),
          new Section(
              "Throughput of " + bytes + " B",
              "One sender, which waits for each message to be stored: one second by the median"
                  + " of "
                  + count
                  + ".",
              sends));
    }
  }

  private static Row rate(String language, Samples samples) {
    return Row.of(language, Quantity.perSecond(MICROS_A_SECOND / samples.median().value()))
        .detail("each", samples.median())
        .detail("p99", samples.percentile(99));
  }

  private static Row beside(Row row, List<Row> before) {
    return before.isEmpty()
        ? row
        : before.getFirst().outcome() instanceof Outcome.Measured(var first)
            ? row.beside("Java", first)
            : row;
  }
}
