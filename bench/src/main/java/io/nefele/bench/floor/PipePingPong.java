package io.nefele.bench.floor;

import io.nefele.bench.BenchFailure;
import io.nefele.bench.fabric.Distribution;
import io.nefele.bench.report.Samples;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Round trips between two JVMs over two pipes. */
public final class PipePingPong {
  private PipePingPong() {}

  /** Measures {@code count} round trips of {@code size} bytes, after as many to warm up. */
  public static Samples measure(Distribution distribution, int size, int warmUp, int count)
      throws IOException, BenchFailure, InterruptedException {
    try (PartnerJvm echo =
        PartnerJvm.start(distribution, PipePingPong.class, Integer.toString(size))) {
      OutputStream there = echo.process().getOutputStream();
      InputStream back = echo.process().getInputStream();
      roundTrips(there, back, size, warmUp);
      return roundTrips(there, back, size, count);
    }
  }

  private static Samples roundTrips(OutputStream there, InputStream back, int size, int count)
      throws IOException, BenchFailure {
    Samples samples = new Samples();
    byte[] message = new byte[size];
    for (int i = 0; i < count; i++) {
      long begin = System.nanoTime();
      there.write(message);
      there.flush();
      if (back.readNBytes(message, 0, size) < size) {
        throw new BenchFailure("the other end of the pipe is gone");
      }
      samples.addNanos(System.nanoTime() - begin);
    }
    return samples;
  }

  /** The other end, for messages of {@code args[0]} bytes. */
  public static void main(String[] args) throws IOException {
    byte[] message = new byte[Integer.parseInt(args[0])];
    while (System.in.readNBytes(message, 0, message.length) == message.length) {
      System.out.write(message);
      System.out.flush();
    }
  }
}
