package io.nefele.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Pools that are as large as there is work for them, on real agents. */
@Timeout(120)
class PoolIT {
  /** Answers when a file is there, and says who it is. */
  private static final String WORKER =
      """
      import nefele, os, time
      with nefele.connect() as fabric, fabric.mailbox() as mailbox:
          for message in mailbox:
              while not os.path.exists(message.payload.decode()):
                  time.sleep(0.01)
              fabric.send(message.from_, os.environ["NEFELE_ID"].encode())
      """;

  @TempDir Path directory = Path.of("");
  @RegisterExtension static final SharedFabric FABRIC = new SharedFabric();
  private final Installed nefele = FABRIC.nefele();

  @BeforeEach
  void makePool() throws IOException {
    Files.writeString(directory.resolve("worker.py"), WORKER);
    Files.createFile(directory.resolve("open"));
    Installed.Ended made =
        nefele.shell(
            "nefele pool --name work --max 3 --idle 1s --cwd "
                + directory
                + " --env PYTHONPATH="
                + nefele.root().resolve("lib/python")
                + " -- python3 worker.py");
    assertEquals(0, made.exitCode(), made.err());
  }

  @AfterEach
  void removePool() {
    nefele.shell("nefele pool --remove work");
  }

  @Test
  void callStartsTheFirstProcess_callsAtOnceStartMore_andIdleOnesEnd() {
    assertTrue(line().matches("\\S+ +work +0 +0 +3 +1\\.0s +python3 worker.py"), line());
    String first = nefele.lines("call", "work", "open", "--timeout", "60s").getFirst();
    assertTrue(first.matches("[0-9a-z]+\\.[0-9]+\\.[0-9]+"), first);

    List<String> answers =
        nefele
            .shell(
                "for at in 1 2 3; do nefele call work later --at $at --timeout 60s & done;"
                    + " until [ \"$(nefele pool | awk '$2 == \"work\" {print $3}')\" = 3 ]; do :; done;"
                    + " touch "
                    + directory.resolve("later")
                    + "; wait")
            .lines();

    assertEquals(3, answers.size(), answers::toString);
    nefele.shell("until nefele pool | grep 'work *0 '; do :; done");
  }

  @Test
  void callToAPool_goesByTurnOrByKeyIfItAsksForThat() {
    nefele.shell(
        "nefele pool --name turns --min 2 --max 2 --cwd "
            + directory
            + " --env PYTHONPATH="
            + nefele.root().resolve("lib/python")
            + " -- python3 worker.py; until nefele pool | grep -q 'turns *2 '; do :; done");

    assertEquals(2, Set.copyOf(calls("any:turns?by=round-robin", 4)).size());
    assertEquals(1, Set.copyOf(calls("any:turns?key=7", 4)).size());
    nefele.lines("pool", "--remove", "turns");
  }

  private List<String> calls(String to, int count) {
    return Stream.generate(() -> nefele.lines("call", to, "open", "--timeout", "60s").getFirst())
        .limit(count)
        .toList();
  }

  @Test
  void programOfAPool_isBroughtToWhoeverStartsIt() throws IOException {
    Path program = Files.createDirectory(directory.resolve("program"));
    Files.move(directory.resolve("worker.py"), program.resolve("worker.py"));
    nefele.lines(
        "pool",
        "--name",
        "shipped",
        "--max",
        "1",
        "--idle",
        "1s",
        "--ship=" + program,
        "--env",
        "PYTHONPATH=" + nefele.root().resolve("lib/python"),
        "--",
        "python3",
        "worker.py");
    program.resolve("worker.py").toFile().delete();

    for (String at : List.of("1", "2", "3")) {
      String answer =
          nefele.lines("call", "shipped", ".", "--at", at, "--timeout", "60s").getFirst();
      assertTrue(answer.matches("[0-9a-z]+\\.[0-9]+\\.[0-9]+"), answer);
    }
    nefele.lines("pool", "--remove", "shipped");
  }

  @Test
  void poolWhoseProgramDoesNotWork_refusesCallsWithTheReason() {
    nefele.lines("pool", "--name", "broken", "--", "/no/such/program");
    Installed.Ended called = nefele.run("call", "broken", "x", "--timeout", "30s");

    assertEquals(4, called.exitCode(), called.err());
    assertTrue(
        called.err().contains("nobody of pool 'broken' can be started")
            && called.err().contains("/no/such/program"),
        called.err());
    nefele.lines("pool", "--remove", "broken");
    assertTrue(nefele.run("call", "broken", "x").err().contains("nobody"));
  }

  private String line() {
    return nefele.lines("pool").stream()
        .filter(line -> line.contains("work"))
        .findFirst()
        .orElse("no pool");
  }
}
