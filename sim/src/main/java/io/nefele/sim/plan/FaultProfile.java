package io.nefele.sim.plan;

import io.nefele.core.SeededStreams;
import io.nefele.sim.plan.FaultPlan.Timed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/** How bad a world is: makes up the fault plan of a seed. */
public enum FaultProfile {
  /** Nothing goes wrong. */
  NONE("nothing goes wrong", 0, 100),
  /** A little loss; now and then a crash or a pause. */
  MILD("a little loss, rare crashes and pauses", 2, 100),
  /** Crashes, cuts, slowness, drifting clocks, bad links. */
  ROUGH("crashes, cuts, slow agents, drifting clocks, bad links", 8, 90),
  /** All of it at once, disks lost, racks, groups and datacenters down, servers copied. */
  CHAOS("everything at once, whole racks too", 24, 75),
  /** Agents come, leave, restart and are replaced all the time. */
  CHURN("agents join, leave and restart all the time", 30, 100),
  /** What nobody may be removed for. */
  GENTLE("5 % loss, a tenth of the agents paused for 5 s at a time", 4, 100),
  /** Cuts that come and go, one way and both. */
  FLAPPING("links break and mend every few seconds, one way and both", 15, 100),
  /** One crash at a time, long after anything else. */
  LONE("one agent crashes at a time, with time to heal", 1, 100),
  /** Cuts both ways, with time to become two fabrics, and to become one again. */
  HALVES("the agents are cut into two halves, with time to heal", 1, 100),
  /** Servers that have far too much to do, most of all when the agents start. */
  SLUGGISH("half of the agents start slowly, and agents are slow for a while", 8, 100);

  private final String meaning;
  private final int faultsPerMinute;
  private final int corePercent;

  FaultProfile(String meaning, int faultsPerMinute, int corePercent) {
    this.meaning = meaning;
    this.faultsPerMinute = faultsPerMinute;
    this.corePercent = corePercent;
  }

  /** In a few words. */
  public String meaning() {
    return meaning;
  }

  /** The plan of a seed. */
  public FaultPlan plan(long seed, int agents, int k, Duration safety) {
    RandomGenerator random = new SeededStreams(seed).stream("faults");
    SortedSet<Integer> all = new TreeSet<>();
    for (int i = 0; i < agents; i++) {
      all.add(i);
    }
    int datacenters = this == CHAOS && agents > 16 ? 2 : 1;
    Maker maker = new Maker(this, random, agents, datacenters, safety);
    return new FaultPlan(
        seed,
        all,
        k,
        datacenters,
        safety,
        // Suspicions last half a minute, a cut side is looked for every few seconds.
        Duration.ofSeconds(180).plus(Duration.ofMillis(20L * agents)),
        this == NONE ? 0 : 12,
        this == NONE ? 0 : 30,
        baseline(),
        core(random, all),
        maker.faults());
  }

  private LinkQuality baseline() {
    return switch (this) {
      case NONE, CHURN, FLAPPING, LONE, HALVES, SLUGGISH -> LinkQuality.PERFECT;
      case GENTLE -> new LinkQuality(FaultPlan.GENTLE_LOSS, 1, 5, 1);
      case MILD, ROUGH, CHAOS -> new LinkQuality(2, 1, 5, 1);
    };
  }

  private SortedSet<Integer> core(RandomGenerator random, SortedSet<Integer> all) {
    List<Integer> shuffled = new ArrayList<>(all);
    Collections.shuffle(shuffled, Random.from(random));
    int size = Math.max(1, all.size() * corePercent / 100);
    return new TreeSet<>(shuffled.subList(0, size));
  }

  /** Draws one plan's faults. */
  private static final class Maker {
    private static final int MICROS_PER_SECOND = 1_000_000;
    private static final long HALVED_MICROS = 32L * MICROS_PER_SECOND;

    private final FaultProfile profile;
    private final RandomGenerator random;
    private final int agents;
    private final int datacenters;
    private final long endMicros;
    private final List<Timed> faults = new ArrayList<>();
    private int lastCut;

    Maker(
        FaultProfile profile,
        RandomGenerator random,
        int agents,
        int datacenters,
        Duration safety) {
      this.profile = profile;
      this.random = random;
      this.agents = agents;
      this.datacenters = datacenters;
      this.endMicros = safety.toNanos() / 1000;
    }

