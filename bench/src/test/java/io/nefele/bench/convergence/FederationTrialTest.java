package io.nefele.bench.convergence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.bench.convergence.Finding.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Makes network namespaces, which only root may. */
class FederationTrialTest {
  @Test
  void ourGossipComesThroughAllPhases() throws Exception {
    List<Finding> found = new ArrayList<>();
    new FederationTrial(Contestant.NEFELE, 4, Duration.ofSeconds(60), found::add).run();
    List<Phase> phases = new ArrayList<>(TrialKind.FEDERATION.reported());
    phases.addFirst(Phase.STARTED);
    assertEquals(phases, found.stream().map(Finding::phase).toList());
    assertTrue(found.stream().allMatch(Finding::reached), found.toString());
  }
}
