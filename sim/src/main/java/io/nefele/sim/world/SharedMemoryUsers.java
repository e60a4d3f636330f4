package io.nefele.sim.world;

import io.nefele.core.Bytes;
import io.nefele.core.ProcessId;
import io.nefele.sim.kernel.VirtualTime;
import io.nefele.sim.plan.FaultPlan;
import io.nefele.sim.plan.LinkQuality;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.Request;
import io.nefele.wire.Response;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Programs that talk through shared memory: on each of a few servers one that reads a mailbox and
 * one that writes to it, over the agent until that says where the queue is. They are slow at times,
 * outlive their agent, and the writer forgets now and then what it was told, as one that is started
 * again and sends before it asks.
 */
final class SharedMemoryUsers {
  private static final int SERVERS_MAX = 3;
  private static final int TAKE_MILLIS = 8_000;
  private static final int SEND_MILLIS = 5_000;
  private static final long AWAY_NANOS = 500_000_000L;
  private static final long LONGEST_REST_NANOS = 1_000_000_000L;

  /** Shorter, so that the reader keeps up. */
  private static final long LONGEST_NAP_NANOS = 300_000_000L;

  private static final int FORGETS_ONE_IN = 6;

  private final World world;
  private final Clients clients;
  private final VirtualTime time;
  private final RandomGenerator random;
  private final FaultPlan plan;

  SharedMemoryUsers(
      World world, Clients clients, VirtualTime time, RandomGenerator random, FaultPlan plan) {
    this.world = world;
    this.clients = clients;
    this.time = time;
    this.random = random;
    this.plan = plan;
  }

  /**
   * None in runs that are about members and groups, and in every other run only: there is little
   * that they have to do with what else goes wrong, and what is rare needs many runs.
   */
  void schedule() {
    if (plan.links().equals(LinkQuality.PERFECT) || plan.seed() % 2 != 0) {
      return;
    }
    for (int place : plan.agents().stream().limit(SERVERS_MAX).toList()) {
      Reader reader = new Reader(place);
      reader.rest(AWAY_NANOS);
      new Writer(place, reader).rest(AWAY_NANOS);
    }
  }

  /** A program that does one thing after the other. */
  private abstract class Program {
    final int place;
    private long asked;

    Program(int place) {
      this.place = place;
    }

    /** The next thing, at the agent of the server. */
    abstract void goOn(Life life);

    void rest(long nanos) {
      time.after(nanos, this::next);
    }

    void rest() {
      rest(1 + (long) (random.nextDouble() * LONGEST_REST_NANOS));
    }

    private void next() {
      if (clients.over()) {
        return;
      }
      world.living(place).ifPresentOrElse(this::goOn, () -> rest(AWAY_NANOS));
    }

    /** Goes on with the answer, or, if the agent goes away before, with something new. */
    void ask(Life life, Request request, Consumer<Response> then) {
      long mine = ++asked;
      clients.ask(
          life,
          request,
          response -> {
            asked++;
            then.accept(response);
          });
      awaitAnswer(life, mine);
    }

    private void awaitAnswer(Life life, long mine) {
      time.after(
          AWAY_NANOS,
          () -> {
            if (mine == asked && life.running()) {
              awaitAnswer(life, mine);
            } else if (mine == asked) {
              next();
            }
          });
    }
  }

  private final class Reader extends Program {
    Optional<ProcessId> mailbox = Optional.empty();

    /** The life that knows that the mailbox is shared. */
    private Optional<Life> told = Optional.empty();

    Reader(int place) {
      super(place);
    }

    @Override
    void goOn(Life life) {
      if (mailbox.isEmpty() || !told.equals(Optional.of(life))) {
        open(life);
      } else {
        bring(life, mailbox.get());
      }
    }

    private void open(Life life) {
      ask(
          life,
          new Request.OpenSharedQueue("shared-" + place),
          response -> {
            if (response instanceof Response.SharedQueue(var its, var path)) {
              mailbox = Optional.of(its);
              told = Optional.of(life);
            }
            rest();
          });
    }

    private void bring(Life life, ProcessId from) {
      ask(
          life,
          new Request.TakeForQueue(from.toString(), TAKE_MILLIS),
          response -> {
            if (response instanceof Response.Letter letter) {
              // It puts it there before it asks for more, however long that takes.
              time.after(
                  1 + (long) (random.nextDouble() * LONGEST_NAP_NANOS),
                  () -> {
                    long number = Long.parseLong(letter.payload().utf8());
                    boolean unused = life.server().sharedMemory.append(from, number);
                    rest(1);
                  });
              return;
            }
            if (response instanceof Response.Failed(ErrorKind kind, String why)
                && kind != ErrorKind.PARTIAL) {
              told = Optional.empty();
            }
            rest();
          });
    }
  }

  private final class Writer extends Program {
    private final Reader reader;

    /** The mailbox to whose queue it writes without asking. */
    private Optional<ProcessId> queue = Optional.empty();

    private long lastNumber;

    Writer(int place, Reader reader) {
      super(place);
      this.reader = reader;
    }

    @Override
    void goOn(Life life) {
      if (reader.mailbox.isEmpty()) {
        rest(AWAY_NANOS);
        return;
      }
      ProcessId to = reader.mailbox.get();
      if (random.nextInt(FORGETS_ONE_IN) == 0) {
        queue = Optional.empty();
        send(life, to);
        return;
      }
      if (queue.equals(reader.mailbox)) {
        write(life, to);
        return;
      }
      ask(
          life,
          new Request.FindSharedQueue(to.toString()),
          response -> {
            if (response instanceof Response.SharedQueue(var its, var path) && !path.isEmpty()) {
              queue = Optional.of(to);
              write(life, to);
            } else {
              send(life, to);
            }
          });
    }

    private void write(Life life, ProcessId to) {
      if (!life.server().sharedMemory.append(to, ++lastNumber)) {
        queue = Optional.empty();
      }
      rest();
    }

    private void send(Life life, ProcessId to) {
      Bytes payload = Bytes.utf8(Long.toString(++lastNumber));
      ask(
          life,
          new Request.Send(Optional.empty(), to.toString(), payload, SEND_MILLIS),
          response -> rest());
    }
  }
}
