package io.nefele.mailbox.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class SharedQueueCrashTest {
  private static final Duration SOON = Duration.ofSeconds(5);

  @TempDir private Path queue;

  @BeforeEach
  void make() throws IOException {
    SharedQueueTest.make(queue);
    new SharedQueueReader(queue).close();
  }

  @Test
  void writersThatAreKilledAmidAppending_neitherLoseNorHoldBackWhatOthersWrote()
      throws IOException, InterruptedException {
    Map<String, Long> told = new TreeMap<>();
    for (int round = 0; round < 4; round++) {
      List<Process> writers = new ArrayList<>();
      for (String name : List.of("a" + round, "b" + round)) {
        writers.add(start("write", name));
      }
      try {
        for (int i = 0; i < writers.size(); i++) {
          String name = (i == 0 ? "a" : "b") + round;
          told.put(name, killAfter(writers.get(i), 300 + 211L * round));
        }
      } finally {
        for (Process writer : writers) {
          writer.destroyForcibly().waitFor();
        }
      }
    }
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          Map<String, Long> read = new TreeMap<>();
          try (SharedQueueWriter writer = new SharedQueueWriter(queue);
              SharedQueueReader reader = new SharedQueueReader(queue)) {
            assertEquals(Optional.empty(), writer.append(SharedQueueTest.message("end 1")));
            while (!read.containsKey("end")) {
              String[] message = reader.take(SOON).orElseThrow().payload().utf8().split(" ");
              long before = read.getOrDefault(message[0], 0L);
              assertEquals(before + 1, Long.parseLong(message[1]), message[0]);
              read.put(message[0], before + 1);
            }
          }
          told.forEach(
              (name, number) ->
                  assertTrue(read.getOrDefault(name, 0L) >= number, name + ": " + read));
        });
  }

  @Test
  void aWriterThatDiesWithTheLockHeld_holdsOthersUpForLessThanASecond() throws Exception {
    try (SharedQueueWriter writer = new SharedQueueWriter(queue);
        SharedQueueReader reader = new SharedQueueReader(queue)) {
      // One that opens the queue afterwards does not wait at all.
      Process half = start("half");
      assertTrue(half.waitFor(30, TimeUnit.SECONDS));
      long begin = System.nanoTime();
      assertEquals(Optional.empty(), writer.append(SharedQueueTest.message("next")));
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
      assertEquals("next", reader.take(SOON).orElseThrow().payload().utf8());
      assertTrue(millis < 2_000, millis + " ms");
    }
  }

  @Test
  void aKilledReaderLeavesTheRestToTheNextOne_whichGetsNothingTwice() throws Exception {
    try (SharedQueueWriter writer = new SharedQueueWriter(queue)) {
      for (int number = 1; number <= 20_000; number++) {
        assertEquals(Optional.empty(), writer.append(SharedQueueTest.message("m " + number)));
      }
    }
    Process first = start("read");
    long last;
    try {
      last = killAfter(first, 100);
    } finally {
      first.destroyForcibly().waitFor();
    }
    try (SharedQueueReader reader = new SharedQueueReader(queue)) {
      String[] next = reader.take(SOON).orElseThrow().payload().utf8().split(" ");
      long number = Long.parseLong(next[1]);
      // It may have taken more than it had time to tell.
      assertTrue(number > last, number + " after " + last);
      for (long expected = number + 1; expected <= 20_000; expected++) {
        assertEquals("m " + expected, reader.take(SOON).orElseThrow().payload().utf8());
      }
      assertEquals(Optional.empty(), reader.take(Duration.ZERO));
    }
  }

  /** Kills the program when it has told that much; returns the last number that it told. */
  private static long killAfter(Process program, long lines) throws IOException {
    try (var out =
        new BufferedReader(
            new InputStreamReader(program.getInputStream(), StandardCharsets.US_ASCII))) {
      long last = 0;
      long count = 0;
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        // The last line may have been cut by the kill; a number cut short is smaller.
        String number = line.substring(line.lastIndexOf(' ') + 1);
        last = Math.max(last, number.isEmpty() ? 0 : Long.parseLong(number));
        if (++count == lines) {
          // Through the handle, as the process itself would close the pipe with it.
          program.toHandle().destroyForcibly();
        }
      }
      return last;
    }
  }

  /** A program with this JVM's own flags without its agents. */
  private Process start(String what, String... more) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> !argument.startsWith("-javaagent"))
        .forEach(command::add);
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            SharedQueueProgram.class.getName(),
            what,
            queue.toString()));
    command.addAll(List.of(more));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }
}
