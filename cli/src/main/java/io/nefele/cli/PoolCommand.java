package io.nefele.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.nefele.core.Name;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.ProcessSpec;
import io.nefele.wire.Response;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nefele pool}. */
final class PoolCommand extends AskingCommand {
  private static final Duration DEADLINE = Duration.ofSeconds(2);

  /** On each process of a pool: its name. */
  private static final String LABEL = "nefele.pool=";

  @Mixin ProcessOptions processes = new ProcessOptions();

  @Option(
      names = "--min",
      order = ShortHelp.USUAL,
      paramLabel = "N",
      defaultValue = "0",
      description = "How many there are at least (default: 0).")
  int min;

  @Option(
      names = "--max",
      order = ShortHelp.USUAL,
      paramLabel = "N",
      defaultValue = "10",
      description = "How many there are at most (default: 10).")
  int max;

  @Option(
      names = "--idle",
      order = ShortHelp.USUAL,
      paramLabel = "D",
      defaultValue = "1m",
      description = "One of more than --min that has had no message for so long ends (1m).")
  Duration idle = Duration.ZERO;

  @Option(
      names = "--remove",
      order = ShortHelp.USUAL,
      paramLabel = "NAME",
      description = "End that pool, and what runs of it.")
  @Nullable Name removed;

  @Option(names = "--json", description = "Without a command: print one JSON document.")
  boolean json;

  private List<Start> starts = List.of();

  PoolCommand(Console console) {
    super(console);
  }

  @Override
  void checkUsage() throws NefeleException {
    if (processes.isEmpty()) {
      return;
    }
    starts = processes.starts(console, false);
    if (removed != null) {
      throw usage("--remove takes no command; 'nefele pool --remove " + removed + "'");
    }
    if (starts.size() != 1) {
      throw usage("a pool is of one program, not of " + starts.size());
    }
    if (starts.getFirst().spec().name().isEmpty()) {
      throw usage("say the name by which it is called: 'nefele pool --name NAME -- COMMAND'");
    }
    if (starts.getFirst().spec().count() != 1) {
      throw usage("-n means nothing for a pool; --min and --max do");
    }
  }

  @Override
  int ask(Nefele agent) throws NefeleException {
    if (removed != null) {
      agent.pools().remove(removed.text());
      return DONE;
    }
    if (!starts.isEmpty()) {
      ProcessSpec spec = Start.shipped(console, starts, agent).getFirst();
      agent.pools().put(spec.name().orElseThrow(), min, max, idle, spec);
      return DONE;
    }
    return list(agent);
  }

  private int list(Nefele agent) throws NefeleException {
    List<Response.PoolRow> pools = agent.pools().list();
    Response.Processes told = agent.ps(false, DEADLINE);
    Map<String, Long> running =
        told.rows().stream()
            .flatMap(
                row ->
                    row.labels().stream()
                        .filter(label -> label.startsWith(LABEL))
                        .map(label -> row.tenant() + " " + label.substring(LABEL.length())))
            .collect(Collectors.groupingBy(key -> key, Collectors.counting()));
    if (json) {
      console
          .out()
          .println(Json.array((to, pool) -> write(to, pool, running(pool, running)), pools));
    } else {
      Table table = new Table("TENANT", "NAME", "RUNNING", "MIN", "MAX", "IDLE", "COMMAND");
      for (Response.PoolRow pool : pools) {
        table.row(
            pool.tenant(),
            pool.name(),
            Long.toString(running(pool, running)),
            Integer.toString(pool.min()),
            Integer.toString(pool.max()),
            Span.show(pool.idleMillis()),
            String.join(" ", pool.command()));
      }
      table.print(console);
    }
    return reportMissing(told.missing());
  }

  private static long running(Response.PoolRow pool, Map<String, Long> running) {
    return running.getOrDefault(pool.tenant() + " " + pool.name(), 0L);
  }

  private static void write(JsonGenerator json, Response.PoolRow pool, long running)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("tenant", pool.tenant());
    json.writeStringField("name", pool.name());
    json.writeNumberField("running", running);
    json.writeNumberField("min", pool.min());
    json.writeNumberField("max", pool.max());
    json.writeNumberField("idleMillis", pool.idleMillis());
    json.writeArrayFieldStart("command");
    for (String word : pool.command()) {
      json.writeString(word);
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
