package io.nefele.contract;

import io.nefele.sim.world.SimulatedPackets;

class SimulatedPacketContractTest extends PacketContract {
  @Override
  PacketBed newBed(int loss, int duplication) {
    return new SimulatedPackets(1, loss, duplication);
  }
}
