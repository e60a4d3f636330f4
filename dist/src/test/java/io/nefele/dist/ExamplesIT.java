package io.nefele.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.lib.NefeleException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;

/** The examples, on a real fabric. */
@Timeout(240)
class ExamplesIT {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  @RegisterExtension static final SharedFabric FABRIC = new SharedFabric();

  @TempDir Path directory = Path.of("");

  @TempDir(factory = OutsideOfTmp.class)
  Path programs = Path.of("");

  private Installed nefele = FABRIC.nefele();

  @BeforeEach
  void install() throws IOException {
    copyInto(programs, ROOT.resolve("examples"));
    Path client = Files.createDirectories(programs.resolve("nefele"));
    copyInto(client, ROOT.resolve("clients/python/nefele"));
    nefele =
        FABRIC
            .nefele()
            .with("NEFELE_SOCKET", FABRIC.socket(1).toString())
            .with("SECOND", FABRIC.socket(2).toString())
            .with("PYTHONPATH", programs.toString())
            .with("PYTHONDONTWRITEBYTECODE", "1");
  }

  @AfterEach
  void leaveNothing() throws NefeleException {
    FABRIC.awaitJust();
  }

  @Test
  void wordsAreCounted_byProcessesOnAllServers() {
    String counted = run("word_count.py " + ROOT.resolve("LICENSE"));
    assertTrue(counted.startsWith("95 the\n"), counted);
  }

  @Test
  void aPoolAnswers_whileOneOfItIsKilled() {
    String told = run("pool.py");
    assertTrue(told.contains("60 calls answered by") && told.contains("now none runs"), told);
  }

  @Test
  void aServiceAnswersEachCall_whileItIsReplacedAndRolledBack() {
    String printed = run("web.py");
    assertTrue(printed.endsWith(" calls, none failed, by version 1 and then 2\n"), printed);
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

  /** A process has a /tmp of its own, in which a build that is below /tmp is not. */
  static final class OutsideOfTmp implements TempDirFactory {
    @Override
    public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext extension)
        throws IOException {
      return Files.createTempDirectory(Path.of("/var/tmp"), "nefele-examples");
    }
  }

  private static void copyInto(Path directory, Path programs) throws IOException {
    try (Stream<Path> files = Files.list(programs)) {
      for (Path program :
          files.filter(file -> file.toString().matches(".*[.](py|yaml)")).toList()) {
        Files.copy(program, directory.resolve(programs.relativize(program)));
      }
    }
  }

  private String run(String example) {
    Installed.Ended ended = nefele.shell("cd " + programs + " && python3 " + example);
    assertEquals(0, ended.exitCode(), ended::toString);
    return ended.out();
  }
}