    List<Timed> faults() {
      if (profile.faultsPerMinute == 0) {
        return faults;
      }
      if (profile == GENTLE) {
        pausesOfSome();
        return faults;
      }
      if (profile == CHURN) {
        for (int i = agents / 2; i < agents; i++) {
          add(random.nextLong(endMicros / 2 + 1), new Fault.Start(i));
        }
      }
      if (profile == LONE) {
        lone();
        return faults;
      }
      if (profile == HALVES) {
        halves();
        return faults;
      }
      if (profile == SLUGGISH) {
        slowStart();
      }
      double meanPause = 60.0 * MICROS_PER_SECOND / profile.faultsPerMinute;
      long at = 2 * MICROS_PER_SECOND;
      while (at < endMicros) {
        episode(at);
        at += (long) (-Math.log(1 - random.nextDouble()) * meanPause);
      }
      return faults;
    }

    private void episode(long at) {
      int agent = random.nextInt(agents);
      switch (profile) {
        case NONE, GENTLE, LONE, HALVES -> {}
        case MILD -> mild(at, agent);
        case ROUGH -> rough(at, agent);
        case CHAOS -> chaos(at, agent);
        case CHURN -> churn(at, agent);
        case FLAPPING -> cut(at, random.nextBoolean(), 10);
        case SLUGGISH -> slow(at, agent);
      }
    }

    private void lone() {
      for (long at = 22L * MICROS_PER_SECOND; at < endMicros; at += 50L * MICROS_PER_SECOND) {
        int agent = random.nextInt(agents);
        add(at, new Fault.CrashServer(agent, Disk.KEPT));
        add(at + 25L * MICROS_PER_SECOND, new Fault.Restart(agent));
      }
    }

    private void halves() {
      List<Integer> shuffled = new ArrayList<>();
      for (int i = 0; i < agents; i++) {
        shuffled.add(i);
      }
      for (long at = 12L * MICROS_PER_SECOND; at < endMicros; at += 75L * MICROS_PER_SECOND) {
        Collections.shuffle(shuffled, Random.from(random));
        SortedSet<Integer> side = new TreeSet<>(shuffled.subList(0, agents / 2));
        SortedSet<Integer> rest = new TreeSet<>(shuffled.subList(agents / 2, agents));
        if (!side.isEmpty()) {
          swallow(at, at + HALVED_MICROS, side, rest);
          swallow(at, at + HALVED_MICROS, rest, side);
        }
      }
    }

    private void pausesOfSome() {
      int some = Math.max(1, agents / FaultPlan.GENTLE_PAUSED_ONE_IN);
      for (long at = 5 * MICROS_PER_SECOND; at < endMicros; at += 15 * MICROS_PER_SECOND) {
        int first = random.nextInt(agents);
        for (int i = 0; i < some; i++) {
          int agent = (first + i) % agents;
          add(at, new Fault.Pause(agent));
          faults.add(new Timed(at + FaultPlan.GENTLE_PAUSE_MICROS, new Fault.Resume(agent)));
        }
      }
    }

    private void mild(long at, int agent) {
      switch (random.nextInt(3)) {
        case 0 -> crash(at, agent, Disk.KEPT);
        case 1 -> pause(at, agent, 3);
        default -> add(at, new Fault.KillProcess(agent, random.nextInt(8)));
      }
    }

    private void rough(long at, int agent) {
      switch (random.nextInt(8)) {
        case 0, 1 -> crash(at, agent, random.nextBoolean() ? Disk.KEPT : Disk.TORN);
        case 2 -> pause(at, agent, 20);
        case 3 -> cut(at, random.nextBoolean(), 40);
        case 4 -> slow(at, agent);
        case 5 -> clocks(at, agent);
        case 6 -> clog(at, agent);
        default -> badLinks(at);
      }
    }

    private void chaos(long at, int agent) {
      switch (random.nextInt(12)) {
        case 0, 1, 2 -> crash(at, agent, Disk.values()[random.nextInt(3)]);
        case 3 -> pause(at, agent, 45);
        case 4, 5 -> cut(at, random.nextInt(3) == 0, 40);
        case 6 -> slow(at, agent);
        case 7 -> clocks(at, agent);
        case 8 -> clog(at, agent);
        case 9 -> badLinks(at);
        case 10 -> many(at, agent);
        default -> add(at, new Fault.Duplicate(agent));
      }
    }

    private void churn(long at, int agent) {
      switch (random.nextInt(4)) {
        case 0 -> {
          add(at, new Fault.Leave(agent));
          add(at + span(10), new Fault.Start(agent));
        }
        case 1 -> crash(at, agent, Disk.LOST);
        default -> crash(at, agent, Disk.KEPT);
      }
    }

