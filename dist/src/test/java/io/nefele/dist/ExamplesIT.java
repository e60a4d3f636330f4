package io.nefele.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.lib.AgentSockets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The examples, on a fabric of two agents. */
@Timeout(240)
class ExamplesIT {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  @TempDir Path directory = Path.of("");

  /** Not below /tmp, of which a process has its own: this build may be there. */
  private Path programs = directory;

  private Installed nefele = Installed.withHome(directory, directory);

  @BeforeEach
  void install() throws IOException {
    Path home = directory.resolve("h");
    programs = Files.createTempDirectory(Path.of("/var/tmp"), "nefele-examples");
    copyInto(programs, ROOT.resolve("examples"));
    copyInto(programs, ROOT.resolve("clients/python"));
    Installed installed = Installed.withHome(home, directory);
    nefele =
        installed
            .with("NEFELE_SOCKET", AgentSockets.numbered(home, 1).toString())
            .with("SECOND", AgentSockets.numbered(home, 2).toString())
            .with("PYTHONPATH", programs.toString())
            .with("PYTHONDONTWRITEBYTECODE", "1");
    nefele.lines("up", "2");
  }

  @AfterEach
  void leaveNothing() throws IOException {
    List<String> left = nefele.lines("ps");
    nefele.lines("down");
    for (Path program : listing(programs)) {
      Files.delete(program);
    }
    Files.delete(programs);
    assertFalse(Files.exists(directory.resolve("h")));
    assertEquals(1, left.size(), () -> "the examples leave processes behind: " + left);
  }

  @Test
  void wordsAreCounted_byProcessesOnAllServers() {
    String counted = run("word_count.py " + ROOT.resolve("LICENSE"));
    assertTrue(counted.startsWith("95 the\n"), counted);
  }

  @Test
  void aPoolAnswers_whileOneOfItIsKilled() {
    assertTrue(run("pool.py").startsWith("60 calls answered by"));
  }

  @Test
  void aBankThatIsKilledLosesNoMoney() {
    assertTrue(run("bank.py").endsWith("all money is there\n"));
  }

  @Test
  void whoIsInARoomHearsTheOthers() {
    Path input = directory.resolve("input");
    Path heard = directory.resolve("heard");
    String chat = "python3 " + programs.resolve("chat.py") + " den ";
    String ended =
        """
        mkfifo %2$s; %1$s al < %2$s > %3$s & exec 9> %2$s
        until grep -q 'you are al' %3$s; do :; done
        echo hi all | NEFELE_SOCKET=$SECOND %1$s bea
        until grep -q 'bea has left' %3$s; do :; done
        exec 9>&-; wait; cat %3$s
        """
            .formatted(chat, input, heard);
    Installed.Ended chats = nefele.shell(ended);
    assertTrue(
        chats.out().endsWith("you are al in den\nbea: hi all\n(bea has left)\n"), chats::toString);
  }

  private static void copyInto(Path directory, Path programs) throws IOException {
    for (Path program : listing(programs)) {
      if (program.toString().endsWith(".py")) {
        Files.copy(program, directory.resolve(programs.relativize(program)));
      }
    }
  }

  private static List<Path> listing(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  private String run(String example) {
    Installed.Ended ended = nefele.shell("cd " + programs + " && python3 " + example);
    assertEquals(0, ended.exitCode(), ended::toString);
    return ended.out();
  }
}
