package io.nefele.bench.convergence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.bench.convergence.Finding.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Fleets mostly wait for each other, so that several can at a time. */
@Execution(ExecutionMode.CONCURRENT)
class TrialTest {
  private static final Duration DEADLINE = Duration.ofSeconds(60);
  private static final Duration REST = Duration.ofMillis(1);

  @Test
  void ourGossipComesThroughAllPhases() throws Exception {
    List<Finding> found = new ArrayList<>();
    new Trial(Contestant.NEFELE, 4, DEADLINE, REST, found::add).run();
    List<Phase> phases = new ArrayList<>(TrialKind.MEMBERSHIP.reported());
    phases.addFirst(Phase.STARTED);
    assertEquals(phases, found.stream().map(Finding::phase).toList());
    assertTrue(found.stream().allMatch(Finding::reached), found.toString());
  }

  /** The class path holds what each peer needs, and its members find each other. */
  @ParameterizedTest
  @EnumSource(names = {"ATOMIX_TUNED", "SCALECUBE_LOCAL", "PEKKO", "JGROUPS"})
  void membersOfAPeerSeeEachOther(Contestant contestant) throws Exception {
    List<Finding> found = new ArrayList<>();
    try (Fleet fleet = contestant.fleet(3, new TreeSet<>(Set.of(2)))) {
      long begin = System.nanoTime();
      fleet.start();
      assertTrue(
          new Trial(contestant, 3, DEADLINE, REST, found::add).awaitAllSeeAll(fleet, begin),
          found.toString());
    }
  }
}
