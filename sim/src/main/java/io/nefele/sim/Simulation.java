package io.nefele.sim;

import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentInput;
import io.nefele.core.Name;
import io.nefele.core.SeededStreams;
import io.nefele.hierarchy.HierarchyConfig;
import io.nefele.sim.check.DetectionChecker;
import io.nefele.sim.check.DisruptionChecker;
import io.nefele.sim.check.GroupChecker;
import io.nefele.sim.check.HalvesChecker;
import io.nefele.sim.check.Happenings;
import io.nefele.sim.check.HealthChecker;
import io.nefele.sim.check.HistoryChecker;
import io.nefele.sim.check.ListChecker;
import io.nefele.sim.check.MailboxChecker;
import io.nefele.sim.check.MembershipChecker;
import io.nefele.sim.check.OutsideChecker;
import io.nefele.sim.check.OverloadChecker;
import io.nefele.sim.check.PlacementChecker;
import io.nefele.sim.check.PoolChecker;
import io.nefele.sim.check.PreemptionChecker;
import io.nefele.sim.check.RegroupChecker;
import io.nefele.sim.check.RelayChecker;
import io.nefele.sim.check.RescueChecker;
import io.nefele.sim.check.RestartChecker;
import io.nefele.sim.check.RumourChecker;
import io.nefele.sim.check.ShippingChecker;
import io.nefele.sim.check.Sometimes;
import io.nefele.sim.check.StartOrderChecker;
import io.nefele.sim.check.Story;
import io.nefele.sim.check.SuccessionChecker;
import io.nefele.sim.check.TableChecker;
import io.nefele.sim.check.TenantChecker;
import io.nefele.sim.check.Views;
import io.nefele.sim.plan.FaultPlan;
import io.nefele.sim.world.CoreFactory;
import io.nefele.sim.world.FaultInjector;
import io.nefele.sim.world.Life;
import io.nefele.sim.world.PoolUsers;
import io.nefele.sim.world.Violation;
import io.nefele.sim.world.Watcher;
import io.nefele.sim.world.World;
import io.nefele.wire.Response;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One run of one plan: the safety phase with its faults, then the liveness phase, in which the core
 * is well and everything else is broken for good, and has to come to rest in time.
 */
final class Simulation {
  private static final long LOOK_NANOS = 250_000_000;

  /** Nothing may change for so long before everything counts as at rest. */
  private static final long REST_NANOS = 6_000_000_000L;

  /**
   * What is lost waits for 5 s, is looked at each second and asked for four times, for 2 s each.
   */
  private static final long RESCUE_NANOS = 30_000_000_000L;

  private static final long POOL_NANOS = 10_000_000_000L;
  private static final long ANSWER_NANOS = 5_000_000_000L;
  private static final long SETTLE_NANOS = 1_000_000_000L;
  private static final long ANSWER_STEP_NANOS = 1_000_000;

  /** Groups that go on to change are noticed before. */
  private static final int ASKED_MAX = 5;

  private static final long LIVELOCK_EVENTS = 1_000_000;
  private static final int STORY_LINES = 40;

  private final FaultPlan plan;
  private final boolean hierarchical;
  private final Optional<HierarchyConfig> secondService;
  private final World world;
  private final FaultInjector faults;
  private final Counter counter = new Counter();
  private final Sometimes sometimes = new Sometimes();
  private final Story story = new Story(this::world);
  private final MembershipChecker membership =
      new MembershipChecker(this::world, this::disturbedAtNanos, this::isGivenUp, sometimes);
  private final DetectionChecker detection;
  private final RumourChecker rumours = new RumourChecker(this::world, this::isGivenUp);
  private final Views views = new Views();
  private final GroupChecker groups =
      new GroupChecker(this::world, this::isGivenUp, views, this::leastSizes, sometimes);
  private final RegroupChecker regroups =
      new RegroupChecker(this::world, this::disturbedAtNanos, groups::lastChangeNanos, views);
  private final PlacementChecker placement = new PlacementChecker(this::world);
  private final MailboxChecker mailboxes = new MailboxChecker(this::world);
  private final OutsideChecker outside = new OutsideChecker(this::world, sometimes);
  private final TableChecker table = new TableChecker(sometimes);
  private final RestartChecker restarts = new RestartChecker(this::world, sometimes);
  private final HealthChecker health = new HealthChecker(this::world, sometimes);
  private final StartOrderChecker startOrder = new StartOrderChecker(this::world, sometimes);
  private final PoolChecker pools = new PoolChecker(this::world, sometimes);
  private final SuccessionChecker succession;
  private final RescueChecker rescues;
  private final DisruptionChecker disruptions;
  private final PreemptionChecker preemptions;
  private final TenantChecker tenants;
  private final HistoryChecker history;

