package io.nefele.bench.floor;

import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.Subscription;
import io.nefele.bench.BenchFailure;
import io.nefele.bench.fabric.Distribution;
import io.nefele.bench.report.Samples;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Round trips between two JVMs through a NATS server, which stores nothing. */
public final class NatsPingPong {
  private static final String SERVER = "nats-server";
  private static final String THERE = "there";
  private static final String BACK = "back";
  private static final Duration LIMIT = Duration.ofSeconds(120);
  private static final Pattern LISTENING =
      Pattern.compile("Listening for client connections on 127\\.0\\.0\\.1:(\\d+)");

  private NatsPingPong() {}

  /** Whether this machine has a NATS server. */
  public static boolean isInstalled() {
    return InstalledProgram.areInstalled(SERVER);
  }

  /**
   * Measures {@code count} round trips of {@code size} bytes, after {@code warmUp} that are not
   * counted.
   *
   * @param size of the message each way, in bytes; a server takes no more than 1 MiB
   */
  public static Samples measure(Distribution distribution, int size, int warmUp, int count)
      throws IOException, BenchFailure, InterruptedException {
    // It finds a free port itself, and says which on standard error.
    ProcessBuilder command =
        new ProcessBuilder(InstalledProgram.path(SERVER), "-a", "127.0.0.1", "-p", "-1")
            .redirectErrorStream(true);
    try (InstalledProgram server = InstalledProgram.start(command)) {
      String port = port(ProcessLines.of(SERVER, server.process(), LIMIT));
      try (Connection connection = connect(port);
          PartnerJvm echo = PartnerJvm.start(distribution, NatsPingPong.class, port)) {
        Subscription answers = subscribe(connection, BACK);
        ProcessLines.of("the echo behind NATS", echo.process(), LIMIT).next();
        return roundTrips(connection, answers, size, warmUp, count);
      } catch (IllegalStateException e) {
        throw new BenchFailure("the connection to NATS ended: " + e.getMessage());
      }
    }
  }

  private static Samples roundTrips(
      Connection connection, Subscription answers, int size, int warmUp, int count)
      throws BenchFailure, InterruptedException {
    Samples samples = new Samples();
    byte[] message = new byte[size];
    long limit = System.nanoTime() + LIMIT.toNanos();
    for (int i = 0; i < warmUp + count; i++) {
      long begin = System.nanoTime();
      connection.publish(THERE, message);
      // Not what is left of the limit: a wait of 0 would have no end.
      if (answers.nextMessage(LIMIT) == null || System.nanoTime() - limit > 0) {
        throw new BenchFailure(
            "NATS did not answer "
                + (warmUp + count)
                + " messages within "
                + LIMIT.toSeconds()
                + " s");
      }
      if (i >= warmUp) {
        samples.addNanos(System.nanoTime() - begin);
      }
    }
    return samples;
  }

  private static String port(ProcessLines log) throws BenchFailure, InterruptedException {
    while (true) {
      Matcher listening = LISTENING.matcher(log.next());
      if (listening.find()) {
        return listening.group(1);
      }
    }
  }

  private static Connection connect(String port) throws IOException, InterruptedException {
    return Nats.connect(
        new Options.Builder().server("nats://127.0.0.1:" + port).noReconnect().build());
  }

  /** Returns when the server knows of it, so that nothing published from then on is missed. */
  private static Subscription subscribe(Connection connection, String subject)
      throws IOException, InterruptedException {
    Subscription subscription = connection.subscribe(subject);
    try {
      connection.flush(LIMIT);
    } catch (TimeoutException e) {
      throw new IOException("NATS did not answer within " + LIMIT.toSeconds() + " s", e);
    }
    return subscription;
  }

  /** The other end, at the server with the port in {@code args[0]}: says that it is there. */
  public static void main(String[] args) throws IOException, InterruptedException {
    try (Connection connection = connect(args[0])) {
      Subscription calls = subscribe(connection, THERE);
      System.out.println("ready");
      for (Message call = calls.nextMessage(LIMIT); call != null; call = calls.nextMessage(LIMIT)) {
        connection.publish(BACK, call.getData());
      }
    }
  }
}
