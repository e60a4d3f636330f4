package io.nefele.agent.linux;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A named pipe that processes of a test hold open: its end of file is the proof that not one of
 * them is left.
 */
final class Fifo {
  final Path path;
  private final CompletableFuture<BufferedReader> reader;

  Fifo(Path path) throws IOException, InterruptedException {
    this.path = path;
    int made = new ProcessBuilder("mkfifo", path.toString()).inheritIO().start().waitFor();
    if (made != 0) {
      throw new IOException("no pipe at " + path);
    }
    this.reader = supply(() -> Files.newBufferedReader(path));
  }

  String line() throws ExecutionException, InterruptedException, TimeoutException {
    @Nullable String line = reader.thenCompose(open -> supplyLine(open)).get(30, TimeUnit.SECONDS);
    if (line == null) {
      throw new AssertionError("all writers are gone");
    }
    return line;
  }

  void awaitNoWriter() throws ExecutionException, InterruptedException, TimeoutException {
    @Nullable String line = reader.thenCompose(open -> supplyLine(open)).get(30, TimeUnit.SECONDS);
    if (line != null) {
      throw new AssertionError("a writer lives and says " + line);
    }
  }

  private static CompletableFuture<@Nullable String> supplyLine(BufferedReader open) {
    return supply(open::readLine);
  }

  private static <T extends @Nullable Object> CompletableFuture<T> supply(Blocking<T> blocking) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                result.complete(blocking.get());
              } catch (IOException e) {
                result.completeExceptionally(e);
              }
            });
    return result;
  }

  private interface Blocking<T extends @Nullable Object> {
    T get() throws IOException;
  }
}