  private static final class Counter implements Watcher {
    long checks;

    @Override
    public void input(Life life, AgentInput input) {
      checks++;
    }

    @Override
    public void effect(Life life, AgentEffect effect) {
      checks++;
    }
  }

  Simulation(FaultPlan plan, CoreFactory factory, boolean hierarchical, List<Watcher> more) {
    this(plan, factory, hierarchical, more, Optional.empty());
  }

  /**
   * @param secondService which the agents that {@code factory} makes take part in, too
   */
  Simulation(
      FaultPlan plan,
      CoreFactory factory,
      boolean hierarchical,
      List<Watcher> more,
      Optional<HierarchyConfig> secondService) {
    this.plan = plan;
    this.secondService = secondService;
    this.hierarchical = hierarchical;
    this.detection = new DetectionChecker(this::world, plan);
    this.tenants = new TenantChecker(this::world, plan, sometimes);
    this.history = new HistoryChecker(this::world, sometimes);
    this.succession = new SuccessionChecker(sometimes);
    this.rescues = new RescueChecker(this::world, succession::isDrained);
    this.disruptions =
        new DisruptionChecker(
            this::world, this::disturbedAtNanos, succession::isDrained, this::isGivenUp, sometimes);
    this.preemptions = new PreemptionChecker(this::world, succession::isDrained, sometimes);
    List<Watcher> watchers =
        new ArrayList<>(
            List.of(
                counter,
                story,
                new Happenings(sometimes),
                membership,
                detection,
                new OverloadChecker(this::world),
                rumours,
                regroups,
                groups,
                new HalvesChecker(this::world, membership, groups),
                views,
                new RelayChecker(sometimes),
                placement,
                mailboxes,
                outside,
                table,
                new ListChecker(this::world, sometimes),
                restarts,
                health,
                startOrder,
                succession,
                rescues,
                disruptions,
                preemptions,
                tenants,
                history,
                new ShippingChecker(this::world, this::core, plan, sometimes)));
    watchers.addAll(more);
    this.world = new World(plan, factory, watchers);
    this.faults =
        new FaultInjector(world, plan, watchers, new SeededStreams(plan.seed()).stream("starts"));
  }

  private SortedMap<Name, Integer> leastSizes() {
    SortedMap<Name, Integer> sizes = new TreeMap<>();
    sizes.put(World.SERVICE, plan.k());
    secondService.ifPresent(service -> sizes.put(service.service(), service.k()));
    return sizes;
  }

  private World world() {
    return world;
  }

  private boolean isGivenUp(Life life) {
    return faults.isGivenUp(life);
  }

  private long disturbedAtNanos() {
    return faults.disturbedAtNanos();
  }

  long nowNanos() {
    return world.time().nowNanos();
  }

  Outcome run() {
    long began = System.nanoTime();
    long cpuBegan = cpuNanos();
    Optional<Violation> violation = Optional.empty();
    Optional<Duration> rest = Optional.empty();
    try {
      faults.schedule();
      world.clients().schedule();
      runUntil(plan.safety().toNanos());
      long deadline = plan.safety().plus(plan.liveness()).toNanos();
      rest = Optional.of(comeToRest(deadline));
      if (hierarchical) {
        awaitRescues();
        throwFirst(askedAtRest(deadline + RESCUE_NANOS));
      }
    } catch (Violation e) {
      violation = Optional.of(e);
    }
    world.hash().add(violation.map(Violation::getMessage).orElse(""));
    return new Outcome(
        plan,
        Duration.ofNanos(world.time().nowNanos()),
        Duration.ofNanos(System.nanoTime() - began),
        Duration.ofNanos(cpuNanos() - cpuBegan),
        world.time().executed(),
        counter.checks,
        world.datagrams(),
        rest,
        world.hash().toString(),
        violation,
        violation.isPresent() ? story.lines(STORY_LINES) : List.of(),
        sometimes);
  }

  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private void runUntil(long nanos) {
    while (world.time().step(nanos)) {
      // Every event is checked by the watchers that see it.
      if (world.time().executedAtNow() > LIVELOCK_EVENTS) {
        throw new Violation("C3", "time stands still: one instant has no end of events");
      }
    }
  }

