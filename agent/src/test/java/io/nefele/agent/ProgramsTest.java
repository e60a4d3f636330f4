package io.nefele.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.agent.core.ProgramFacts;
import io.nefele.core.ProgramId;
import io.nefele.wire.ProcessSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramsTest {
  private static final int STRANGER = 54_321;

  @TempDir Path directory = Path.of("");

  @Test
  void theSameContentIsTheSameProgram_whereverItIs() throws IOException {
    Path one = executable("a/work", "echo 1");
    Path other = executable("b/work", "echo 1");
    Path different = executable("c/work", "echo 2");
    assertEquals(id(0, one.toString(), "1"), id(0, other.toString(), "2"));
    assertNotEquals(id(0, one.toString()), id(0, different.toString()));
  }

  @Test
  void aProgramIsFoundAsTheInitFindsIt() throws IOException {
    executable("a/work", "echo 1");
    executable("b/work", "echo 2");
    ProgramId first = id(0, directory.resolve("a/work").toString());
    assertEquals(first, id(0, "work"));
    assertEquals(first, id(0, "./a/work"));
    ProcessSpec spec =
        ProcessSpec.of(List.of("work"))
            .environment(List.of("PATH=/nowhere:" + directory.resolve("b")))
            .build();
    assertEquals(
        id(0, directory.resolve("b/work").toString()),
        programs().find(0, List.of(spec)).getFirst().program());
  }

  @Test
  void whatAnInterpreterRunsMakesTheProgram_byContentIfItIsAFile() throws IOException {
    Path job = executable("job.py", "1");
    assertNotEquals(id(0, "sh", job.toString()), id(0, "sh", "-c", "true"));
    ProgramId before = id(0, "sh", job.toString());
    assertEquals(before, id(0, "sh", "job.py", "--fast"));
    Files.writeString(job, "2, and more");
    assertNotEquals(before, id(0, "sh", job.toString()));
  }

  @Test
  void whatIsNotThere_orMayNotBeRead_orHasNoEnd_isKnownByName() throws IOException {
    Path secret = executable("secret", "echo 1");
    ProgramId open = id(0, secret.toString());
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rwx--x--x"));
    assertNotEquals(open, id(STRANGER, secret.toString()));
    assertEquals(open, id(0, secret.toString()));
    assertEquals(id(STRANGER, secret.toString()), id(STRANGER, "/elsewhere/secret"));
    assertEquals(id(0, "/proc/kmsg"), id(0, "/elsewhere/kmsg"));
    assertEquals(id(0, directory.toString()), id(0, "/elsewhere/" + directory.getFileName()));
  }

  @Test
  void whatWasLookedAtLatelyIsKnownWithoutALook() throws IOException {
    Programs programs = programs();
    List<ProcessSpec> specs = List.of(ProcessSpec.of(List.of("/bin/sh", "-c", "true")).build());
    assertTrue(programs.known(0, specs).isEmpty());
    List<ProgramFacts> found = programs.find(0, specs);
    assertEquals(found, programs.known(0, specs).orElseThrow());
  }

  @Test
  void anElfFileTellsWhatItTakes() {
    long shell = facts(0, "/bin/sh").leastMemoryBytes();
    assertTrue(shell > 10_000 && shell < 100 << 20, () -> shell + "");
  }

  private Path executable(String name, String content) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.resolveSibling(""));
    Files.writeString(file, content);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Programs programs() {
    return new Programs(directory.resolve("a") + ":" + directory.resolve("b") + ":/usr/bin:/bin");
  }

  private ProgramId id(int uid, String... command) {
    return facts(uid, command).program();
  }

  private ProgramFacts facts(int uid, String... command) {
    ProcessSpec spec =
        ProcessSpec.of(List.of(command)).workingDirectory(directory.toString()).build();
    return programs().find(uid, List.of(spec)).getFirst();
  }
}
