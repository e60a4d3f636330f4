package io.nefele.bench.floor;

import io.nefele.bench.BenchFailure;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * What a process writes on its standard output, waited for no longer than a limit for all of it.
 */
final class ProcessLines {
  private final String who;
  private final Duration limit;
  private final long beganNanos = System.nanoTime();

  /** Nothing stands for the end. */
  private final BlockingQueue<Optional<String>> lines = new LinkedBlockingQueue<>();

  private ProcessLines(String who, Duration limit) {
    this.who = who;
    this.limit = limit;
  }

  /**
   * Reads from now on, in a thread of its own that ends with the process.
   *
   * @param who as a failure names the process
   * @param limit from now
   */
  static ProcessLines of(String who, Process process, Duration limit) {
    ProcessLines lines = new ProcessLines(who, limit);
    Thread.ofVirtual().start(() -> lines.follow(process));
    return lines;
  }

  private void follow(Process process) {
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        lines.add(Optional.of(line));
      }
    } catch (IOException e) {
      // It has been ended.
    } finally {
      lines.add(Optional.empty());
    }
  }

  /**
   * Waits for the next line.
   *
   * @throws BenchFailure if the limit is over, or the process ends before
   */
  String next() throws BenchFailure, InterruptedException {
    long leftNanos = limit.toNanos() - (System.nanoTime() - beganNanos);
    Optional<String> line = lines.poll(Math.max(0, leftNanos), TimeUnit.NANOSECONDS);
    if (line == null) {
      throw new BenchFailure(who + " did not answer within " + limit.toSeconds() + " s");
    }
    return line.orElseThrow(() -> new BenchFailure(who + " ended before it answered"));
  }
}