    private void crash(long at, int agent, Disk disk) {
      add(
          at,
          random.nextBoolean()
              ? new Fault.Crash(agent, disk, random.nextInt(12))
              : new Fault.CrashServer(agent, disk));
      if (random.nextInt(8) > 0) {
        add(at + span(15), new Fault.Restart(agent));
      }
    }

    private void pause(long at, int agent, int mostSeconds) {
      add(at, new Fault.Pause(agent));
      add(at + span(mostSeconds), new Fault.Resume(agent));
    }

    private void cut(long at, boolean oneWay, int mostSeconds) {
      SortedSet<Integer> side = new TreeSet<>();
      SortedSet<Integer> rest = new TreeSet<>();
      for (int i = 0; i < agents; i++) {
        (random.nextBoolean() ? side : rest).add(i);
      }
      if (side.isEmpty() || rest.isEmpty()) {
        return;
      }
      long healedAt = at + span(mostSeconds);
      cutOneWay(at, healedAt, side, rest);
      if (!oneWay) {
        cutOneWay(at, healedAt, rest, side);
      }
    }

    /** Without refusals, which are found out at once. */
    private void swallow(long at, long healedAt, SortedSet<Integer> from, SortedSet<Integer> to) {
      lastCut += 1 - lastCut % 2;
      cutOneWay(at, healedAt, from, to);
    }

    private void cutOneWay(long at, long healedAt, SortedSet<Integer> from, SortedSet<Integer> to) {
      int number = ++lastCut;
      add(at, new Fault.Cut(number, from, to));
      add(healedAt, new Fault.Heal(number));
    }

    private void slow(long at, int agent) {
      int[] factors = {10, 100, 1000};
      add(at, new Fault.Slow(agent, factors[random.nextInt(factors.length)]));
      add(at + span(20), new Fault.Slow(agent, 1));
    }

    private void slowStart() {
      for (int agent = 0; agent < agents; agent++) {
        if (random.nextBoolean()) {
          long at = random.nextInt(MICROS_PER_SECOND);
          add(at, new Fault.Start(agent));
          add(at + 1, new Fault.Slow(agent, 1000));
          add(at + span(30), new Fault.Slow(agent, 1));
        }
      }
    }

    private void clocks(long at, int agent) {
      if (random.nextBoolean()) {
        add(at, new Fault.ClockDrift(agent, random.nextInt(2001) - 1000));
      } else {
        add(at, new Fault.ClockJump(agent, random.nextLong(-3_600_000, 3_600_000)));
      }
    }

    private void clog(long at, int first) {
      int count = 1 + random.nextInt(Math.max(1, agents / 4));
      for (int i = 0; i < count; i++) {
        int agent = (first + i) % agents;
        add(at + random.nextInt(MICROS_PER_SECOND), new Fault.Clog(agent));
        add(at + MICROS_PER_SECOND + span(8), new Fault.Unclog(agent));
      }
    }

    private void badLinks(long at) {
      add(
          at,
          new Fault.Links(
              new LinkQuality(
                  random.nextInt(300),
                  random.nextInt(100),
                  random.nextInt(300),
                  random.nextInt(50))));
      add(at + span(20), new Fault.Links(profile.baseline()));
    }

    /** A group, a datacenter, a rack, or half of everything. */
    private void many(long at, int first) {
      Disk disk = random.nextBoolean() ? Disk.KEPT : Disk.TORN;
      switch (random.nextInt(8)) {
        case 0 -> servers(at, first, agents / 2);
        case 1 -> {
          add(at, new Fault.CrashDatacenter(random.nextInt(datacenters), disk));
          add(at + span(20), new Fault.RestartAll());
        }
        case 2, 3, 4 -> {
          add(at, new Fault.CrashGroup(first, disk));
          add(at + span(20), new Fault.RestartAll());
        }
        default -> servers(at, first, Math.min(16, agents / 3));
      }
    }

    private void servers(long at, int first, int count) {
      for (int i = 0; i < count; i++) {
        int agent = (first + i) % agents;
        add(at, new Fault.CrashServer(agent, Disk.KEPT));
        add(at + span(20), new Fault.Restart(agent));
      }
    }

    private long span(int mostSeconds) {
      return 100_000 + random.nextLong((long) mostSeconds * MICROS_PER_SECOND);
    }

    private void add(long at, Fault fault) {
      if (at < endMicros) {
        faults.add(new Timed(at, fault));
      }
    }
  }
}
