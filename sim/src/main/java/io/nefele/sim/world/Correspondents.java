package io.nefele.sim.world;

import io.nefele.agent.core.AgentInput.Survivor;
import io.nefele.core.Bytes;
import io.nefele.core.ProcessId;
import io.nefele.sim.kernel.VirtualTime;
import io.nefele.sim.plan.FaultPlan;
import io.nefele.sim.plan.LinkQuality;
import io.nefele.wire.Request;
import io.nefele.wire.Response;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Programs that talk in patterns: each third spawn is a pool of the same name whose processes
 * answer calls, and beside that people subscribe and publish.
 */
public final class Correspondents {
  /** What all subscribe to, and what is published. */
  public static final String PATTERN = "news/**";

  private static final double MINUTE_NANOS = 60e9;
  private static final String POOL = "pool";
  private static final String REPLY = "reply to ";
  private static final int TAKE_MILLIS = 8_000;
  private static final int CALL_MILLIS = 6_000;
  private static final int PUBLISH_MILLIS = 3_000;
  private static final int SUBSCRIPTIONS_PER_MINUTE = 6;

  /** Most messages are sent to one, and need no more than that. */
  private static final int PLAIN_FOR_EACH = 5;

  private static final int PENDING_MAX = 2;
  private static final int OUTSIDERS_ONE_IN = 4;
  private static final int EXPOSED_PORT = 8080;
  private static final List<String> CHOICES =
      List.of("pool", "any:pool?by=round-robin", "any:pool?by=least-loaded", "any:pool?key=7");

  private final World world;
  private final Clients clients;
  private final VirtualTime time;
  private final RandomGenerator random;
  private final FaultPlan plan;
  private final Map<Long, Set<ProcessId>> repliers = new LinkedHashMap<>();
  private final List<Called> answered = new ArrayList<>();
  private final Set<ProcessId> subscribers = new LinkedHashSet<>();
  private final int perMinute;
  private long lastCall;

  /** A call that was answered with a reply. */
  public record Called(long number, ProcessId by, String reply) {}

  Correspondents(
      World world, Clients clients, VirtualTime time, RandomGenerator random, FaultPlan plan) {
    this.world = world;
    this.clients = clients;
    this.time = time;
    this.random = random;
    this.plan = plan;
    this.perMinute = Math.max(1, plan.messagesPerMinute() / PLAIN_FOR_EACH);
  }

  /** The calls that were answered, in that order. */
  public List<Called> answered() {
    return List.copyOf(answered);
  }

  /** Whether the process has replied to that call. */
  public boolean hasReplied(ProcessId process, long call) {
    return repliers.getOrDefault(call, Set.of()).contains(process);
  }

  /** The reply that a process gives. */
  public static String replyTo(long call) {
    return REPLY + call;
  }

  /** The mailboxes whose subscription was confirmed. */
  public Set<ProcessId> subscribers() {
    return new LinkedHashSet<>(subscribers);
  }

  /** Over perfect links nobody talks in patterns: those runs are about members and groups. */
  private boolean talk() {
    return plan.messagesPerMinute() > 0 && !plan.links().equals(LinkQuality.PERFECT);
  }

  void schedule() {
    if (!talk()) {
      return;
    }
    time.after(pause(perMinute), this::call);
    time.after(pause(SUBSCRIPTIONS_PER_MINUTE), this::subscribe);
    time.after(pause(perMinute), this::publish);
  }

  private long pause(int perMinute) {
    return (long) (-Math.log(1 - random.nextDouble()) * MINUTE_NANOS / perMinute);
  }

  private Optional<Life> anybody() {
    List<Integer> agents = List.copyOf(plan.agents());
    return world.living(agents.get(random.nextInt(agents.size())));
  }

  Optional<String> nameOf(int spawn) {
    return talk() && spawn % 3 == 0 ? Optional.of(POOL) : Optional.empty();
  }

