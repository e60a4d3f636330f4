package io.nefele.agent.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Launching, ending and signalling real processes. */
final class InitProcessHostTest {
  private static final int SIGKILL = 9;
  private static final int SIGUSR1 = 10;
  private static final int SIGTERM = 15;

  private static final boolean ROOT = "root".equals(System.getProperty("user.name"));

  private final InitFixture init;

  InitProcessHostTest(@TempDir Path directory) throws Exception {
    init = new InitFixture(directory);
  }

  @BeforeEach
  void startsEmpty() {
    assertEquals(List.of(), init.resynchronized.standings());
  }

  @AfterEach
  void leavesNothing() throws Exception {
    init.close();
    assertTrue(Files.notExists(init.options.socket()));
  }

  @Test
  void tellsExitCodesAndSignals() throws Exception {
    Instant before = Instant.now().minusSeconds(1);
    init.spawn(1, "true");
    init.spawn(2, "sh", "-c", "exit 3");
    init.spawn(3, "sh", "-c", "kill -SEGV $$");

    HostEvent.Started started = init.told.started(1);
    assertTrue(started.startedAt().isAfter(before));
    HostEvent.Exited exited = init.told.exited(1);
    assertEquals(new ProcessEnding.ExitCode(0), exited.ending());
    assertTrue(!exited.finishedAt().isBefore(started.startedAt()));
    assertTrue(exited.maxRssBytes() > 100_000, () -> exited.toString());
    assertEquals(new ProcessEnding.ExitCode(3), init.told.exited(2).ending());
    assertEquals(new ProcessEnding.Signal(11), init.told.exited(3).ending());
  }

  @Test
  void countsTheProcessorTimeOfDescendants() throws Exception {
    init.spawn(1, "sh", "-c", "sh -c 'i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done'; true");

    assertTrue(init.told.exited(1).cpuMicros() > 20_000);
  }

  @Test
  void discardedOutput_isGone_andTheNextProcessStartsWithAnEmptyFile() throws Exception {
    writes(1, "first", "secret");
    init.host.discard(List.of(Path.of("first")));
    writes(2, "second", "news");

    assertTrue(Files.notExists(init.options.logs().resolve("first")));
    assertEquals("news\n", init.output("second"));
  }

  @Test
  void outputOfAProcessThatIsStartedAgain_isKept_alsoIfThereAreFilesToUseAgain() throws Exception {
    writes(1, "first", "of another");
    writes(2, "second", "once");
    init.host.discard(List.of(Path.of("first")));
    writes(3, "second", "twice");

    assertEquals("once\ntwice\n", init.output("second"));
  }

  @Test
  void discardedOutputThatIsStillWrittenTo_isNotGivenToAnother() throws Exception {
    String waits = "until [ -e end ]; do sleep 0.01; done; echo late";
    init.host.spawn(init.launchInto(Path.of("first"), 1, "sh", "-c", waits));
    init.told.gated(1);
    init.host.release(List.of(1L));
    init.told.started(1);
    init.host.discard(List.of(Path.of("first")));
    writes(2, "second", "own");
    Files.createFile(init.directory.resolve("end"));
    init.told.exited(1);

    assertEquals("own\n", init.output("second"));
  }

  private void writes(long token, String file, String words) throws Exception {
    init.host.spawn(init.launchInto(Path.of(file), token, "echo", words));
    init.told.gated(token);
    init.host.release(List.of(token));
    init.told.exited(token);
  }

