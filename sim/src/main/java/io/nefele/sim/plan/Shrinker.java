package io.nefele.sim.plan;

import com.google.common.collect.Lists;
import io.nefele.sim.plan.FaultPlan.Timed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Cuts a failing plan down to one that still fails: agents, time, workload and faults go as long as
 * the failure stays (delta debugging: Zeller, Hildebrandt, TSE 2002).
 */
public final class Shrinker {
  private final Predicate<FaultPlan> fails;
  private int triesLeft;

  /**
   * @param fails whether a plan still fails in the same way
   * @param tries how many plans may be tried
   */
  public Shrinker(Predicate<FaultPlan> fails, int tries) {
    this.fails = fails;
    this.triesLeft = tries;
  }

  /** The smallest plan that was found; {@code plan} itself if no smaller one fails. */
  public FaultPlan shrink(FaultPlan plan) {
    FaultPlan smallest = plan;
    while (triesLeft > 0) {
      FaultPlan next = fewerFaults(fewerAgents(shorter(idler(smallest))));
      if (next.equals(smallest)) {
        return next;
      }
      smallest = next;
    }
    return smallest;
  }

  private FaultPlan idler(FaultPlan plan) {
    FaultPlan idle = plan.withWorkload(0, 0);
    if (!idle.equals(plan) && stillFails(idle)) {
      return idle;
    }
    FaultPlan quiet = plan.withWorkload(plan.spawnsPerMinute(), 0);
    return !quiet.equals(plan) && stillFails(quiet) ? quiet : plan;
  }

  private FaultPlan shorter(FaultPlan plan) {
    FaultPlan shortest = plan;
    Duration step = plan.safety().dividedBy(2);
    while (step.compareTo(Duration.ofSeconds(1)) >= 0) {
      FaultPlan shorter = shortest.withSafety(shortest.safety().minus(step));
      if (stillFails(shorter)) {
        shortest = shorter;
      }
      step = step.dividedBy(2);
    }
    return shortest;
  }

  private FaultPlan fewerAgents(FaultPlan plan) {
    FaultPlan fewest = plan;
    for (int chunk = Math.max(1, plan.agents().size() / 2); chunk >= 1; chunk /= 2) {
      for (List<Integer> some : Lists.partition(List.copyOf(fewest.agents()), chunk)) {
        SortedSet<Integer> gone = new TreeSet<>(some);
        gone.retainAll(fewest.agents());
        if (fewest.agents().size() > gone.size() && !gone.containsAll(fewest.core())) {
          FaultPlan fewer = fewest.withoutAgents(gone);
          if (stillFails(fewer)) {
            fewest = fewer;
          }
        }
      }
    }
    return fewest;
  }

  private FaultPlan fewerFaults(FaultPlan plan) {
    FaultPlan fewest = plan;
    for (int chunk = Math.max(1, plan.faults().size() / 2); chunk >= 1; chunk /= 2) {
      int i = 0;
      while (i < fewest.faults().size()) {
        List<Timed> kept = new ArrayList<>(fewest.faults());
        kept.subList(i, Math.min(kept.size(), i + chunk)).clear();
        FaultPlan fewer = fewest.withFaults(kept);
        if (stillFails(fewer)) {
          fewest = fewer;
        } else {
          i += chunk;
        }
      }
    }
    return fewest;
  }

  private boolean stillFails(FaultPlan plan) {
    return triesLeft-- > 0 && fails.test(plan);
  }
}
