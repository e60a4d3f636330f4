package io.nefele.sim;

import io.nefele.sim.mutant.Mutant;
import io.nefele.sim.plan.FaultPlan;
import io.nefele.sim.world.Violation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Runs mutants until an invariant notices each. */
final class MutantTable {
  private static final int AGENTS = 12;

  /** For what only shows where there are more than a few groups. */
  private static final int MANY_AGENTS = 24;

  private static final Set<Mutant> OF_MANY = Set.of(Mutant.KEEPS_TENANTS_OUT_OF_SUMMARIES);
  private static final int K = 3;
  private static final int SEEDS = 200;
  private static final int SPAWNS_PER_MINUTE = 240;
  private static final int MESSAGES_PER_MINUTE = 60;
  private static final Duration SAFETY = Duration.ofSeconds(100);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private MutantTable() {}

  /**
   * How a mutant fared.
   *
   * @param noticedBy the invariant that noticed, if one did
   * @param seed of the last run
   * @param wall how long it took
   */
  record Row(Mutant mutant, Optional<String> noticedBy, long seed, Duration wall) {

    /** Whether one of those noticed that have to. */
    boolean caught() {
      return noticedBy.filter(mutant.ailment().noticedBy()::contains).isPresent();
    }
  }

  static Row hunt(Mutant mutant) {
    long began = System.nanoTime();
    long seed = 0;
    while (seed < SEEDS && elapsed(began).compareTo(PATIENCE) < 0) {
      Row row = run(mutant, ++seed, began);
      if (row.noticedBy.isPresent()) {
        return row;
      }
    }
    return new Row(mutant, Optional.empty(), seed, elapsed(began));
  }

  /** As {@link #hunt(Mutant)}, but tries first a seed by which it was caught before. */
  static Row hunt(Mutant mutant, long known) {
    Row row = run(mutant, known, System.nanoTime());
    return row.noticedBy.isPresent() ? row : hunt(mutant);
  }

  private static Row run(Mutant mutant, long seed, long began) {
    Outcome outcome = new Simulation(plan(mutant, seed), mutant.factory(), true, List.of()).run();
    return new Row(mutant, outcome.violation().map(Violation::invariant), seed, elapsed(began));
  }

  /** With much more to do than usual, so that what is wrong shows. */
  private static FaultPlan plan(Mutant mutant, long seed) {
    return mutant
        .ailment()
        .profile()
        .plan(seed, OF_MANY.contains(mutant) ? MANY_AGENTS : AGENTS, K, SAFETY)
        .withWorkload(SPAWNS_PER_MINUTE, MESSAGES_PER_MINUTE);
  }

  private static Duration elapsed(long began) {
    return Duration.ofNanos(System.nanoTime() - began);
  }
}
