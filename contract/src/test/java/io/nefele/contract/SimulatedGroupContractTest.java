package io.nefele.contract;

import io.nefele.sim.world.SimulatedGroups;

class SimulatedGroupContractTest extends GroupContract {
  @Override
  GroupBed newBed() {
    return new SimulatedGroups(1);
  }
}