  @Test
  void tellsWhyALaunchFails() throws Exception {
    Path plain = Files.writeString(init.directory.resolve("plain"), "text");
    Path script = Files.writeString(init.directory.resolve("script"), "#!/no/such/program\n");
    assertTrue(script.toFile().setExecutable(true));
    Path noise = Files.writeString(init.directory.resolve("noise"), "neither a program nor a #!");
    assertTrue(noise.toFile().setExecutable(true));
    List<LaunchCase> cases =
        List.of(
            new LaunchCase(command("nefele-no-such-command"), reason("COMMAND_NOT_FOUND")),
            new LaunchCase(command("/no/such/command"), reason("COMMAND_NOT_FOUND")),
            new LaunchCase(command(""), reason("COMMAND_NOT_FOUND")),
            new LaunchCase(command(plain.toString()), reason("NOT_EXECUTABLE")),
            new LaunchCase(command(init.directory.toString()), reason("NOT_EXECUTABLE")),
            new LaunchCase(command(noise.toString()), reason("NOT_EXECUTABLE")),
            new LaunchCase(command(script.toString()), reason("INTERPRETER_NOT_FOUND")),
            new LaunchCase(command("true", "x".repeat(200_000)), reason("TOO_LARGE")),
            new LaunchCase(command("true", "x".repeat(9_000_000)), reason("TOO_LARGE")),
            new LaunchCase(in("/no/such/directory", "out"), reason("BAD_WORKING_DIRECTORY")),
            new LaunchCase(in(plain.toString(), "out"), reason("BAD_WORKING_DIRECTORY")),
            new LaunchCase(in("/", "no/such/directory/out"), reason("OUTPUT_UNAVAILABLE")));

    for (boolean gated : new boolean[] {false, true}) {
      for (LaunchCase each : cases) {
        init.host.spawn(gated ? gatedForm(each.launch) : each.launch);
        assertEquals(each.reason, init.told.failed(7).reason(), each.launch::toString);
      }
    }
    init.reconnect();
    assertEquals(List.of(), init.resynchronized.standings());
  }

  @Test
  void looksCommandsUpInThePathOfTheProcess() throws Exception {
    Path tools = Files.createDirectory(init.directory.resolve("tools"));
    Path tool = Files.writeString(tools.resolve("tool"), "#!/bin/sh\nexit 5\n");
    assertTrue(tool.toFile().setExecutable(true));

    init.host.spawn(withPath("/no/such:/etc:" + tools));
    assertEquals(new ProcessEnding.ExitCode(5), init.told.exited(1).ending());
    init.host.acknowledge(List.of(1L));
    init.host.spawn(withPath("tools"));
    assertEquals(new ProcessEnding.ExitCode(5), init.told.exited(1).ending());
  }

  @Test
  void appendsOutputToItsFiles() throws Exception {
    init.spawn(1, "sh", "-c", "echo one; echo oops >&2");
    init.told.exited(1);
    init.spawn(2, "sh", "-c", "echo two; cat");
    init.told.exited(2);

    assertEquals("one\ntwo\n", init.output("out"));
    assertEquals("oops\n", init.output("err"));
  }

  @Test
  void givesAProcessItsEnvironmentAndDirectoryOnly() throws Exception {
    init.spawn(
        1,
        "sh",
        "-c",
        "env | grep -v PWD; pwd; umask; ls /proc/self/fd | wc -l; "
            + "grep -E 'SigBlk|SigIgn' /proc/self/status; cat /proc/self/oom_score_adj");
    init.told.exited(1);

    String score = Files.readString(Path.of("/proc/self/oom_score_adj"));
    // Four descriptors: the standard three and the directory that ls reads.
    assertEquals(
        """
        PATH=/usr/bin:/bin
        %s
        0022
        4
        SigBlk:\t0000000000000000
        SigIgn:\t0000000000000000
        """
                .formatted(init.directory)
            + score,
        init.output("out"));
  }

  @Test
  void runsManyAtOnce() throws Exception {
    LongStream.range(0, 200).forEach(token -> init.spawn(token, "true"));

    for (long token = 0; token < 200; token++) {
      init.told.started(token);
      assertEquals(new ProcessEnding.ExitCode(0), init.told.exited(token).ending());
    }
    assertEquals(List.of(), init.told.rest());
  }

  @Test
  void startsNothingForATokenItKnows() throws Exception {
    init.spawn(1, "sleep", "1000");
    HostEvent.Started started = init.told.started(1);
    init.spawn(1, "sleep", "1000");

    assertEquals(started, init.told.started(1));
  }

  @Test
  void signalsOneProcessAlone() throws Exception {
    Fifo fifo = new Fifo(init.directory.resolve("fifo"));
    init.spawn(
        1, "sh", "-c", "trap 'kill $!; exit 4' USR1; exec > fifo; sleep 1000 & echo ready; wait");
    assertEquals("ready", fifo.line());
    init.host.signal(1, SIGUSR1, ProcessHost.Scope.PROCESS);

    assertEquals(new ProcessEnding.ExitCode(4), init.told.exited(1).ending());
  }

