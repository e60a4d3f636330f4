package io.nefele.bench.mailbox;

import io.nefele.bench.BenchFailure;
import io.nefele.bench.fabric.BenchFabric;
import io.nefele.bench.report.Quantity;
import io.nefele.bench.report.Samples;
import io.nefele.core.Bytes;
import io.nefele.core.ProcessId;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Messages from a client of agent 1 to a client of one of the agents of a fabric. */
final class AgentMessages implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final Duration ECHO_POLL = Duration.ofSeconds(1);
  private static final String CALLER = "bench-caller";

  private final Nefele caller;
  private final Nefele answerer;
  private final String echo;
  private final AtomicLong arrivedNanos = new AtomicLong();
  private final Thread echoing;
  private volatile boolean over;

  /**
   * @param calls a request and its reply by {@link Nefele#call}
   * @param exchanges the same by a message each way, each sent, stored and received
   * @param oneWay from before a message of an exchange is sent until its receiver has it
   */
  record RoundTrips(Samples calls, Samples exchanges, Samples oneWay) {}

  private AgentMessages(BenchFabric fabric, int agent) throws NefeleException {
    this.caller = fabric.client(1);
    this.answerer = fabric.client(agent);
    this.echo = "bench-echo-" + agent;
    this.echoing = Thread.ofPlatform().daemon().start(this::echo);
  }

  static AgentMessages begin(BenchFabric fabric, int agent) throws Exception {
    AgentMessages messages = new AgentMessages(fabric, agent);
    // A name is a mailbox from its first use on.
    messages.caller.receive(CALLER, Duration.ofMillis(1));
    Lookups.await(messages.caller, messages.echo, row -> true);
    return messages;
  }

  RoundTrips roundTrips(int bytes, int warmUp, int count) throws Exception {
    Bytes payload = Bytes.wrap(new byte[bytes]);
    for (int i = 0; i < warmUp; i++) {
      call(payload);
    }
    Samples calls = new Samples();
    for (int i = 0; i < count; i++) {
      calls.time(() -> call(payload));
    }
    for (int i = 0; i < count; i++) {
      exchange(payload);
    }
    Samples exchanges = new Samples();
    Samples oneWay = new Samples();
    for (int i = 0; i < count; i++) {
      long begin = System.nanoTime();
      exchange(payload);
      exchanges.addNanos(System.nanoTime() - begin);
      oneWay.addNanos(arrivedNanos.get() - begin);
    }
    return new RoundTrips(calls, exchanges, oneWay);
  }

  private void call(Bytes payload) throws NefeleException {
    Response.Reply unused = caller.call(echo, payload, LIMIT);
  }

  private void exchange(Bytes payload) throws NefeleException, BenchFailure {
    caller.send(Optional.of(CALLER), echo, payload, LIMIT);
    if (caller.receive(CALLER, LIMIT).isEmpty()) {
      throw new BenchFailure("no answer came from " + echo + " within 10 s");
    }
  }

  private void echo() {
    while (!over) {
      try {
        Optional<Response.Message> message = answerer.receive(echo, ECHO_POLL);
        if (message.isPresent()) {
          arrivedNanos.set(System.nanoTime());
          ProcessId back = message.get().from().orElseThrow();
          answerer.send(Optional.of(echo), back.toString(), message.get().payload(), LIMIT);
        }
      } catch (NefeleException e) {
        // The caller sees that no answer comes.
        return;
      }
    }
  }

  /** How many are stored in a second when {@code senders} each send one after the other. */
  Quantity rate(int bytes, int senders, int count) throws Exception {
    send(bytes, senders, count);
    return send(bytes, senders, count);
  }

  private Quantity send(int bytes, int senders, int count) throws Exception {
    String sink = "bench-sink-" + System.nanoTime();
    answerer.receive(sink, Duration.ofMillis(1));
    Lookups.await(caller, sink, row -> true);
    Bytes payload = Bytes.wrap(new byte[bytes]);
    int each = Math.max(1, count / senders);
    long begin = System.nanoTime();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> ends = new ArrayList<>();
      for (int i = 0; i < senders; i++) {
        ends.add(
            threads.submit(
                () -> {
                  for (int sent = 0; sent < each; sent++) {
                    caller.send(Optional.empty(), sink, payload, LIMIT);
                  }
                  return null;
                }));
      }
      for (Future<?> end : ends) {
        end.get(2, TimeUnit.MINUTES);
      }
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    answerer.closeMailbox(sink);
    return Quantity.perSecond(each * senders / seconds);
  }

  @Override
  public void close() throws InterruptedException {
    over = true;
    echoing.join(ECHO_POLL.multipliedBy(5));
  }
}
