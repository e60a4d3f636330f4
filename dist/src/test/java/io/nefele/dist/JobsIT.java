package io.nefele.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.lib.NefeleException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Jobs, on a real fabric. How a service is replaced is in {@link ExamplesIT}. */
@Timeout(120)
class JobsIT {
  @TempDir Path directory = Path.of("");
  @RegisterExtension static final SharedFabric FABRIC = new SharedFabric();
  private final Installed nefele = FABRIC.nefele();

  @Test
  void whatIsAppliedTwiceAtOnceIsThereOnce_andIsGoneWhenItIsStopped()
      throws IOException, NefeleException {
    Path job = directory.resolve("job.yaml");
    Files.writeString(
        job,
        """
        job: night
        parts:
          first: {run: once, command: echo night is over}
          watch: {count: 2, command: [sleep, "4713"], update: {min-ready: 50ms}}
          clock: {every: 1s, command: echo now}
        """);
    Installed.Ended shown = nefele.run("apply", "-f", job.toString(), "--dry-run");
    assertEquals(
        List.of("+ first: runs once", "+ watch: 2 processes", "+ clock: every 1000ms"),
        shown.lines());
    FABRIC.awaitJust();

    nefele.shell(
        "nefele apply -f JOB & nefele apply --at 2 -f JOB; wait".replace("JOB", job.toString()));
    Installed.Ended again = nefele.run("apply", "-f", job.toString());

    assertEquals("job night is as it is to be; nothing to do\n", again.out(), again::toString);
    String ran = nefele.shell("until nefele jobs | grep succeeded; do :; done").out();
    assertTrue(ran.startsWith("night  clock"), ran);
    String runs = nefele.run("ps", "--all-states").out();
    assertEquals(1, runs.lines().filter(line -> line.contains("echo night is over")).count(), runs);
    assertEquals(2, runs.lines().filter(line -> line.contains("sleep 4713")).count(), runs);
    nefele.lines("job", "stop", "night");
    FABRIC.awaitJust();
    assertEquals(1, nefele.lines("jobs").size(), "a heading");
  }

  @Test
  void whatAJobShips_runsWithoutTheFile_andIsReplacedWhenItHasChanged()
      throws IOException, NefeleException {
    Path program = directory.resolve("prog");
    write(program, "one");
    String apply = "cd " + directory + " && nefele apply -f ship.yaml";
    Files.writeString(
        directory.resolve("ship.yaml"),
        """
        job: ship
        parts:
          watch:
            count: 2
            command: [./prog]
            ship: prog
            spread: server=1
            cwd: /
            update: {min-ready: 50ms}
          clock: {every: 1s, command: [./prog, now], ship: prog}
        """);
    nefele.shell(apply);
    Installed.Ended again = nefele.shell(apply);
    assertEquals("job ship is as it is to be; nothing to do\n", again.out(), again::toString);
    Files.delete(program);
    String runs = "nefele ps --all-states | grep 'prog now' | grep exited";
    nefele.shell("until " + runs + "; do :; done");
    assertEquals(2, nefele.run("ps").out().lines().filter(line -> line.contains("./prog")).count());

    write(program, "two");
    Installed.Ended changed = nefele.shell(apply);

    assertTrue(changed.out().contains("~ watch: ship changed; 2 replaced"), changed::toString);
    nefele.lines("job", "stop", "ship");
    FABRIC.awaitJust();
  }

  private static void write(Path program, String says) throws IOException {
    Files.writeString(
        program, "#!/bin/sh\n[ \"$1\" = now ] || while :; do sleep 1; done # " + says + "\n");
    assertTrue(program.toFile().setExecutable(true));
  }
}
