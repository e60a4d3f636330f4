package io.nefele.contract;

import io.nefele.hierarchy.jgroups.JGroupsGroups;
import org.junit.jupiter.api.Test;

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
