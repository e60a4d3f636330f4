package io.nefele.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.core.Bytes;
import io.nefele.lib.AgentSockets;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.shm.SharedMailbox;
import io.nefele.shm.SharedSender;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Mailboxes in shared memory, with real agents and real processes. */
@Timeout(240)
class SharedMailboxIT {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration MOMENT = Duration.ofMillis(1);
  @TempDir Path directory = Path.of("");
  @RegisterExtension static final SharedFabric FABRIC = new SharedFabric();
  private final Installed nefele = FABRIC.nefele();

  @Test
  void aSenderChangesOverToSharedMemory_andItsMessagesStayInOrder() throws NefeleException {
    try (Nefele reading = agent(1);
        Nefele writing = agent(1);
        SharedSender sender = new SharedSender(writing, Optional.empty(), "ledger")) {
      reading.take("ledger", MOMENT);
      int sent = 0;
      while (sent < 50) {
        sender.send(number(++sent), LONG);
      }
      assertFalse(sender.isShared());
      try (SharedMailbox mailbox = SharedMailbox.open(reading, "ledger")) {
        assertTrue(mailbox.isShared());
        int read = 0;
        while (!sender.isShared()) {
          sender.send(number(++sent), LONG);
        }
        for (int more = 0; more < 1000; more++) {
          sender.send(number(++sent), LONG);
        }
        while (read < sent) {
          assertEquals(number(++read), mailbox.take(LONG).orElseThrow().payload());
        }
        assertEquals(Optional.empty(), mailbox.take(MOMENT));
      }
      reading.closeMailbox("ledger");
    }
  }

  @Test
  void whatComesFromAnotherAgent_isReadThere_andASenderThereStaysWithItsAgent()
      throws NefeleException {
    try (Nefele reading = agent(1);
        Nefele far = agent(2);
        SharedMailbox mailbox = SharedMailbox.open(reading, "inbox");
        SharedSender sender = new SharedSender(far, Optional.empty(), mailbox.id().toString())) {
      for (int i = 1; i <= 20; i++) {
        sender.send(number(i), LONG);
        assertEquals(number(i), mailbox.take(LONG).orElseThrow().payload());
      }
      assertFalse(sender.isShared());
    }
  }

  @Test
  void whoReadsASharedMailboxOtherwise_isToldHow_andItsOneReaderIsLeftAlone()
      throws NefeleException {
    try (Nefele reading = agent(1);
        SharedMailbox mailbox = SharedMailbox.open(reading, "alone")) {
      for (String at : List.of("1", "2")) {
        Installed.Ended ended = nefele.run("recv", "--at", at, "--as", mailbox.id().toString());
        assertEquals(1, ended.exitCode(), ended::toString);
        assertTrue(ended.err().contains("read through shared memory"), ended::toString);
      }
      NefeleException refused =
          assertThrows(NefeleException.class, () -> SharedMailbox.open(reading, "alone"));
      assertTrue(String.valueOf(refused.getMessage()).contains("a mailbox has one reader"));
      nefele.lines("send", mailbox.id().toString(), "still here");
      assertEquals(Bytes.utf8("still here"), mailbox.take(LONG).orElseThrow().payload());
    }
  }

  @Test
  void aClosedMailboxRefuses_andItsFilesGo() throws NefeleException {
    try (Nefele agent = agent(1);
        SharedMailbox mailbox = SharedMailbox.open(agent, "short-lived");
        SharedSender sender = new SharedSender(agent, Optional.empty(), mailbox.id().toString())) {
      awaitShared(sender);
      assertTrue(hasQueue(1, mailbox.id().toString()));
      agent.closeMailbox("short-lived");
      assertThrows(NefeleException.class, () -> sender.send(number(1), LONG));
      awaitTrue(() -> !hasQueue(1, mailbox.id().toString()));
      NefeleException closed = assertThrows(NefeleException.class, () -> drain(mailbox));
      assertTrue(String.valueOf(closed.getMessage()).endsWith("the mailbox is closed"));
    }
  }

