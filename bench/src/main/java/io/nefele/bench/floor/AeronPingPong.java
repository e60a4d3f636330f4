package io.nefele.bench.floor;

import io.aeron.Aeron;
import io.aeron.FragmentAssembler;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.nefele.bench.BenchFailure;
import io.nefele.bench.fabric.Distribution;
import io.nefele.bench.report.Quantity;
import io.nefele.bench.report.Samples;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;

/** Two JVMs over Aeron's shared memory, whose readers never sleep. It stores nothing. */
public final class AeronPingPong {
  private static final String CHANNEL = "aeron:ipc";
  private static final int THERE = 1;
  private static final int BACK = 2;
  private static final int FRAGMENTS_MAX = 10;
  private static final long LIMIT_SECONDS = 120;
  private static final long LIMIT_NANOS = LIMIT_SECONDS * 1_000_000_000L;
  private static final long ECHO_LIMIT_NANOS = 20_000_000_000L;
  private static final long CONNECT_POLL_NANOS = 1_000_000;

  /** A message is an eighth of it at most. */
  private static final int TERM_BYTES = 1 << 24;

  private static final int TIMES_ONE_WAY = 10;

  private AeronPingPong() {}

  /**
   * What was measured.
   *
   * @param rate of messages that go one way, read at the other end
   */
  public record Result(Samples roundTrips, Quantity rate) {}

  /**
   * Measures {@code count} round trips of {@code size} bytes, after {@code warmUp} that are not
   * counted, and then how fast ten times {@code count} messages go one way, after as many of these.
   *
   * @param size of the message each way, in bytes, from 1 to 2 MiB
   */
  public static Result measure(Distribution distribution, int size, int warmUp, int count)
      throws IOException, BenchFailure, InterruptedException {
    Path directory = PartnerJvm.sharedDirectory();
    String aeronDirectory = directory.resolve("aeron").toString();
    // The driver is not on the way of a message: with two cores, it is not to take one of them.
    MediaDriver.Context driverContext =
        new MediaDriver.Context()
            .aeronDirectoryName(aeronDirectory)
            .threadingMode(ThreadingMode.SHARED)
            .sharedIdleStrategy(new BackoffIdleStrategy())
            .ipcTermBufferLength(TERM_BYTES);
    try (MediaDriver driver = MediaDriver.launch(driverContext);
        Aeron aeron = connect(driver.aeronDirectoryName());
        PartnerJvm echo = PartnerJvm.start(distribution, AeronPingPong.class, aeronDirectory);
        Publication there = aeron.addPublication(CHANNEL, THERE);
        Subscription back = aeron.addSubscription(CHANNEL, BACK)) {
      Caller caller = new Caller(there, back);
      caller.awaitEcho(echo.process());
      Samples roundTrips = caller.roundTrips(size, warmUp, count);
      caller.oneWay(size, TIMES_ONE_WAY * count);
      return new Result(roundTrips, caller.oneWay(size, TIMES_ONE_WAY * count));
    } finally {
      PartnerJvm.deleteTree(directory);
    }
  }

  private static Aeron connect(String directory) {
    return Aeron.connect(new Aeron.Context().aeronDirectoryName(directory));
  }

  /** This end. */
  private static final class Caller {
    private final Publication there;
    private final Subscription back;
    private final long beganNanos = System.nanoTime();
    private int answers;
    private final FragmentAssembler onAnswer =
        new FragmentAssembler((buffer, offset, length, header) -> answers++);

    Caller(Publication there, Subscription back) {
      this.there = there;
      this.back = back;
    }

    void awaitEcho(Process echo) throws BenchFailure {
      while (!there.isConnected() || !back.isConnected()) {
        if (!echo.isAlive()) {
          throw new BenchFailure("the echo behind Aeron ended before it answered");
        }
        checkLimit();
        LockSupport.parkNanos(CONNECT_POLL_NANOS);
      }
    }

    Samples roundTrips(int size, int warmUp, int count) throws BenchFailure {
      Samples samples = new Samples();
      UnsafeBuffer message = message(size, (byte) 1);
      for (int i = 0; i < warmUp + count; i++) {
        long begin = System.nanoTime();
        send(message);
        awaitAnswer();
        if (i >= warmUp) {
          samples.addNanos(System.nanoTime() - begin);
        }
      }
      return samples;
    }

    /** Messages that begin with 0 are not answered; the last one is, when all have been read. */
    Quantity oneWay(int size, int count) throws BenchFailure {
      UnsafeBuffer message = message(size, (byte) 0);
      UnsafeBuffer last = message(size, (byte) 1);
      long begin = System.nanoTime();
      for (int i = 1; i < count; i++) {
        send(message);
      }
      send(last);
      awaitAnswer();
      return Quantity.perSecond(count / ((System.nanoTime() - begin) / 1e9));
    }

    private void send(UnsafeBuffer message) throws BenchFailure {
      while (!isSent(there, message, 0, message.capacity())) {
        checkLimit();
        Thread.onSpinWait();
      }
    }

    private void awaitAnswer() throws BenchFailure {
      int before = answers;
      while (answers == before) {
        if (back.poll(onAnswer, FRAGMENTS_MAX) == 0) {
          checkLimit();
          Thread.onSpinWait();
        }
      }
    }

    private void checkLimit() throws BenchFailure {
      if (System.nanoTime() - beganNanos > LIMIT_NANOS) {
        throw new BenchFailure(
            "the echo behind Aeron did not answer within " + LIMIT_SECONDS + " s");
      }
    }

    private static UnsafeBuffer message(int size, byte first) {
      UnsafeBuffer message = new UnsafeBuffer(new byte[size]);
      message.putByte(0, first);
      return message;
    }
  }

  /** False if the reader has yet to make room. */
  private static boolean isSent(Publication to, DirectBuffer buffer, int offset, int length) {
    return to.offer(buffer, offset, length) > 0;
  }

  /** The other end, at the driver in {@code args[0]}; ends when nothing comes any more. */
  public static void main(String[] args) {
    try (Aeron aeron = connect(args[0]);
        Subscription there = aeron.addSubscription(CHANNEL, THERE);
        Publication back = aeron.addPublication(CHANNEL, BACK)) {
      FragmentAssembler onCall =
          new FragmentAssembler(
              (buffer, offset, length, header) -> {
                if (buffer.getByte(offset) == 1) {
                  answer(back, buffer, offset, length);
                }
              });
      long last = System.nanoTime();
      while (System.nanoTime() - last < ECHO_LIMIT_NANOS) {
        if (there.poll(onCall, FRAGMENTS_MAX) > 0) {
          last = System.nanoTime();
        }
        Thread.onSpinWait();
      }
    }
  }

  /** Returns also when the caller, for whom it is, has gone. */
  private static void answer(Publication back, DirectBuffer buffer, int offset, int length) {
    while (!isSent(back, buffer, offset, length) && back.isConnected()) {
      Thread.onSpinWait();
    }
  }
}
