package io.nefele.sim.world;

import io.nefele.core.Bytes;
import io.nefele.sim.kernel.VirtualTime;
import io.nefele.sim.plan.FaultPlan;
import io.nefele.sim.plan.LinkQuality;
import io.nefele.wire.Request;
import io.nefele.wire.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Programs that send to the world outside and call it, of operators and of a small tenant. */
public final class OutsideCallers {
  private static final double MINUTE_NANOS = 60e9;
  private static final long MILLI_NANOS = 1_000_000;
  private static final int TIMEOUT_MILLIS = 2_000;
  private static final int RULES_PER_MINUTE = 6;

  /** Most messages go to mailboxes. */
  private static final int OTHERS_FOR_EACH = 5;

  private final World world;
  private final Clients clients;
  private final VirtualTime time;
  private final RandomGenerator random;
  private final FaultPlan plan;
  private final List<Asked> asked = new ArrayList<>();

  /** Something that is to be done outside; its number is its place, and its payload. */
  public static final class Asked {
    private final Life life;
    private final boolean small;
    private final String host;
    private long takenNanos = Long.MAX_VALUE;
    private Optional<Response> answer = Optional.empty();

    Asked(Life life, boolean small, String host) {
      this.life = life;
      this.small = small;
      this.host = host;
    }

    public Life life() {
      return life;
    }

    public Optional<Response> answer() {
      return answer;
    }

    /** Whether it may go there: a small tenant only where the rules say, and never inward. */
    public boolean mayGo() {
      return !small || !(host.equals(Outsiders.SECRET) || host.equals(Outsiders.INWARD));
    }

    /** The agent gets to it now, whenever that was asked. */
    public void taken(long nowNanos) {
      takenNanos = nowNanos;
    }

    /** Whether it was taken so long ago that an answer is overdue. */
    public boolean isDue(long nowNanos, long graceNanos) {
      return takenNanos < nowNanos - TIMEOUT_MILLIS * MILLI_NANOS - graceNanos;
    }

    @Override
    public String toString() {
      return (small ? "a small tenant's" : "an operator's") + " message for " + host;
    }
  }

  OutsideCallers(
      World world, Clients clients, VirtualTime time, RandomGenerator random, FaultPlan plan) {
    this.world = world;
    this.clients = clients;
    this.time = time;
    this.random = random;
    this.plan = plan;
  }

  /** All that was ever asked, by number. */
  public List<Asked> asked() {
    return List.copyOf(asked);
  }

  public int count() {
    return asked.size();
  }

  /** What was asked under that number. */
  public Asked asked(long number) {
    return asked.get((int) number);
  }

  void schedule() {
    if (plan.messagesPerMinute() > 0 && !plan.links().equals(LinkQuality.PERFECT)) {
      time.after(pause(RULES_PER_MINUTE), this::decide);
      time.after(pause(perMinute()), this::ask);
    }
  }

  private int perMinute() {
    return Math.max(1, plan.messagesPerMinute() / OTHERS_FOR_EACH);
  }

  /** Somebody lets the small tenant out again and again, as it may not have been made before. */
  private void decide() {
    if (clients.over()) {
      return;
    }
    time.after(pause(RULES_PER_MINUTE), this::decide);
    List<String> rules =
        Outsiders.NAMES.stream()
            .filter(name -> !name.equals(Outsiders.SECRET))
            .map(name -> name + ":" + Outsiders.PORT)
            .toList();
    anybody()
        .ifPresent(
            life ->
                clients.ask(
                    life,
                    new Request.SetOutside(
                        Clients.SMALL_TENANT.toString(), String.join(",", rules)),
                    response -> {
                      // What it has come to shows in what goes outside.
                    }));
  }

  private void ask() {
    if (clients.over()) {
      return;
    }
    time.after(pause(perMinute()), this::ask);
    Optional<Life> life = anybody();
    if (life.isEmpty()) {
      return;
    }
    String host = Outsiders.NAMES.get(random.nextInt(Outsiders.NAMES.size()));
    Asked wanted = new Asked(life.get(), random.nextBoolean(), host);
    Bytes number = Bytes.utf8(Integer.toString(asked.size()));
    asked.add(wanted);
    String to = "tcp://" + host + ":" + Outsiders.PORT;
    Request request =
        random.nextBoolean()
            ? new Request.Call(to, number, TIMEOUT_MILLIS)
            : new Request.Post(Optional.empty(), to, number, TIMEOUT_MILLIS);
    clients.ask(
        life.get(),
        wanted.small ? new Request.As(Clients.SMALL_TENANT.toString(), request) : request,
        response -> wanted.answer = Optional.of(response));
  }

  private Optional<Life> anybody() {
    List<Integer> agents = List.copyOf(plan.agents());
    return world.living(agents.get(random.nextInt(agents.size())));
  }

  private long pause(int perMinute) {
    return (long) (-Math.log(1 - random.nextDouble()) * MINUTE_NANOS / perMinute);
  }
}
