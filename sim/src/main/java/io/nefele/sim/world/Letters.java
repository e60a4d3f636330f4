package io.nefele.sim.world;

import io.nefele.core.Bytes;
import io.nefele.sim.kernel.VirtualTime;
import io.nefele.sim.plan.FaultPlan;
import io.nefele.wire.Request;
import io.nefele.wire.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** People who write to mailboxes by name, each message with a number of its own. */
public final class Letters {
  private static final double MINUTE_NANOS = 60e9;
  private static final int RECEIVE_MILLIS = 8_000;
  private static final int SEND_MILLIS = 5_000;
  private static final int LOOK_MILLIS = 1;
  private static final long HEARD_OF_NANOS = 1_000_000_000;
  private static final int FINAL_SEND_MILLIS = 1_500;

  private final World world;
  private final Clients clients;
  private final VirtualTime time;
  private final RandomGenerator random;
  private final FaultPlan plan;
  private final List<Long> confirmed = new ArrayList<>();
  private final List<Long> received = new ArrayList<>();
  private long lastNumber;

  Letters(World world, Clients clients, VirtualTime time, RandomGenerator random, FaultPlan plan) {
    this.world = world;
    this.clients = clients;
    this.time = time;
    this.random = random;
    this.plan = plan;
  }

  /** The messages whose senders were told that they are stored. */
  public List<Long> confirmed() {
    return List.copyOf(confirmed);
  }

  /** The messages that were handed to somebody, in that order. */
  public List<Long> received() {
    return List.copyOf(received);
  }

  void schedule() {
    time.after(pause(), this::write);
  }

  private void write() {
    if (clients.over()) {
      return;
    }
    time.after(pause(), this::write);
    Optional<Life> sender = anybody();
    Optional<Life> receiver = anybody();
    if (sender.isPresent() && receiver.isPresent()) {
      String box = boxAt(receiver.get());
      clients.ask(receiver.get(), new Request.Receive(box, RECEIVE_MILLIS), this::taken);
      write(sender.get(), box, SEND_MILLIS, response -> {});
    }
  }

  /**
   * When all is at rest: one looks into its mailbox, which makes it if it is not there, and when
   * that must have been heard of another writes to it.
   *
   * @param told gets the answer to the writer
   */
  public void writeTo(Life receiver, Life sender, Consumer<Response> told) {
    String box = boxAt(receiver);
    clients.ask(
        receiver,
        new Request.Receive(box, LOOK_MILLIS),
        response -> {
          taken(response);
          time.after(HEARD_OF_NANOS, () -> write(sender, box, FINAL_SEND_MILLIS, told));
        });
  }

  private void write(Life sender, String box, int patienceMillis, Consumer<Response> told) {
    long number = ++lastNumber;
    clients.ask(
        sender,
        new Request.Send(Optional.empty(), box, Bytes.utf8(Long.toString(number)), patienceMillis),
        response -> {
          if (response instanceof Response.Done) {
            confirmed.add(number);
          }
          told.accept(response);
        });
  }

  private void taken(Response response) {
    if (response instanceof Response.Message message) {
      received.add(Long.parseLong(message.payload().utf8()));
    }
  }

  private static String boxAt(Life life) {
    return "box-" + life.place();
  }

  private Optional<Life> anybody() {
    Integer[] agents = plan.agents().toArray(Integer[]::new);
    return world.living(agents[random.nextInt(agents.length)]);
  }

  private long pause() {
    return (long) (-Math.log(1 - random.nextDouble()) * MINUTE_NANOS / plan.messagesPerMinute());
  }
}
