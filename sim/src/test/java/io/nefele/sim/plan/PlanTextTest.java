package io.nefele.sim.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.sim.plan.PlanText.NoPlan;
import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PlanTextTest {

  @Property(tries = 200)
  void aPlanIsReadAsItWasWritten(
      @ForAll long seed, @ForAll FaultProfile profile, @ForAll @IntRange(min = 1, max = 40) int n)
      throws NoPlan {
    FaultPlan plan = profile.plan(seed, n, 3, Duration.ofSeconds(90));

    assertEquals(plan, PlanText.read(PlanText.write(plan)));
  }

  @Property(tries = 50)
  void theSameSeedMakesTheSamePlan(@ForAll long seed, @ForAll FaultProfile profile) {
    Duration safety = Duration.ofSeconds(60);

    assertEquals(profile.plan(seed, 12, 3, safety), profile.plan(seed, 12, 3, safety));
  }

  @Test
  void aPlanOfAnotherVersionIsRefusedByName() {
    String text =
        PlanText.write(FaultProfile.MILD.plan(1, 3, 3, Duration.ofSeconds(9)))
            .replace("nefele-fault-plan 1", "nefele-fault-plan 2");

    NoPlan refusal = assertThrows(NoPlan.class, () -> PlanText.read(text));

    assertTrue(String.valueOf(refusal.getMessage()).contains("another version"), refusal::toString);
  }

  @Test
  void aLineThatIsNoFaultIsShown() {
    String text =
        PlanText.write(FaultProfile.NONE.plan(1, 3, 3, Duration.ofSeconds(9)))
            + "1000 frobnicate 1\n";

    NoPlan refusal = assertThrows(NoPlan.class, () -> PlanText.read(text));

    assertTrue(String.valueOf(refusal.getMessage()).contains("frobnicate"), refusal::toString);
  }

  @Test
  void aMissingSettingIsNamed() {
    String text =
        PlanText.write(FaultProfile.NONE.plan(1, 3, 3, Duration.ofSeconds(9)))
            .replace("links 0 0 0 0\n", "");

    NoPlan refusal = assertThrows(NoPlan.class, () -> PlanText.read(text));

    assertTrue(String.valueOf(refusal.getMessage()).contains("'links'"), refusal::toString);
  }
}
