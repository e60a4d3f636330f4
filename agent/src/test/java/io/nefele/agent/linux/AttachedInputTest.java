package io.nefele.agent.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.core.Bytes;
import io.nefele.core.ProcessInput;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Feeding processes that somebody is attached to. */
final class AttachedInputTest {
  private final InitFixture init;

  AttachedInputTest(@TempDir Path directory) throws Exception {
    init = new InitFixture(directory);
  }

  @AfterEach
  void close() throws Exception {
    init.close();
  }

  @Test
  void whatIsFedIsRead_onceEach_untilTheLast() throws Exception {
    spawn(new ProcessInput.Fed(), OptionalLong.empty(), 1, "cat");
    init.host.feed(1, 0, Bytes.utf8("one "), false);
    assertEquals(new HostEvent.Taken(1, 4, false), init.told.taken());
    init.host.feed(1, 0, Bytes.utf8("one two"), false);
    assertEquals(new HostEvent.Taken(1, 7, false), init.told.taken());
    init.host.feed(1, 9, Bytes.utf8("a gap"), false);
    assertEquals(new HostEvent.Taken(1, 7, false), init.told.taken());
    init.host.feed(1, 7, Bytes.EMPTY, true);

    assertEquals(new ProcessEnding.ExitCode(0), init.told.exited(1).ending());
    assertEquals("one two", init.output("out"));
  }

  @Test
  void aProcessThatReadsNothingIsWaitedFor_andItsEndIsTold() throws Exception {
    spawn(new ProcessInput.Fed(), OptionalLong.empty(), 1, "sleep", "1000");
    init.host.feed(1, 0, Bytes.wrap(new byte[1 << 20]), true);
    init.spawn(2, "true");
    init.told.exited(2);
    assertTrue(init.told.rest().stream().noneMatch(HostEvent.Taken.class::isInstance));

    init.host.signal(1, 9, ProcessHost.Scope.TREE);
    init.told.exited(1);
    init.host.feed(1, 0, Bytes.utf8("x"), false);
    assertTrue(init.told.taken().closed());
  }

  @Test
  void aTerminalHasItsSizeAndControlsItsProcess() throws Exception {
    Fifo fifo = new Fifo(init.directory.resolve("fifo"));
    spawn(
        new ProcessInput.Terminal(31, 97),
        OptionalLong.empty(),
        1,
        "sh",
        "-c",
        "stty size; read line; echo got $line > fifo; exec sleep 1000");
    init.host.feed(1, 0, Bytes.utf8("typed\n"), false);
    init.told.taken();
    assertEquals("got typed", fifo.line());
    init.host.resize(1, 20, 30);
    init.host.feed(1, 6, Bytes.utf8("\u0003"), false);

    assertEquals(new ProcessEnding.Signal(2), init.told.exited(1).ending());
    assertTrue(init.output("out").contains("31 97"), init.output("out"));
  }

  @Test
  void whoJoinsAProcessHasItsEnvironmentAndDirectory() throws Exception {
    init.spawn(1, "sleep", "1000");
    init.told.started(1);
    spawn(new ProcessInput.Empty(), OptionalLong.of(1), 2, "sh", "-c", "pwd; echo $PATH $MORE");
    assertEquals(new ProcessEnding.ExitCode(0), init.told.exited(2).ending());
    assertEquals(init.directory + "\n/usr/bin:/bin more\n", init.output("out"));

    spawn(new ProcessInput.Empty(), OptionalLong.of(7), 3, "true");
    assertEquals(LaunchFailure.Reason.NOT_BESIDE, init.told.failed(3).reason());
  }

  private void spawn(ProcessInput input, OptionalLong beside, long token, String... argv) {
    init.host.spawn(
        new Launch(
            token,
            false,
            false,
            List.of(argv),
            beside.isEmpty() ? Map.of("PATH", "/usr/bin:/bin") : Map.of("MORE", "more"),
            beside.isEmpty() ? init.directory : Path.of(""),
            Path.of("out"),
            Path.of("err"),
            Optional.empty(),
            Launch.Limits.NONE,
            input,
            beside));
  }
}
