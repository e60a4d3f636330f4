package io.nefele.agent.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.stream.LongStream;

/**
 * Not a test: what it costs to start /bin/true through the init, beside the floor that posix_spawn
 * sets from C. Arguments: an empty directory, the program posix_spawn_floor, a count, the
 * isolation.
 */
final class SpawnMeasurement {
  private static final int IN_FLIGHT = 32;

  private final int count;
  private final long[] begunNanos;
  private final long[] startedNanos;
  private final long[] endedNanos;
  private final Semaphore inFlight = new Semaphore(0);
  private volatile CountDownLatch gated = new CountDownLatch(0);
  private volatile CountDownLatch started = new CountDownLatch(0);
  private volatile CountDownLatch ended = new CountDownLatch(0);
  private volatile int initPid;
  private final InitProcessHost host;
  private final CountDownLatch resynchronized = new CountDownLatch(1);
  private final CountDownLatch disconnected = new CountDownLatch(1);

  private SpawnMeasurement(Path directory, int count, Isolation isolation)
      throws IOException, InterruptedException {
    this.count = count;
    begunNanos = new long[count];
    startedNanos = new long[count];
    endedNanos = new long[count];
    host =
        InitProcessHost.open(
            InitOptions.below(
                directory, Optional.of(isolation), Duration.ofSeconds(60), Duration.ZERO),
            this::told);
    resynchronized.await();
  }

  public static void main(String[] arguments) throws Exception {
    int count = Integer.parseInt(arguments[2]);
    SpawnMeasurement measurement =
        new SpawnMeasurement(Path.of(arguments[0]), count, Isolation.valueOf(arguments[3]));
    measurement.oneAfterAnother(); // warms both sides up
    floor(arguments[1], count);
    double perSecond = measurement.oneAfterAnother();
    measurement.print("init, request to started", measurement.startedNanos);
    measurement.print("init, request to exit told", measurement.endedNanos);
    say(
        "init, one after another %.0f /s, %d in flight %.0f /s",
        perSecond, IN_FLIGHT, measurement.concurrent());
    measurement.gang();
    floor(arguments[1], count);
    say("init, %s", measurement.residentSize());
    measurement.host.shutdown(Duration.ZERO);
    measurement.disconnected.await();
  }

  private static void say(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }

  private static void floor(String program, int count) throws Exception {
    new ProcessBuilder(program, Integer.toString(count)).inheritIO().start().waitFor();
  }

  private void told(HostEvent event) {
    switch (event) {
      case HostEvent.Resynchronized first -> {
        initPid = first.initPid();
        resynchronized.countDown();
      }
      case HostEvent.Gated held -> gated.countDown();
      case HostEvent.Started running -> {
        startedNanos[(int) running.token()] = System.nanoTime();
        started.countDown();
      }
      case HostEvent.Exited exited -> {
        endedNanos[(int) exited.token()] = System.nanoTime();
        host.acknowledge(List.of(exited.token()));
        inFlight.release();
        ended.countDown();
      }
      case HostEvent.Failed failed -> throw new IllegalStateException(failed.toString());
      case HostEvent.Taken taken -> throw new IllegalStateException(taken.toString());
      case HostEvent.Measured measured -> throw new IllegalStateException(measured.toString());
      case HostEvent.Disconnected lost -> disconnected.countDown();
    }
  }

  private void spawn(int token, boolean held, String... argv) {
    begunNanos[token] = System.nanoTime();
    host.spawn(
        new Launch(
            token,
            held,
            List.of(argv),
            Map.of("PATH", "/usr/bin:/bin"),
            Path.of("/"),
            Path.of("/dev/null"),
            Path.of("/dev/null"),
            Optional.empty()));
  }

  private double oneAfterAnother() throws InterruptedException {
    inFlight.drainPermits();
    long begin = System.nanoTime();
    for (int token = 0; token < count; token++) {
      spawn(token, false, "/bin/true");
      inFlight.acquire();
    }
    return count / ((System.nanoTime() - begin) / 1e9);
  }

  private double concurrent() throws InterruptedException {
    inFlight.drainPermits();
    inFlight.release(IN_FLIGHT);
    ended = new CountDownLatch(count);
    long begin = System.nanoTime();
    for (int token = 0; token < count; token++) {
      inFlight.acquire();
      spawn(token, false, "/bin/true");
    }
    ended.await();
    return count / ((System.nanoTime() - begin) / 1e9);
  }

  private void gang() throws InterruptedException {
    gated = new CountDownLatch(count);
    started = new CountDownLatch(count);
    ended = new CountDownLatch(count);
    long begin = System.nanoTime();
    for (int token = 0; token < count; token++) {
      spawn(token, true, "/bin/sleep", "1000");
    }
    gated.await();
    long held = System.nanoTime();
    host.release(LongStream.range(0, count).boxed().toList());
    started.await();
    long running = System.nanoTime();
    for (int token = 0; token < count; token++) {
      host.signal(token, 9, ProcessHost.Scope.TREE);
    }
    ended.await();
    say(
        "init, a gang of %d: held in %.0f ms, released in %.1f ms, killed in %.0f ms",
        count, (held - begin) / 1e6, (running - held) / 1e6, (System.nanoTime() - running) / 1e6);
  }

  private String residentSize() throws IOException {
    return Files.readAllLines(Path.of("/proc/" + initPid + "/status")).stream()
        .filter(line -> line.startsWith("VmRSS"))
        .findFirst()
        .orElseThrow()
        .replaceAll("\\s+", " ");
  }

  private void print(String what, long[] untilNanos) {
    double[] micros = new double[count];
    for (int token = 0; token < count; token++) {
      micros[token] = (untilNanos[token] - begunNanos[token]) / 1e3;
    }
    Arrays.sort(micros);
    say("%s p50 %.0f us, p99 %.0f us", what, micros[count / 2], micros[count * 99 / 100]);
  }
}