  /** Returns how long it took after the safety phase. */
  private Duration comeToRest(long deadline) {
    long begin = plan.safety().toNanos();
    Optional<Violation> wrong = Optional.empty();
    while (world.time().nowNanos() < deadline) {
      runUntil(world.time().nowNanos() + LOOK_NANOS);
      wrong = wrongNow();
      long changed = Math.max(membership.lastChangeNanos(), groups.lastChangeNanos());
      if (wrong.isEmpty() && world.time().nowNanos() - changed >= REST_NANOS) {
        wrong = rumours.atRest(core().size());
        if (wrong.isEmpty()) {
          return Duration.ofNanos(Math.max(0, changed - begin));
        }
      }
    }
    Violation last =
        wrong.orElseGet(() -> new Violation("H8", "groups or members never stop changing"));
    throw new Violation(
        last.invariant(), "after " + plan.liveness().toSeconds() + " s: " + last.getMessage());
  }

  private void awaitRescues() {
    List<Life> core = core();
    long end = world.time().nowNanos() + RESCUE_NANOS;
    while ((rescues.awaitsRescue(core) || preemptions.awaitsPlace(core))
        && world.time().nowNanos() < end) {
      runUntil(world.time().nowNanos() + LOOK_NANOS);
    }
  }

  /**
   * What has just been started again may be told as that only a moment later, and whoever has moved
   * to a nearer group meanwhile has to have told its rows there.
   */
  private void settle(long deadline) {
    long begin;
    do {
      comeToRest(deadline);
      begin = world.time().nowNanos();
      table.beforeAsking(core());
      runUntil(begin + SETTLE_NANOS);
    } while (groups.lastChangeNanos() > begin);
  }

  /** What was asked while a group changed is asked again. */
  private Optional<Violation> askedAtRest(long deadline) {
    Optional<Violation> wrong = Optional.empty();
    for (int time = 0; time < ASKED_MAX; time++) {
      settle(deadline);
      long begin = world.time().nowNanos();
      wrong = askAll();
      if (groups.lastChangeNanos() < begin) {
        break;
      }
    }
    return wrong;
  }

  private Optional<Violation> askAll() {
    List<Life> core = core();
    throwFirst(placement.atRest(core));
    throwFirst(restarts.atRest(core));
    throwFirst(health.atRest(core));
    throwFirst(startOrder.atRest(core));
    throwFirst(SuccessionChecker.atRest(core));
    throwFirst(preemptions.atRest(core));
    throwFirst(mailboxes.atRest());
    throwFirst(outside.atRest());
    FinalQuestions questions =
        new FinalQuestions(world, core, placement, table, rescues, tenants, history);
    questions.ask();
    long deadline = world.time().nowNanos() + ANSWER_NANOS;
    while (!questions.answered() && world.time().nowNanos() < deadline) {
      runUntil(world.time().nowNanos() + ANSWER_STEP_NANOS);
    }
    throwFirst(questions.wrong());
    throwFirst(pools.atRest(core, groups.lastChangeNanos()));
    Optional<Violation> overlooked = table.overlooked();
    return overlooked.isPresent() ? overlooked : callPool(core.getLast());
  }

  /** Last of all, for it starts a process. */
  private Optional<Violation> callPool(Life caller) {
    boolean isMade = caller.server().registry().stream().anyMatch(PoolUsers::isThePool);
    if (!isMade) {
      return Optional.empty();
    }
    List<Response> answers = new ArrayList<>();
    world.clients().poolUsers().call(caller, answers::add);
    long deadline = world.time().nowNanos() + POOL_NANOS;
    while (answers.isEmpty() && world.time().nowNanos() < deadline) {
      runUntil(world.time().nowNanos() + ANSWER_STEP_NANOS);
    }
    return pools.answered(caller, answers.stream().findFirst());
  }

  private static void throwFirst(Optional<Violation> wrong) {
    if (wrong.isPresent()) {
      throw wrong.get();
    }
  }

  private List<Life> core() {
    List<Life> core = new ArrayList<>();
    for (int agent : plan.core()) {
      world.living(agent).ifPresent(core::add);
    }
    return core;
  }

  private Optional<Violation> wrongNow() {
    List<Life> core = core();
    if (!membership.allSeeAll(core)) {
      return Optional.of(new Violation("M2", sights(core)));
    }
    return hierarchical ? groups.atRest(core) : Optional.empty();
  }

  private String sights(List<Life> core) {
    StringBuilder text = new StringBuilder("of " + core.size() + " agents");
    core.stream()
        .filter(life -> membership.seenBy(life) != core.size())
        .limit(8)
        .forEach(
            life ->
                text.append(", ").append(life).append(" sees ").append(membership.seenBy(life)));
    return text.toString();
  }
}
