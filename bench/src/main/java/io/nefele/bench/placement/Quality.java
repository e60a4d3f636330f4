package io.nefele.bench.placement;

import io.nefele.core.ProcessId;
import io.nefele.core.SeededStreams;
import io.nefele.placement.Component;
import io.nefele.placement.Decision;
import io.nefele.placement.Resources;
import io.nefele.placement.ServerFacts;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;

/** Fills a fleet, and somebody who knows all, with the same requests, and compares. */
final class Quality {
  private static final double REFUSED_SHARE = 0.02;
  private static final double ARRIVAL_MICROS = 500;
  private static final Duration SETTLE = Duration.ofSeconds(12);

  private final int servers;
  private final long seed;
  private final ServerFacts.Policy policy;
  private final List<Integer> contacted = new ArrayList<>();
  private long again;

  /** How full it was, as the share of the scarcer resource that was given, in percent. */
  record Filled(double atFirstRefusal, double atManyRefusals) {}

  /** How many of the gangs found room. */
  record Gangs(int byOffers, int byBestFit, int asked) {}

  Quality(int servers, long seed, ServerFacts.Policy policy) {
    this.servers = servers;
    this.seed = seed;
    this.policy = policy;
  }

  /** Counts refusals among requests that came before, and what was given to the others. */
  private static final class Tally {
    final List<Resources> capacities;
    double cpuMillis;
    double memoryBytes;
    int asked;
    int refused;
    double first = Double.NaN;
    double many = Double.NaN;

    Tally(List<Resources> capacities) {
      this.capacities = capacities;
    }

    void add(List<Component> request, boolean placed) {
      asked++;
      if (placed) {
        for (Component component : request) {
          Resources each = component.template().demand();
          cpuMillis += (double) each.cpuMillis() * component.count();
          memoryBytes += (double) each.memoryBytes() * component.count();
        }
        return;
      }
      refused++;
      double given =
          100
              * Math.max(
                  cpuMillis / capacities.stream().mapToDouble(Resources::cpuMillis).sum(),
                  memoryBytes / capacities.stream().mapToDouble(Resources::memoryBytes).sum());
      if (Double.isNaN(first)) {
        first = given;
      }
      if (Double.isNaN(many) && refused >= asked * REFUSED_SHARE) {
        many = given;
      }
    }

    boolean over() {
      return !Double.isNaN(many);
    }
  }

  /** By offers, with requests arriving at random servers while earlier ones are under way. */
  Filled byOffers() {
    Workload workload = new Workload(seed);
    List<Resources> capacities = workload.servers(servers);
    Fleet fleet = new Fleet(capacities, policy, new SeededStreams(seed).stream("fleet"));
    Tally tally = new Tally(capacities);
    arrive(fleet, workload, tally);
    while (!tally.over()) {
      fleet.runFor(Duration.ofMillis(10));
    }
    return new Filled(tally.first, tally.many);
  }

  private void arrive(Fleet fleet, Workload workload, Tally tally) {
    if (tally.over()) {
      return;
    }
    List<Component> request = workload.request();
    fleet.request(
        workload.any(servers),
        request,
        (processes, decision) -> {
          count(decision);
          tally.add(request, !processes.isEmpty());
        });
    fleet.later(
        Duration.ofNanos((long) (1000 * workload.wait(ARRIVAL_MICROS))),
        () -> arrive(fleet, workload, tally));
  }

  /** By somebody who knows all. */
  Filled byBestFit() {
    Workload workload = new Workload(seed);
    List<Resources> capacities = workload.servers(servers);
    BestFit all = new BestFit(capacities, capacities);
    Tally tally = new Tally(capacities);
    while (!tally.over()) {
      List<Component> request = workload.request();
      workload.any(servers);
      tally.add(request, all.place(request));
      workload.wait(ARRIVAL_MICROS);
    }
    return new Filled(tally.first, tally.many);
  }

  /** Asks for gangs, one after another, at a load that is kept as requests come and go. */
  Gangs gangs(double loadPercent, int asked) {
    Workload workload = new Workload(seed);
    List<Resources> capacities = workload.servers(servers);
    Fleet fleet = new Fleet(capacities, policy, new SeededStreams(seed).stream("fleet"));
    Deque<List<ProcessId>> alive = new ArrayDeque<>();
    int byOffers = 0;
    int byBestFit = 0;
    for (int i = 0; i < asked; i++) {
      // Some go, so that the servers are as uneven as after a long time.
      for (int gone = alive.size() / 20; gone > 0; gone--) {
        fleet.end(alive.remove());
      }
      fill(fleet, workload, capacities, loadPercent, alive);
      fleet.runFor(i == 0 ? SETTLE : Duration.ofSeconds(1));
      if (new BestFit(capacities, fleet.free()).place(Workload.gang())) {
        byBestFit++;
      }
      List<ProcessId> placed = place(fleet, workload.any(servers), Workload.gang(), true);
      byOffers += placed.isEmpty() ? 0 : 1;
      fleet.end(placed);
    }
    return new Gangs(byOffers, byBestFit, asked);
  }

  private void fill(
      Fleet fleet,
      Workload workload,
      List<Resources> capacities,
      double loadPercent,
      Deque<List<ProcessId>> alive) {
    int refusedInARow = 0;
    while (used(capacities, fleet.free()) < loadPercent && refusedInARow < 50) {
      List<ProcessId> placed = place(fleet, workload.any(servers), workload.request(), false);
      refusedInARow = placed.isEmpty() ? refusedInARow + 1 : 0;
      if (!placed.isEmpty()) {
        alive.add(placed);
      }
    }
  }

  private List<ProcessId> place(Fleet fleet, int at, List<Component> components, boolean counts) {
    List<ProcessId> placed = new ArrayList<>();
    fleet.request(
        at,
        components,
        (processes, decision) -> {
          if (counts) {
            count(decision);
          }
          placed.addAll(processes);
        });
    while (fleet.inFlight() > 0) {
      fleet.runFor(Duration.ofMillis(1));
    }
    return placed;
  }

  private void count(Decision decision) {
    contacted.add(decision.agents());
    if (decision.tries() > 1) {
      again++;
    }
  }

  double contactedMean() {
    return contacted.stream().mapToInt(Integer::intValue).average().orElse(0);
  }

  int contactedPercentile(int percentile) {
    List<Integer> sorted = new ArrayList<>(contacted);
    Collections.sort(sorted);
    return sorted.get(Math.min(sorted.size() - 1, sorted.size() * percentile / 100));
  }

  /** The share of decisions that were begun anew as others were quicker, in percent. */
  double conflictPercent() {
    return 100.0 * again / contacted.size();
  }

  int decisions() {
    return contacted.size();
  }

  private static double used(List<Resources> capacities, List<Resources> free) {
    double cpu = 0;
    double memory = 0;
    double allCpu = 0;
    double allMemory = 0;
    for (int i = 0; i < capacities.size(); i++) {
      allCpu += capacities.get(i).cpuMillis();
      allMemory += capacities.get(i).memoryBytes();
      cpu += free.get(i).cpuMillis();
      memory += free.get(i).memoryBytes();
    }
    return 100 * Math.max(1 - cpu / allCpu, 1 - memory / allMemory);
  }
}
