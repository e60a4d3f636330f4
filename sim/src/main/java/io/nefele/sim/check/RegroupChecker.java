package io.nefele.sim.check;

import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentInput;
import io.nefele.core.AgentBoot;
import io.nefele.hierarchy.GroupId;
import io.nefele.hierarchy.HierarchyEvent;
import io.nefele.sim.plan.Fault;
import io.nefele.sim.plan.LinkQuality;
import io.nefele.sim.world.Life;
import io.nefele.sim.world.Violation;
import io.nefele.sim.world.Watcher;
import io.nefele.sim.world.World;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Invariants H10 to H12: what a crash leaves alone, how soon its leader's place is taken, and how
 * often anybody may change group whatever happens.
 */
public final class RegroupChecker implements Watcher {
  private static final long SECOND = 1_000_000_000L;

  /** So long before a crash nothing may have been wrong, else it is not the crash's doing alone. */
  private static final long QUIET_NANOS = 20 * SECOND;

  private static final long REST_NANOS = 6 * SECOND;
  private static final long SUCCESSION_NANOS = SECOND / 2;
  private static final long RATE_NANOS = 60 * SECOND;
  private static final int RATE_MAX = 60;

  private final Supplier<World> world;
  private final LongSupplier disturbedAtNanos;
  private final LongSupplier lastChangeNanos;
  private final Views views;

  /** By life and level, when groups were entered; looked up, never iterated. */
  private final Map<Entry, Deque<Long>> entries = new HashMap<>();

  private Optional<Aftermath> aftermath = Optional.empty();
  private long lastFaultNanos;

  /** Who has just said that it moves to a nearer group, which it enters next. */
  private Optional<Life> nearing = Optional.empty();

  private record Entry(int life, int level) {}

  /** The place of a dead leader, to be taken by {@code deadlineNanos}. */
  private record Vacancy(GroupId parent, long deadlineNanos) {}

  /** What has followed from one crash so far. */
  private static final class Aftermath {
    final Life victim;
    final SortedMap<Integer, TreeSet<AgentBoot>> moved = new TreeMap<>();
    final List<Vacancy> vacancies = new ArrayList<>();

    /** From this level on the crash left too few in a group: they are put together anew. */
    int shrunkFrom = Integer.MAX_VALUE;

    Aftermath(Life victim) {
      this.victim = victim;
    }
  }

  /**
   * @param disturbedAtNanos when something was last wrong
   * @param lastChangeNanos when a group changed last
   */
  public RegroupChecker(
      Supplier<World> world,
      LongSupplier disturbedAtNanos,
      LongSupplier lastChangeNanos,
      Views views) {
    this.world = world;
    this.disturbedAtNanos = disturbedAtNanos;
    this.lastChangeNanos = lastChangeNanos;
    this.views = views;
  }

  @Override
  public void fault(Fault fault) {
    long now = now();
    boolean crash = fault instanceof Fault.CrashServer || fault instanceof Fault.Crash;
    boolean calm =
        now - lastFaultNanos >= QUIET_NANOS
            && now - lastChangeNanos.getAsLong() >= REST_NANOS
            && world.get().plan().links().equals(LinkQuality.PERFECT);
    aftermath = Optional.empty();
    lastFaultNanos = now;
    if (crash && calm) {
      fault.agents().stream()
          .findFirst()
          .flatMap(agent -> world.get().living(agent))
          .ifPresent(life -> aftermath = Optional.of(new Aftermath(life)));
    }
  }

  @Override
  public void ended(Life life, String how) {
    if (aftermath.isEmpty() || aftermath.get().victim != life) {
      aftermath = Optional.empty();
      return;
    }
    Aftermath crash = aftermath.get();
    int k = world.get().plan().k();
    SortedMap<GroupId, List<AgentBoot>> groups = views.of(life);
    if (world.get().lives().stream().filter(Life::running).count() <= 3L * k - 1) {
      crash.shrunkFrom = 0;
    }
    Optional<List<AgentBoot>> below = Optional.empty();
    for (var group : groups.entrySet()) {
      if (!group.getKey().service().equals(World.SERVICE)) {
        continue;
      }
      List<AgentBoot> view = group.getValue();
      boolean led = below.filter(b -> b.getFirst().equals(life.boot())).isPresent();
      if (led && below.get().size() > k) {
        crash.vacancies.add(new Vacancy(group.getKey(), now() + SUCCESSION_NANOS));
      }
      below = Optional.of(view);
    }
  }

