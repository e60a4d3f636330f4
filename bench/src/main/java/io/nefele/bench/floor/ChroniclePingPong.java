package io.nefele.bench.floor;

import io.nefele.bench.BenchFailure;
import io.nefele.bench.fabric.Distribution;
import io.nefele.bench.report.Quantity;
import io.nefele.bench.report.Samples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;

/** Two JVMs over two bare Chronicle queues, whose readers never sleep. */
public final class ChroniclePingPong {
  private static final int TIMES_ONE_WAY = 10;
  private static final long LIMIT_NANOS = 20_000_000_000L;

  private ChroniclePingPong() {}

  /**
   * What was measured.
   *
   * @param rate of messages that go one way, read at the other end
   */
  public record Result(Samples roundTrips, Quantity rate) {}

  /**
   * Measures {@code count} round trips of {@code size} bytes, after {@code warmUp} others, and then
   * how fast ten times as many go one way, after as many of these.
   */
  public static Result measure(Distribution distribution, int size, int warmUp, int count)
      throws IOException, BenchFailure, InterruptedException {
    // Where a fabric's queues are: it matters what file system backs the pages.
    Path directory = Files.createTempDirectory(Path.of("/tmp"), "nefele-bench-");
    try (PartnerJvm echo =
            PartnerJvm.start(distribution, ChroniclePingPong.class, directory.toString());
        ChronicleQueue there = queue(directory.resolve("there"));
        ChronicleQueue back = queue(directory.resolve("back"))) {
      ExcerptAppender appender = there.createAppender();
      ExcerptTailer tailer = back.createTailer();
      byte[] message = new byte[size];
      message[0] = 1;
      roundTrips(appender, tailer, message, warmUp);
      Samples samples = roundTrips(appender, tailer, message, count);
      oneWay(appender, tailer, size, TIMES_ONE_WAY * count);
      return new Result(samples, oneWay(appender, tailer, size, TIMES_ONE_WAY * count));
    } finally {
      PartnerJvm.deleteTree(directory);
    }
  }

  private static Samples roundTrips(
      ExcerptAppender appender, ExcerptTailer tailer, byte[] message, int count)
      throws BenchFailure {
    Samples samples = new Samples();
    for (int i = 0; i < count; i++) {
      long begin = System.nanoTime();
      append(appender, message);
      await(tailer);
      samples.addNanos(System.nanoTime() - begin);
    }
    return samples;
  }

  /** Messages that begin with 0 are not answered; the last one is, when all have been read. */
  private static Quantity oneWay(
      ExcerptAppender appender, ExcerptTailer tailer, int size, int count) throws BenchFailure {
    byte[] message = new byte[size];
    long begin = System.nanoTime();
    for (int i = 1; i < count; i++) {
      append(appender, message);
    }
    message[0] = 1;
    append(appender, message);
    await(tailer);
    return Quantity.perSecond(count / ((System.nanoTime() - begin) / 1e9));
  }

  private static void append(ExcerptAppender appender, byte[] message) {
    try (DocumentContext document = appender.writingDocument()) {
      document.wire().bytes().write(message);
    }
  }

  private static void await(ExcerptTailer tailer) throws BenchFailure {
    long begin = System.nanoTime();
    while (System.nanoTime() - begin < LIMIT_NANOS) {
      try (DocumentContext document = tailer.readingDocument()) {
        if (document.isPresent()) {
          byte[] unused = document.wire().bytes().toByteArray();
          return;
        }
      }
      Thread.onSpinWait();
    }
    throw new BenchFailure("no answer came over Chronicle");
  }

  private static ChronicleQueue queue(Path directory) {
    return SingleChronicleQueueBuilder.binary(directory).build();
  }

  /** The other end, in the directory in {@code args[0]}; ends when nothing comes any more. */
  public static void main(String[] args) {
    Path directory = Path.of(args[0]);
    try (ChronicleQueue there = queue(directory.resolve("there"));
        ChronicleQueue back = queue(directory.resolve("back"))) {
      ExcerptTailer tailer = there.createTailer();
      ExcerptAppender appender = back.createAppender();
      long last = System.nanoTime();
      while (System.nanoTime() - last < LIMIT_NANOS) {
        try (DocumentContext document = tailer.readingDocument()) {
          if (document.isPresent()) {
            byte[] message = document.wire().bytes().toByteArray();
            if (message[0] == 1) {
              append(appender, message);
            }
            last = System.nanoTime();
          }
        }
        Thread.onSpinWait();
      }
    }
  }
}
