package io.nefele.bench;

import io.nefele.bench.fabric.Distribution;
import io.nefele.bench.fabric.Run;
import io.nefele.bench.report.Quantity;
import io.nefele.bench.report.Row;
import io.nefele.bench.report.Section;
import io.nefele.bench.report.Unit;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What the process table costs simulated agents, and how soon it knows, in virtual time. */
record TableSection(Distribution distribution, long seed) {
  private static final Duration LIMIT = Duration.ofMinutes(30);

  Section measure(int agents) throws Exception {
    List<String> command =
        List.of(
            distribution.launcher(),
            "sim",
            "--json",
            "--tables",
            "--agents",
            Integer.toString(agents),
            "--seed",
            Long.toString(seed));
    Simulated found =
        Simulated.parse(Run.of(command, Map.of(), LIMIT).orFail("nefele sim").output());
    return new Section(
        "The process table",
        "`nefele sim --tables --agents "
            + agents
            + " --seed "
            + seed
            + "`: "
            + (long) found.get("agents")
            + " agents in groups of 16, each with "
            + (long) found.get("processes")
            + " processes that are born within a minute and end within another. Groups tell each"
            + " other no rows. Bytes are those that an agent sends to all others of its group"
            + " together, as encoded; latencies are those of one datacenter, 0.5 ms and a tail. The"
            + " heap is the simulator's, whose JVM has compact object headers; an agent's has not"
            + " and takes twice as much.",
        List.of(
            Row.of("sent for a birth", Quantity.bytes(found.get("birthBytes"))),
            Row.of("sent for a death", Quantity.bytes(found.get("deathBytes"))),
            Row.of(
                "sent at rest",
                new Quantity(found.get("restBytesPerSecond"), Unit.BYTES_PER_SECOND)),
            Row.of(
                "heap of an agent, for all rows of its group",
                Quantity.bytes(found.get("memoryBytes"))),
            delay("from a death until all of its group know", found, "groupKnows"),
            delay("from a death until who asks from another group knows", found, "farKnows")));
  }

  private static Row delay(String what, Simulated found, String name) throws BenchFailure {
    return Row.of(what, Quantity.nanos(found.get(name + "Millis") * 1e6))
        .detail("p99", Quantity.nanos(found.get(name + "P99Millis") * 1e6));
  }
}
