package io.nefele.bench.fabric;

import io.nefele.bench.BenchFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A program that was run from its start to its end.
 *
 * @param output standard output and standard error
 * @param nanos from before the start until the end was seen
 */
public record Run(int exitCode, String output, long nanos) {

  /**
   * Runs {@code command} with {@code environment} beside this process's own.
   *
   * @throws BenchFailure if it takes longer than {@code limit}; it is killed then
   */
  public static Run of(List<String> command, Map<String, String> environment, Duration limit)
      throws IOException, InterruptedException, BenchFailure {
    return of(command, environment, limit, process -> {});
  }

  /** As {@link #of(List, Map, Duration)}, and shows {@code started} the process. */
  static Run of(
      List<String> command,
      Map<String, String> environment,
      Duration limit,
      Consumer<Process> started)
      throws IOException, InterruptedException, BenchFailure {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    long begin = System.nanoTime();
    Process process = builder.start();
    started.accept(process);
    process.getOutputStream().close();
    CompletableFuture<String> output =
        CompletableFuture.supplyAsync(() -> read(process.getInputStream()), Run::onNewThread);
    if (!process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS)) {
      process.destroyForcibly().waitFor();
      throw new BenchFailure(
          String.join(" ", command) + " did not end within " + limit.toSeconds() + " s");
    }
    long nanos = System.nanoTime() - begin;
    return new Run(process.exitValue(), output.join().strip(), nanos);
  }

  /**
   * This run, if it went well.
   *
   * @throws BenchFailure with the last line that it printed, if not
   */
  public Run orFail(String what) throws BenchFailure {
    if (exitCode != 0) {
      throw new BenchFailure(
          what
              + " failed with exit code "
              + exitCode
              + ": "
              + output.lines().reduce((first, second) -> second).orElse("it printed nothing"));
    }
    return this;
  }

  private static void onNewThread(Runnable task) {
    Thread.ofVirtual().start(task);
  }

  private static String read(InputStream stream) {
    try (stream) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }
}