  void spawned(int spawn, Response response) {
    if (nameOf(spawn).isPresent() && response instanceof Response.Spawned(var processes)) {
      processes.forEach(this::serve);
    }
  }

  /** One process takes requests and replies for as long as it is there. */
  private void serve(ProcessId process) {
    Optional<Life> home = home(process);
    if (clients.over() || home.isEmpty() || !runs(home.get(), process)) {
      return;
    }
    Life life = home.get();
    clients.ask(
        life,
        new Request.Take(process.toString(), TAKE_MILLIS),
        response -> {
          if (response instanceof Response.Letter(var from, var to, var topic, var payload, long at)
              && from.isPresent()
              && runs(life, process)) {
            long number = Long.parseLong(payload.utf8());
            repliers.computeIfAbsent(number, unused -> new LinkedHashSet<>()).add(process);
            clients.ask(
                life,
                new Request.Post(
                    Optional.of(process.toString()),
                    from.get().toString(),
                    Bytes.utf8(replyTo(number)),
                    TAKE_MILLIS),
                told -> {
                  // Whoever called may be gone.
                });
          }
          time.after(pause(plan.messagesPerMinute()), () -> serve(process));
        });
    // Its agent may crash and never answer.
    time.after(TAKE_MILLIS * 2_000_000L, () -> resume(life, process));
  }

  private void resume(Life life, ProcessId process) {
    if (!life.running()) {
      serve(process);
    }
  }

  private static boolean runs(Life life, ProcessId process) {
    return life.server().processes().survivors().get(process) instanceof Survivor.Running;
  }

  private Optional<Life> home(ProcessId process) {
    return world.servers().stream()
        .flatMap(server -> server.life().stream())
        .filter(life -> life.running() && life.boot().agent().equals(process.agent()))
        .findFirst();
  }

  private void call() {
    if (clients.over()) {
      return;
    }
    time.after(pause(perMinute), this::call);
    Optional<Life> caller = anybody();
    if (caller.isEmpty()) {
      return;
    }
    long number = ++lastCall;
    Bytes payload = Bytes.utf8(Long.toString(number));
    Consumer<Response> told =
        response -> {
          if (response instanceof Response.Reply reply) {
            answered.add(new Called(number, reply.from(), reply.payload().utf8()));
          }
        };
    if (random.nextInt(OUTSIDERS_ONE_IN) == 0) {
      clients.ask(
          caller.get(), new Request.Expose(POOL, EXPOSED_PORT, true, CALL_MILLIS), unused -> {});
      clients.callFromOutside(caller.get(), EXPOSED_PORT, payload, told);
    } else {
      String to = CHOICES.get(random.nextInt(CHOICES.size()));
      clients.ask(caller.get(), new Request.Call(to, payload, CALL_MILLIS), told);
    }
  }

  private void subscribe() {
    if (clients.over()) {
      return;
    }
    time.after(pause(SUBSCRIPTIONS_PER_MINUTE), this::subscribe);
    Optional<Life> life = anybody();
    if (life.isEmpty()) {
      return;
    }
    clients.ask(
        life.get(),
        new Request.Subscribe(
            Optional.of("reader-" + life.get().place()),
            PATTERN,
            Request.WhenFull.values()[random.nextInt(Request.WhenFull.values().length)],
            PENDING_MAX,
            1_000),
        response -> {
          if (response instanceof Response.Subscribed(var mailbox, var missing)) {
            subscribers.add(mailbox);
          }
        });
  }

  private void publish() {
    if (clients.over()) {
      return;
    }
    time.after(pause(perMinute), this::publish);
    anybody()
        .ifPresent(
            life ->
                clients.ask(
                    life,
                    new Request.Publish(
                        Optional.empty(), "news/today", Bytes.utf8("news"), PUBLISH_MILLIS),
                    response -> {
                      // What becomes of it is looked at when all is at rest.
                    }));
  }
}
