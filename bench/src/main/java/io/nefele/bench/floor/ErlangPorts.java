package io.nefele.bench.floor;

import io.nefele.bench.BenchFailure;
import io.nefele.bench.fabric.Run;
import io.nefele.bench.report.Samples;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What Erlang takes for a process of Linux behind a port, its own way to start one. */
public final class ErlangPorts {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration COMPILE_LIMIT = Duration.ofSeconds(30);

  /** Times are written when all have been taken. */
  private static final String MODULE =
      """
      -module(ports).
      -export([run/1]).

      run([Program, WarmUp, Count]) ->
          _ = times(Program, list_to_integer(WarmUp), []),
          Times = times(Program, list_to_integer(Count), []),
          io:put_chars([[integer_to_list(Nanos), $\\n] || Nanos <- Times]),
          halt().

      times(_, 0, Times) ->
          Times;
      times(Program, Left, Times) ->
          Begin = erlang:monotonic_time(nanosecond),
          Port = open_port({spawn_executable, Program}, [exit_status]),
          receive {Port, {exit_status, 0}} -> ok end,
          Nanos = erlang:monotonic_time(nanosecond) - Begin,
          times(Program, Left - 1, [Nanos | Times]).
      """;

  private ErlangPorts() {}

  /**
   * From the opening of a port to {@code program} until its exit status is there; empty if this
   * machine has no Erlang.
   *
   * @param count of those that are measured, after a tenth as many that are not
   */
  public static Optional<Samples> toExit(String program, int count)
      throws IOException, BenchFailure, InterruptedException {
    if (!InstalledProgram.areInstalled("erl", "erlc")) {
      return Optional.empty();
    }
    Path directory = Files.createTempDirectory(Path.of("/tmp"), "nefele-bench-");
    try {
      Path source = Files.writeString(directory.resolve("ports.erl"), MODULE);
      Map<String, String> environment =
          Map.of("HOME", directory.toString(), "ERLC_USE_SERVER", "false");
      Run.of(
              List.of(InstalledProgram.path("erlc"), "-o", directory.toString(), source.toString()),
              environment,
              COMPILE_LIMIT)
          .orFail("erlc");
      ProcessBuilder erlang =
          new ProcessBuilder(
                  InstalledProgram.path("erl"),
                  "-noinput",
                  "-pa",
                  directory.toString(),
                  "-run",
                  "ports",
                  "run",
                  program,
                  Integer.toString(count / 10),
                  Integer.toString(count))
              .redirectError(Redirect.INHERIT);
      erlang.environment().putAll(environment);
      try (InstalledProgram running = InstalledProgram.start(erlang)) {
        ProcessLines told = ProcessLines.of("Erlang", running.process(), LIMIT);
        return Optional.of(ErlangPingPong.samples(told, count));
      }
    } finally {
      PartnerJvm.deleteTree(directory);
    }
  }
}
