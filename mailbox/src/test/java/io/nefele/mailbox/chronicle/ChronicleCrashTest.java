package io.nefele.mailbox.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.core.ProcessId;
import io.nefele.mailbox.Envelope;
import io.nefele.mailbox.StoreLimits;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChronicleCrashTest {
  private static final ProcessId MAILBOX = KilledWriter.MAILBOX;
  private static final StoreLimits UNLIMITED = new StoreLimits(Long.MAX_VALUE, Long.MAX_VALUE);

  @TempDir Path root;

  @ParameterizedTest
  @ValueSource(ints = {1, 700, 1511})
  void allThatWasStoredIsReadAfterTheWriterWasKilledAmidAppending(int killAfter)
      throws IOException, InterruptedException {
    long stored = appendAndKill(killAfter);
    assertTimeoutPreemptively(Duration.ofSeconds(20), () -> readAndGoOn(stored));
  }

  @Test
  void aMessageWrittenByHalfIsNotThereAndBlocksNothing() throws IOException, InterruptedException {
    long stored = appendAndKill(Integer.MAX_VALUE, "40");
    assertEquals(40, stored);
    assertTimeoutPreemptively(Duration.ofSeconds(5), () -> readAndGoOn(stored));
  }

  private long appendAndKill(int killAfter, String... arguments)
      throws IOException, InterruptedException {
    Process writer =
        new ProcessBuilder(command(arguments))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (var out =
        new BufferedReader(
            new InputStreamReader(writer.getInputStream(), StandardCharsets.US_ASCII))) {
      long stored = 0;
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        // The last line may have been cut by the kill; a number cut short is smaller.
        stored = Math.max(stored, Long.parseLong(line));
        if (stored == killAfter) {
          // Through the handle, as the process itself would close the pipe with it.
          writer.toHandle().destroyForcibly();
        }
      }
      return stored;
    } finally {
      writer.destroyForcibly();
      assertTrue(writer.waitFor(10, TimeUnit.SECONDS));
    }
  }

  private void readAndGoOn(long stored) {
    try (var store = new ChronicleMailboxStore(root, UNLIMITED, 1)) {
      assertEquals(List.of(MAILBOX), store.mailboxes());
      long pending = store.pending(MAILBOX);
      assertTrue(pending >= stored, pending + " of " + stored + " are left");
      assertEquals(Optional.empty(), store.append(MAILBOX, KilledWriter.message(pending + 1)));
      for (long sequence = 1; sequence <= pending + 1; sequence++) {
        Optional<Envelope> taken = store.take(MAILBOX);
        assertEquals(Optional.of(KilledWriter.message(sequence)), taken);
      }
      assertEquals(Optional.empty(), store.take(MAILBOX));
    }
  }

  /** This JVM's own flags without its agents, and the program. */
  private List<String> command(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> !argument.startsWith("-javaagent"))
        .forEach(command::add);
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            KilledWriter.class.getName(),
            root.toString()));
    command.addAll(List.of(arguments));
    return command;
  }
}
