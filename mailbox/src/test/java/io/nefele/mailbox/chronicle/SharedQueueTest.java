package io.nefele.mailbox.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.core.Bytes;
import io.nefele.mailbox.RefusalReason;
import io.nefele.mailbox.StoreLimits;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SharedQueueTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  @TempDir private Path queue;

  @BeforeEach
  void make() throws IOException {
    make(queue);
  }

  /** As the agent does. */
  static void make(Path queue) throws IOException {
    Files.createDirectory(queue.resolve("box"));
    Files.write(queue.resolve("closed"), new byte[4096]);
  }

  @Test
  void messagesComeInOrder_alsoAfterTheReaderWasReplaced() throws IOException {
    new SharedQueueReader(queue).close();
    try (SharedQueueWriter writer = new SharedQueueWriter(queue)) {
      for (int i = 0; i < 100; i++) {
        assertEquals(Optional.empty(), writer.append(message("m" + i)));
      }
      for (int from = 0; from < 100; from += 50) {
        try (SharedQueueReader reader = new SharedQueueReader(queue)) {
          for (int i = from; i < from + 50; i++) {
            assertEquals("m" + i, text(reader.take(LONG)));
          }
        }
      }
      try (SharedQueueReader reader = new SharedQueueReader(queue)) {
        assertEquals(Optional.empty(), reader.take(Duration.ZERO));
      }
    }
  }

  @Test
  void aSleepingReaderIsWoken_andCostsNoProcessorTime() throws Exception {
    try (SharedQueueReader reader = new SharedQueueReader(queue);
        SharedQueueWriter writer = new SharedQueueWriter(queue)) {
      CompletableFuture<Long> slept = new CompletableFuture<>();
      CompletableFuture<String> read = new CompletableFuture<>();
      Thread thread =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      // Loads what it takes to sleep.
                      assertEquals(Optional.empty(), reader.take(Duration.ofMillis(50)));
                      long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
                      assertEquals(Optional.empty(), reader.take(Duration.ofMillis(500)));
                      long after = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
                      slept.complete(after - before);
                      read.complete(text(reader.take(LONG)));
                    } catch (IOException e) {
                      slept.completeExceptionally(e);
                      read.completeExceptionally(e);
                    }
                  });
      long cpuNanos = slept.get(30, TimeUnit.SECONDS);
      assertTrue(cpuNanos < 50_000_000, () -> cpuNanos + " ns for half a second of waiting");
      writer.append(message("wake up"));
      assertEquals("wake up", read.get(10, TimeUnit.SECONDS));
      thread.join();
    }
  }

  @Test
  void largeMessagesComeWhole_andLeaveNothing() throws IOException {
    byte[] large = new byte[5 << 20];
    large[large.length - 1] = 7;
    try (SharedQueueReader reader = new SharedQueueReader(queue);
        SharedQueueWriter writer = new SharedQueueWriter(queue)) {
      writer.append(message(Bytes.wrap(large)));
      writer.append(message(Bytes.EMPTY));
      assertEquals(Bytes.wrap(large), reader.take(LONG).orElseThrow().payload());
      assertEquals(Bytes.EMPTY, reader.take(LONG).orElseThrow().payload());
      assertEquals(
          Optional.of(RefusalReason.TOO_LARGE),
          writer.append(message(Bytes.wrap(new byte[(64 << 20) + 1]))));
    }
    try (Stream<Path> files = Files.list(queue.resolve("box"))) {
      assertFalse(files.anyMatch(file -> file.getFileName().toString().startsWith("large")));
    }
  }

  @Test
  void aFullQueueRefuses_byNumberAndByBytes_andTakesMoreWhenSomeIsRead() throws IOException {
    try (SharedQueueReader reader = new SharedQueueReader(queue);
        SharedQueueWriter few = new SharedQueueWriter(queue, new StoreLimits(3, 1000));
        SharedQueueWriter small = new SharedQueueWriter(queue, new StoreLimits(1000, 3))) {
      for (int i = 0; i < 3; i++) {
        assertEquals(Optional.empty(), few.append(message("x")));
      }
      assertEquals(Optional.of(RefusalReason.FULL), few.append(message("x")));
      assertEquals(Optional.of(RefusalReason.FULL), small.append(message("x")));
      assertEquals(Optional.empty(), few.appendInAnyCase(message("x")));
      reader.take(LONG);
      assertEquals(Optional.of(RefusalReason.FULL), few.append(message("x")));
      reader.take(LONG);
      assertEquals(Optional.empty(), small.append(message("x")));
      assertEquals(Optional.of(RefusalReason.FULL), few.append(message("x")));
    }
  }

  @Test
  void filesThatAreRead_areDeleted() throws IOException {
    Bytes payload = Bytes.wrap(new byte[100_000]);
    try (SharedQueueReader reader = new SharedQueueReader(queue);
        SharedQueueWriter writer = new SharedQueueWriter(queue)) {
      for (int i = 0; i < 2_400; i++) {
        assertEquals(Optional.empty(), writer.append(message(payload)));
        assertEquals(payload.size(), reader.take(LONG).orElseThrow().payload().size());
      }
    }
    try (Stream<Path> files = Files.list(queue.resolve("box/queue"))) {
      long kept = files.filter(file -> file.toString().endsWith(".cq4")).count();
      assertTrue(kept <= 2, () -> kept + " of 4 files are there");
    }
  }

  @Test
  void whenTheMailboxIsClosed_writersAreRefused_andReadersGetWhatIsLeft() throws IOException {
    try (SharedQueueReader reader = new SharedQueueReader(queue);
        SharedQueueWriter writer = new SharedQueueWriter(queue)) {
      writer.append(message("before"));
      Files.write(queue.resolve("closed"), new byte[] {1, 0, 0, 0});
      assertEquals(Optional.of(RefusalReason.CLOSED), writer.append(message("after")));
      assertEquals("before", text(reader.take(LONG)));
      assertEquals(Optional.empty(), reader.take(LONG));
      assertTrue(reader.isClosed());
    }
  }

  @Test
  void aMailboxHasOneReader() throws IOException {
    try (SharedQueueReader reader = new SharedQueueReader(queue)) {
      IOException refused = assertThrows(IOException.class, () -> new SharedQueueReader(queue));
      assertEquals(
          "the mailbox is being read already; a mailbox has one reader", refused.getMessage());
      assertEquals(Optional.empty(), reader.take(Duration.ZERO));
    }
    new SharedQueueReader(queue).close();
  }

  @Test
  void whatIsUsedInAnotherPidNamespace_isNotOurs() throws IOException {
    assertFalse(SharedQueueWriter.isOpenTo(queue), "nobody reads it yet");
    new SharedQueueReader(queue).close();
    assertTrue(SharedQueueWriter.isOpenTo(queue));
    Files.writeString(queue.resolve("box/namespace"), "pid:[1]");
    assertFalse(SharedQueueWriter.isOpenTo(queue));
    assertThrows(IOException.class, () -> new SharedQueueReader(queue));
  }

  @Test
  void aScribbledQueueIsToldAsDamaged() throws IOException {
    try (SharedQueueReader reader = new SharedQueueReader(queue);
        SharedQueueWriter writer = new SharedQueueWriter(queue)) {
      writer.append(message("whole"));
      assertEquals("whole", text(reader.take(LONG)));
      try (SharedState state = new SharedQueueFiles(queue).state();
          var raw = new SharedQueueFiles(queue).queue(state, false);
          var appender = raw.createAppender();
          var document = appender.writingDocument()) {
        document.wire().bytes().write(new byte[40]);
      }
      assertThrows(IOException.class, () -> reader.take(LONG));
    }
  }

  static SharedMessage message(String text) {
    return message(Bytes.utf8(text));
  }

  private static SharedMessage message(Bytes payload) {
    return new SharedMessage(Optional.empty(), "", 1, payload);
  }

  private static String text(Optional<SharedMessage> message) {
    return message.orElseThrow().payload().utf8();
  }
}
