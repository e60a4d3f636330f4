package io.nefele.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StandardInputTest {
  @TempDir Path directory;

  @Test
  void close_endsAReadThatWaits() throws Exception {
    Path fifo = directory.resolve("fifo");
    assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
    // Open for both, so that it has a writer, who writes nothing.
    InputStream input =
        new StandardInput(
            FileChannel.open(fifo, StandardOpenOption.READ, StandardOpenOption.WRITE));
    CompletableFuture<Throwable> end = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                end.complete(new AssertionError("it has read " + input.read()));
              } catch (IOException e) {
                end.complete(e);
              }
            });
    input.close();
    assertInstanceOf(IOException.class, end.get(30, TimeUnit.SECONDS));
  }

  @Test
  void read_givesAllAndThenTheEnd() throws Exception {
    Path file =
        Files.write(directory.resolve("file"), "a\0\u00e9".getBytes(StandardCharsets.UTF_8));
    try (InputStream input = new StandardInput(FileChannel.open(file))) {
      assertEquals('a', input.read());
      assertArrayEquals("\0\u00e9".getBytes(StandardCharsets.UTF_8), input.readAllBytes());
      assertEquals(-1, input.read());
    }
  }
}