  @Override
  public void input(Life life, AgentInput input) {
    if (aftermath.isEmpty()) {
      return;
    }
    Aftermath crash = aftermath.get();
    if (disturbedAtNanos.getAsLong() > lastFaultNanos) {
      aftermath = Optional.empty();
      return;
    }
    if (input instanceof AgentInput.ViewInstalled(var group, var members)
        && group.service().equals(World.SERVICE)) {
      int k = world.get().plan().k();
      List<AgentBoot> before = views.of(life, group);
      if (before.size() >= k && members.size() < k && runningOf(before) < k) {
        crash.shrunkFrom = Math.min(crash.shrunkFrom, group.level());
      }
    }
    for (Vacancy vacancy : crash.vacancies) {
      if (now() > vacancy.deadlineNanos() && crash.shrunkFrom >= vacancy.parent().level()) {
        throw new Violation(
            "H11",
            "nobody has taken the place of "
                + crash.victim
                + " in "
                + vacancy.parent()
                + " within "
                + SUCCESSION_NANOS / 1_000_000
                + " ms");
      }
    }
  }

  private long runningOf(List<AgentBoot> agents) {
    return world.get().lives().stream()
        .filter(life -> life.running() && agents.contains(life.boot()))
        .count();
  }

  @Override
  public void effect(Life life, AgentEffect effect) {
    if (effect instanceof AgentEffect.Told(var event)
        && event.kind() == HierarchyEvent.Kind.MOVED
        && views.of(life, event.group()).size() > world.get().plan().k()
        && !isOfTheVictim(views.of(life, event.group()))) {
      nearing = Optional.of(life);
    }
    if (effect instanceof AgentEffect.OpenGroup(var group, var contacts)
        && group.service().equals(World.SERVICE)) {
      checkRate(life, group.level());
      // Who can be spared and goes to a nearer group would have done so without the crash.
      boolean nearer = nearing.equals(Optional.of(life)) && group.level() == 0;
      nearing = Optional.empty();
      if (!nearer) {
        aftermath.ifPresent(crash -> entered(crash, life, group));
      }
    }
  }

  private boolean isOfTheVictim(List<AgentBoot> group) {
    return aftermath.filter(crash -> group.contains(crash.victim.boot())).isPresent();
  }

  private void entered(Aftermath crash, Life life, GroupId group) {
    int k = world.get().plan().k();
    int level = group.level();
    crash.vacancies.removeIf(vacancy -> vacancy.parent().equals(group));
    TreeSet<AgentBoot> moved = crash.moved.computeIfAbsent(level, unused -> new TreeSet<>());
    moved.add(life.boot());
    int most = level >= crash.shrunkFrom ? 3 * k - 1 : level == 0 ? 0 : 1;
    if (moved.size() > most) {
      throw new Violation(
          "H10",
          "after the crash of "
              + crash.victim
              + " alone "
              + moved.size()
              + " agents enter groups of level "
              + level
              + ", more than "
              + most
              + ": "
              + moved);
    }
  }

  private void checkRate(Life life, int level) {
    Deque<Long> recent =
        entries.computeIfAbsent(new Entry(life.serial(), level), unused -> new ArrayDeque<>());
    long now = now();
    recent.add(now);
    while (now - recent.getFirst() > RATE_NANOS) {
      recent.removeFirst();
    }
    if (recent.size() > RATE_MAX) {
      throw new Violation(
          "H12",
          life
              + " has entered "
              + recent.size()
              + " groups of level "
              + level
              + " within a minute");
    }
  }

  private long now() {
    return world.get().time().nowNanos();
  }
}