  @Test
  void messagesFlowWhileTheAgentIsAway_andItsNextLifeKnowsTheQueue() throws NefeleException {
    try (Nefele reading = agent(2);
        Nefele writing = agent(2);
        SharedMailbox mailbox = SharedMailbox.open(reading, "through-it-all");
        SharedSender sender =
            new SharedSender(writing, Optional.empty(), mailbox.id().toString())) {
      awaitShared(sender);
      while (mailbox.take(MOMENT).isPresent()) {
        // What awaitShared has sent.
      }
      nefele.lines("agent", "kill9", "2");
      sender.send(number(1), LONG);
      assertEquals(number(1), mailbox.take(LONG).orElseThrow().payload());
      nefele.lines("up", "3");
      nefele.lines("send", "--at", "2", mailbox.id().toString(), "2");
      assertEquals(number(2), mailbox.take(LONG).orElseThrow().payload());
      sender.send(number(3), LONG);
      assertEquals(number(3), mailbox.take(LONG).orElseThrow().payload());
      Installed.Ended other = nefele.run("recv", "--at", "2", "--as", mailbox.id().toString());
      assertTrue(other.err().contains("read through shared memory"), other::toString);
    }
  }

  @Test
  void spawnedProcessesOfOneServerWriteToEachOtherDirectly() throws IOException {
    Path programs = Files.createDirectories(directory.resolve("p/io/nefele/dist"));
    String program = SharedProgram.class.getSimpleName() + ".class";
    Files.copy(Path.of("target/test-classes/io/nefele/dist", program), programs.resolve(program));
    String lib = nefele.root().resolve("lib").toString();
    String java =
        System.getProperty("java.home")
            + "/bin/java @"
            + lib
            + "/agent.flags -cp .:"
            + lib
            + "/agent/*:"
            + lib
            + "/bench/* io.nefele.dist.SharedProgram ";
    String spawn = "cd " + directory.resolve("p") + "; nefele spawn --mem 300M ";
    String reader = only(nefele.shell(spawn + "--name shared-reader -- " + java + "read 500"));
    String writer =
        only(
            nefele.shell(
                spawn + "--affinity shared-reader -- " + java + "write " + reader + " 500"));
    for (String process : List.of(writer, reader)) {
      Installed.Ended end = nefele.run("wait", process);
      assertEquals(0, end.exitCode(), () -> end + nefele.run("logs", process).toString());
    }
    assertEquals(List.of("shared true"), nefele.lines("logs", writer));
    assertEquals(List.of("read 500"), nefele.lines("logs", reader));
    awaitTrue(() -> !hasQueue(FABRIC.numberOf(reader), reader));
  }

  private static String only(Installed.Ended ended) {
    assertEquals(1, ended.lines().size(), ended::toString);
    return ended.lines().getFirst();
  }

  private static void awaitShared(SharedSender sender) throws NefeleException {
    while (!sender.isShared()) {
      sender.send(Bytes.utf8("hello"), LONG);
    }
  }

  private static void drain(SharedMailbox mailbox) throws NefeleException {
    while (mailbox.take(LONG).isPresent()) {
      // What awaitShared has sent.
    }
  }

  private static Bytes number(int number) {
    return Bytes.utf8(Integer.toString(number));
  }

  private static Nefele agent(int number) throws NefeleException {
    return Nefele.connect(FABRIC.socket(number));
  }

  /** Whether the agent has a queue for the mailbox, wherever its tenant's are. */
  private static boolean hasQueue(int agent, String mailbox) {
    try (Stream<Path> found =
        Files.find(
            AgentSockets.directory(FABRIC.home(), agent),
            4,
            (path, facts) -> path.endsWith(mailbox) && path.toString().contains("/queues/"))) {
      return found.findAny().isPresent();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void awaitTrue(BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, "it does not come true");
      Thread.onSpinWait();
    }
  }
}
