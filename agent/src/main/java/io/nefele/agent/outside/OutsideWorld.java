package io.nefele.agent.outside;

import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentInput;
import io.nefele.agent.core.OutsideAddress;
import io.nefele.agent.core.OutsideOrder;
import io.nefele.agent.core.OutsideOutcome;
import io.nefele.core.Bytes;
import io.nefele.wire.Address;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Goes outside the fabric for the agent: looks hosts up and connects to them, each on a thread of
 * its own, and tells what came of it in time. How many at a time is up to the core.
 */
public final class OutsideWorld implements AutoCloseable {
  private static final int NAME_THREADS = 16;
  private static final long IDLE_SECONDS = 10;

  private final Consumer<AgentInput> inputs;
  private final Replies replies = new Replies();

  /** Real threads: a look-up of a name can't be called off, and holds the one that it runs on. */
  private final ExecutorService names;

  /**
   * @param inputs takes the outcomes, from any thread
   */
  public OutsideWorld(Consumer<AgentInput> inputs) {
    this.inputs = inputs;
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            NAME_THREADS,
            NAME_THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().name("nefele-names-", 0).daemon(true).factory());
    pool.allowCoreThreadTimeOut(true);
    this.names = pool;
  }

  /** Answered by {@link AgentInput.LookedUp}. */
  public void lookUp(AgentEffect.LookUp look) {
    Future<List<OutsideAddress>> found = names.submit(() -> Hosts.lookUp(look.host()));
    Thread.ofVirtual()
        .name("nefele-look-up")
        .start(() -> inputs.accept(new AgentInput.LookedUp(look.token(), await(found, look))));
  }

  private static List<OutsideAddress> await(
      Future<List<OutsideAddress>> found, AgentEffect.LookUp look) {
    try {
      return found.get(look.timeoutMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      found.cancel(false);
      return List.of();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }

  /** Answered by {@link AgentInput.CameBack}. */
  public void go(AgentEffect.GoOutside order) {
    Deadline.run(
        "nefele-outside",
        order.timeoutMillis(),
        () -> inputs.accept(new AgentInput.CameBack(order.token(), outcome(order))));
  }

  private OutsideOutcome outcome(AgentEffect.GoOutside order) {
    Deadline deadline = Deadline.in(order.timeoutMillis());
    TcpCall connection;
    try {
      Deadline connect = Deadline.in(order.connectMillis());
      connection = TcpCall.connect(order.addresses(), order.to().port(), connect, deadline);
    } catch (IOException e) {
      return new OutsideOutcome.Refused("no connection: " + e.getMessage());
    }
    try (connection) {
      return carryOut(order, connection, deadline);
    } catch (WebCall.BadStatus e) {
      return new OutsideOutcome.Refused(String.valueOf(e.getMessage()));
    } catch (SocketTimeoutException | InterruptedException e) {
      return new OutsideOutcome.Unanswered("connected, and no answer in time");
    } catch (IOException | RuntimeException e) {
      return new OutsideOutcome.Unanswered(
          Thread.currentThread().isInterrupted()
              ? "connected, and no answer in time"
              : String.valueOf(e.getMessage()));
    }
  }

  private OutsideOutcome carryOut(
      AgentEffect.GoOutside order, TcpCall connection, Deadline deadline)
      throws IOException, InterruptedException {
    long micros = connection.connectMicros();
    return switch (order.to()) {
      case Address.Tcp tcp ->
          new OutsideOutcome.Done(
              connection.carryOut(order.kind(), order.payload(), replies), micros);
      case Address.Web web -> {
        // It was to find out who is there, and how far away.
        connection.close();
        if (order.kind() == OutsideOrder.Kind.MEASURE) {
          yield new OutsideOutcome.Done(Bytes.EMPTY, micros);
        }
        InetAddress at = connection.address();
        Bytes payload = order.payload();
        yield order.gateway().isPresent()
            ? GatewayCall.outcome(
                order.gateway().get(), web, at, payload, micros, replies, deadline)
            : new OutsideOutcome.Done(WebCall.post(web, at, payload, replies, deadline), micros);
      }
    };
  }

  @Override
  public void close() {
    names.shutdownNow();
  }
}
