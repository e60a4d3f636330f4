package io.nefele.contract;

import io.nefele.hierarchy.jgroups.JGroupsGroups;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Groups mostly wait for silence to be noticed, so that several can at a time. */
@Execution(ExecutionMode.CONCURRENT)
class JGroupsGroupContractTest extends GroupContract {
  @Override
  JGroupsGroups newBed() {
    return new JGroupsGroups();
  }

  /** The simulator's links between members lose nothing that a cut does not. */
  @Test
  void broadcastsOfAllReachAllOverLinksThatLoseAndMixMessages() {
    ((JGroupsGroups) bed()).worsenLinks();
    broadcastEach(50, RED, agents);

    awaitHeard(agents, RED, 4 * 50);
  }
}
