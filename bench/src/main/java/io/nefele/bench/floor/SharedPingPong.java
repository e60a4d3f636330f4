package io.nefele.bench.floor;

import io.nefele.bench.BenchFailure;
import io.nefele.bench.fabric.Distribution;
import io.nefele.bench.report.Quantity;
import io.nefele.bench.report.Samples;
import io.nefele.core.Bytes;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.mailbox.chronicle.SharedMessage;
import io.nefele.shm.SharedMailbox;
import io.nefele.shm.SharedSender;
import io.nefele.wire.ErrorKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Two JVMs of one server whose mailboxes are read through shared memory. */
public final class SharedPingPong {
  private static final int TIMES_ONE_WAY = 10;
  private static final String HERE = "bench-shared-caller";
  private static final String ECHO = "bench-shared-echo";
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private SharedPingPong() {}

  /**
   * What was measured.
   *
   * @param oneWay of the same messages, from before they are sent until they are read
   * @param rate of messages that go one way, read at the other end
   */
  public record Result(Samples roundTrips, Samples oneWay, Quantity rate) {}

  /**
   * Measures {@code count} round trips of {@code size} bytes, after {@code warmUp} others, and then
   * how fast ten times as many go one way, after as many of these.
   *
   * @param agent of both
   * @param socket of that agent
   */
  public static Result measure(
      Distribution distribution, Nefele agent, Path socket, int size, int warmUp, int count)
      throws IOException, NefeleException, BenchFailure, InterruptedException {
    try (SharedMailbox here = SharedMailbox.open(agent, HERE);
        PartnerJvm echo = PartnerJvm.start(distribution, SharedPingPong.class, socket.toString())) {
      // The echo says that it is there.
      String to = next(here).from().orElseThrow().toString();
      try (SharedSender sender = new SharedSender(agent, Optional.of(here.id()), to)) {
        Bytes payload = payload(size, (byte) 1);
        roundTrips(here, sender, payload, warmUp, new Samples());
        Samples oneWay = new Samples();
        Samples roundTrips = roundTrips(here, sender, payload, count, oneWay);
        if (!sender.isShared()) {
          throw new BenchFailure("messages went over the agent, not through shared memory");
        }
        oneWay(here, sender, size, TIMES_ONE_WAY * count);
        return new Result(roundTrips, oneWay, oneWay(here, sender, size, TIMES_ONE_WAY * count));
      }
    }
  }

  private static Samples roundTrips(
      SharedMailbox here, SharedSender sender, Bytes payload, int count, Samples oneWay)
      throws NefeleException, BenchFailure {
    Samples samples = new Samples();
    for (int i = 0; i < count; i++) {
      long begin = System.nanoTime();
      sender.send(payload, LIMIT);
      SharedMessage answer = next(here);
      samples.addNanos(System.nanoTime() - begin);
      // Both read the same monotonic clock, that of the kernel.
      oneWay.addNanos(ByteBuffer.wrap(answer.payload().unsafeArray()).getLong() - begin);
    }
    return samples;
  }

  /** Messages that begin with 0 are not answered; the last one is, when all have been read. */
  private static Quantity oneWay(SharedMailbox here, SharedSender sender, int size, int count)
      throws NefeleException, BenchFailure {
    Bytes payload = payload(size, (byte) 0);
    long begin = System.nanoTime();
    for (int i = 1; i < count; i++) {
      while (!offer(sender, payload)) {
        Thread.onSpinWait();
      }
    }
    while (!offer(sender, payload(size, (byte) 1))) {
      Thread.onSpinWait();
    }
    next(here);
    return Quantity.perSecond(count / ((System.nanoTime() - begin) / 1e9));
  }

  private static boolean offer(SharedSender sender, Bytes payload) throws NefeleException {
    try {
      sender.send(payload, LIMIT);
      return true;
    } catch (NefeleException e) {
      if (e.kind() == ErrorKind.REFUSED) {
        return false;
      }
      throw e;
    }
  }

  private static Bytes payload(int size, byte first) {
    byte[] content = new byte[Math.max(Long.BYTES, size)];
    content[0] = first;
    return Bytes.wrap(content);
  }

  private static SharedMessage next(SharedMailbox here) throws NefeleException, BenchFailure {
    return here.take(LIMIT)
        .orElseThrow(() -> new BenchFailure("no answer came within " + LIMIT.toSeconds() + " s"));
  }

  /** The other end, at the agent of the socket in {@code args[0]}. */
  public static void main(String[] args) throws NefeleException {
    try (Nefele agent = Nefele.connect(Path.of(args[0]));
        SharedMailbox here = SharedMailbox.open(agent, ECHO);
        SharedSender back = new SharedSender(agent, Optional.of(here.id()), HERE)) {
      back.send(Bytes.EMPTY, LIMIT);
      for (var next = here.take(LIMIT); next.isPresent(); next = here.take(LIMIT)) {
        long now = System.nanoTime();
        byte[] message = next.get().payload().unsafeArray().clone();
        if (message[0] == 1) {
          ByteBuffer.wrap(message).putLong(now);
          back.send(Bytes.wrap(message), LIMIT);
        }
      }
    }
  }
}