  @Test
  void killsTheWholeTreeEvenWhatLeftItsGroup() throws Exception {
    Fifo fifo = new Fifo(init.directory.resolve("fifo"));
    init.spawn(
        1,
        "sh",
        "-c",
        "exec > fifo; sleep 1000 & setsid sh -c 'sleep 1000 & echo away; wait' & wait");
    assertEquals("away", fifo.line());

    init.host.signal(1, SIGKILL, ProcessHost.Scope.TREE);
    assertEquals(new ProcessEnding.Signal(SIGKILL), init.told.exited(1).ending());
    fifo.awaitNoWriter();
  }

  @Test
  void endsWhatIsLeftOfTheGroupWithItsLeader() throws Exception {
    Fifo fifo = new Fifo(init.directory.resolve("fifo"));
    init.spawn(1, "sh", "-c", "exec > fifo; sleep 1000 & echo left");
    assertEquals("left", fifo.line());

    assertEquals(new ProcessEnding.ExitCode(0), init.told.exited(1).ending());
    fifo.awaitNoWriter();
  }

  @Test
  void killsWhatIgnoresTermination() throws Exception {
    Fifo fifo = new Fifo(init.directory.resolve("fifo"));
    init.spawn(1, "sh", "-c", "trap '' TERM; exec > fifo; echo deaf; while :; do sleep 1000; done");
    assertEquals("deaf", fifo.line());
    init.host.signal(1, SIGTERM, ProcessHost.Scope.PROCESS);
    init.spawn(2, "true");
    init.told.exited(2);
    assertTrue(ProcessHandle.of(init.told.started(1).linuxPid()).isPresent());

    init.host.signal(1, SIGKILL, ProcessHost.Scope.TREE);
    assertEquals(new ProcessEnding.Signal(SIGKILL), init.told.exited(1).ending());
    fifo.awaitNoWriter();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void runsAsWhomTheLaunchNames(boolean gated) throws Exception {
    Launch usual =
        init.launch(
            1, gated, "sh", "-c", "id -u; id -g; grep Groups /proc/self/status; touch logs/mine");
    Launch asNobody =
        new Launch(
            1,
            gated,
            usual.argv(),
            usual.environment(),
            Path.of("/"),
            usual.stdout(),
            usual.stderr(),
            Optional.of(new Launch.Identity(65534, 65533)));
    init.host.spawn(asNobody);
    if (!ROOT) {
      assertEquals(LaunchFailure.Reason.IDENTITY_REFUSED, init.told.failed(1).reason());
      return;
    }
    init.host.release(List.of(1L));

    assertEquals(new ProcessEnding.ExitCode(1), init.told.exited(1).ending());
    assertEquals("65534\n65533\nGroups:\t65533 \n", init.output("out"));
  }

  @Test
  void refusesAPipeThatNobodyReadsAsOutput() throws Exception {
    Path pipe = init.directory.resolve("pipe");
    init.spawn(1, "mkfifo", pipe.toString());
    init.told.exited(1);
    init.host.spawn(init.launchInto(pipe, 2, "true"));

    assertEquals(LaunchFailure.Reason.OUTPUT_UNAVAILABLE, init.told.failed(2).reason());
  }

  @Test
  void refusesASocketPathThatIsTooLong() {
    Path deep = init.directory.resolve("d".repeat(100));

    IllegalArgumentException refusal =
        assertThrows(
            IllegalArgumentException.class,
            () -> InitOptions.below(deep, Optional.empty(), Duration.ZERO, Duration.ZERO));
    assertTrue(refusal.toString().contains("at most 107 bytes"));
  }

  private record LaunchCase(Launch launch, LaunchFailure.Reason reason) {}

  private static LaunchFailure.Reason reason(String name) {
    return LaunchFailure.Reason.valueOf(name);
  }

  private Launch command(String... argv) {
    return init.launch(7, false, argv);
  }

  private static Launch in(String directory, String output) {
    return new Launch(
        7,
        false,
        List.of("true"),
        Map.of(),
        Path.of(directory),
        Path.of(output),
        Path.of(output),
        Optional.empty());
  }

  private static Launch gatedForm(Launch launch) {
    return new Launch(
        launch.token(),
        true,
        launch.argv(),
        launch.environment(),
        launch.directory(),
        launch.stdout(),
        launch.stderr(),
        launch.identity());
  }

  private Launch withPath(String path) {
    return new Launch(
        1,
        false,
        List.of("tool"),
        Map.of("PATH", path),
        init.directory,
        Path.of("out"),
        Path.of("err"),
        Optional.empty());
  }
}
