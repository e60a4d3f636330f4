package io.nefele.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.nefele.hierarchy.jgroups.JGroupsGroups;
import io.nefele.sim.world.SimulatedGroups;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole runs against all rules, and each rule against a run that breaks it. */
class RecordedRunTest {
  private static final List<GroupEvent> SIMULATED = EightAgents.record(new SimulatedGroups(1));

  @Test
  void aRunOverJGroupsKeepsAllRulesAndBrokenItBreaksThem() {
    List<GroupEvent> run = EightAgents.record(new JGroupsGroups());

    GroupRules.checkSettled(run);
    for (BrokenRun fault : BrokenRun.values()) {
      assertCaught(fault, run);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void aRunOfTheSimulatorKeepsAllRules(long seed) {
    GroupRules.checkSettled(EightAgents.record(new SimulatedGroups(seed)));
  }

  @ParameterizedTest
  @EnumSource
  void aBrokenTransportIsCaught(BrokenRun fault) {
    assertCaught(fault, SIMULATED);
  }

  private static void assertCaught(BrokenRun fault, List<GroupEvent> run) {
    RuleBroken broken =
        assertThrows(
            RuleBroken.class, () -> GroupRules.checkSettled(fault.of(run)), fault::toString);
    assertEquals(fault.broken(), broken.rule(), () -> fault + " was caught as " + broken);
  }
}
