package io.nefele.sim.world;

import io.nefele.core.Bytes;
import io.nefele.core.FabricName;
import io.nefele.sim.kernel.VirtualTime;
import io.nefele.sim.plan.FaultPlan;
import io.nefele.sim.plan.LinkQuality;
import io.nefele.wire.Address;
import io.nefele.wire.Request;
import io.nefele.wire.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Programs that send to the world outside and to other fabrics, and call them, of operators and of
 * a small tenant.
 */
public final class OutsideCallers {
  private static final double MINUTE_NANOS = 60e9;
  private static final long MILLI_NANOS = 1_000_000;
  private static final int TIMEOUT_MILLIS = 2_000;
  private static final int RULES_PER_MINUTE = 6;

  /** So many are for another fabric. */
  private static final int FABRICS_ONE_IN = 3;

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
    private final Address.Outside to;
    private final List<String> went = new ArrayList<>();
    private Optional<String> taker = Optional.empty();
    private long takenNanos = Long.MAX_VALUE;
    private Optional<Response> answer = Optional.empty();

    Asked(Life life, boolean small, Address.Outside to) {
      this.life = life;
      this.small = small;
      this.to = to;
    }

    public Life life() {
      return life;
    }

    public Optional<Response> answer() {
      return answer;
    }

    /** Whether it may go there: a small tenant only where the rules say. */
    public boolean mayGo(String host) {
      boolean named = !(host.equals(Outsiders.SECRET) || host.equals(Outsiders.INWARD));
      return !small || named || isFor(Outsiders.FAR);
    }

    /** Whether it is for somebody there, or for a fabric that has its gateway there. */
    public boolean leadsTo(String host) {
      return switch (to) {
        case Address.Server server -> server.host().equals(host);
        case Address.Fabric far -> Outsiders.gatewaysOf(far.fabric()).contains(host);
      };
    }

    private boolean isFor(FabricName fabric) {
      return to instanceof Address.Fabric far && far.fabric().equals(fabric);
    }

    /** It goes there now; returns whether it went elsewhere before. */
    public boolean goes(String host) {
      boolean elsewhere = went.stream().anyMatch(before -> !before.equals(host));
      went.add(host);
      return elsewhere;
    }

    /** Who is there has it from now on, or may have it. */
    void mayHaveTaken(String host) {
      taker = Optional.of(host);
    }

    /** Who has it, or may have. */
    public Optional<String> taker() {
      return taker;
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
      return (small ? "a small tenant's" : "an operator's") + " message for " + to.text();
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
    String all = String.join(",", rules) + "," + Outsiders.FAR + ":/";
    decide(new Request.SetOutside(Clients.SMALL_TENANT.toString(), all));
    decide(fabric(Outsiders.FAR));
    decide(fabric(Outsiders.APART));
  }

  private void decide(Request decision) {
    anybody()
        .ifPresent(
            life ->
                clients.ask(
                    life,
                    decision,
                    response -> {
                      // What it has come to shows in what goes outside.
                    }));
  }

  private static Request fabric(FabricName name) {
    return new Request.PutFabric(
        name.text(),
        Outsiders.gatewaysOf(name).stream()
            .map(host -> "http://" + host + ":" + Outsiders.PORT)
            .toList(),
        Bytes.EMPTY);
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
    Asked wanted = new Asked(life.get(), random.nextBoolean(), somewhere());
    Bytes number = Bytes.utf8(Integer.toString(asked.size()));
    asked.add(wanted);
    String to = wanted.to.text();
    Request request =
        random.nextBoolean()
            ? new Request.Call(to, number, TIMEOUT_MILLIS)
            : new Request.Post(Optional.empty(), to, number, TIMEOUT_MILLIS);
    clients.ask(
        life.get(),
        wanted.small ? new Request.As(Clients.SMALL_TENANT.toString(), request) : request,
        response -> wanted.answer = Optional.of(response));
  }

  private Address.Outside somewhere() {
    if (random.nextInt(FABRICS_ONE_IN) == 0) {
      FabricName fabric = random.nextBoolean() ? Outsiders.FAR : Outsiders.APART;
      return new Address.Fabric(fabric, "somebody");
    }
    String host = Outsiders.NAMES.get(random.nextInt(Outsiders.NAMES.size()));
    return new Address.Tcp(host, Outsiders.PORT);
  }

  private Optional<Life> anybody() {
    List<Integer> agents = List.copyOf(plan.agents());
    return world.living(agents.get(random.nextInt(agents.size())));
  }

  private long pause(int perMinute) {
    return (long) (-Math.log(1 - random.nextDouble()) * MINUTE_NANOS / perMinute);
  }
}
