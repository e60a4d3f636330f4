package io.nefele.bench.floor;

import com.typesafe.config.ConfigFactory;
import io.nefele.bench.BenchFailure;
import io.nefele.bench.fabric.Distribution;
import io.nefele.bench.report.Samples;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.AbstractActor;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.Props;

/** Round trips between actors of two JVMs by Pekko's remoting, which stores nothing. */
public final class PekkoPingPong {
  private static final String NAME = "bench";
  private static final String ECHO = "echo";
  private static final Duration FOUND_LIMIT = Duration.ofSeconds(20);
  private static final long LIMIT_SECONDS = 120;
  private static final String SETTINGS =
      """
      pekko.loglevel = "OFF"
      pekko.stdout-loglevel = "OFF"
      pekko.actor.provider = remote
      pekko.remote.artery.canonical.hostname = "127.0.0.1"
      pekko.remote.artery.canonical.port = 0
      pekko.remote.artery.advanced.maximum-frame-size = 2 MiB
      """;

  private PekkoPingPong() {}

  /** Measures {@code count} round trips of {@code size} bytes, after {@code warmUp} others. */
  public static Samples measure(Distribution distribution, int size, int warmUp, int count)
      throws IOException, BenchFailure, InterruptedException {
    ActorSystem system = system();
    try (PartnerJvm echo = PartnerJvm.start(distribution, PekkoPingPong.class);
        BufferedReader told =
            new BufferedReader(
                new InputStreamReader(
                    echo.process().getInputStream(), StandardCharsets.US_ASCII))) {
      String path = "pekko://" + NAME + "@127.0.0.1:" + told.readLine() + "/user/" + ECHO;
      ActorRef partner =
          system
              .actorSelection(path)
              .resolveOne(FOUND_LIMIT)
              .toCompletableFuture()
              .get(LIMIT_SECONDS, TimeUnit.SECONDS);
      CompletableFuture<Samples> done = new CompletableFuture<>();
      system.actorOf(
          Props.create(Caller.class, () -> new Caller(partner, size, warmUp, count, done)));
      return done.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new BenchFailure("no answer came from Pekko: " + e);
    } finally {
      system.terminate();
    }
  }

  private static ActorSystem system() {
    return ActorSystem.create(
        NAME, ConfigFactory.parseString(SETTINGS).withFallback(ConfigFactory.load()));
  }

  /** The other end: tells its port and returns what comes. */
  public static void main(String[] args) {
    ActorSystem system = system();
    system.actorOf(Props.create(Echo.class, Echo::new), ECHO);
    System.out.println(
        ((ExtendedActorSystem) system).provider().getDefaultAddress().getPort().get());
    system.getWhenTerminated().toCompletableFuture().join();
  }

  private static final class Echo extends AbstractActor {
    @Override
    public Receive createReceive() {
      return receiveBuilder()
          .match(byte[].class, message -> getSender().tell(message, getSelf()))
          .build();
    }
  }

  /** Sends the next one when the answer to the last one is there. */
  private static final class Caller extends AbstractActor {
    private final ActorRef partner;
    private final byte[] message;
    private final int warmUp;
    private final int count;
    private final CompletableFuture<Samples> done;
    private final Samples samples = new Samples();
    private int answered;
    private long beganNanos;

    Caller(ActorRef partner, int size, int warmUp, int count, CompletableFuture<Samples> done) {
      this.partner = partner;
      this.message = new byte[size];
      this.warmUp = warmUp;
      this.count = count;
      this.done = done;
    }

    @Override
    public void preStart() {
      send();
    }

    @Override
    public Receive createReceive() {
      return receiveBuilder().match(byte[].class, unused -> answered()).build();
    }

    private void answered() {
      if (++answered > warmUp) {
        samples.addNanos(System.nanoTime() - beganNanos);
      }
      if (answered < warmUp + count) {
        send();
      } else {
        done.complete(samples);
      }
    }

    private void send() {
      beganNanos = System.nanoTime();
      partner.tell(message, getSelf());
    }
  }
}
