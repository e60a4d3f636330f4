package io.nefele.agent.core;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class DisruptionBudgetsTest {
  private static final Name TENANT = new Name("tenant");
  private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");
  private static final Instant CALM = START.plus(DisruptionBudgets.LEASE);

  private final DisruptionBudgets budgets = new DisruptionBudgets();

  DisruptionBudgetsTest() {
    budgets.fabricChanged(START);
  }

  @Test
  void noMoreThanTheBudgetAreGranted_andTheNextWhenOneIsOver() {
    assertTrue(budgets.asked(CALM, may("web", 1, 2, false)));
    assertTrue(budgets.asked(CALM, may("web", 2, 2, false)));
    assertFalse(budgets.asked(CALM, may("web", 3, 2, false)));
    budgets.over(new DisruptionMessage.Over(TENANT, new Name("web"), process(1)));
    assertTrue(budgets.asked(CALM, may("web", 3, 2, false)));
  }

  @Test
  void eachNameHasABudgetOfItsOwn() {
    assertTrue(budgets.asked(CALM, may("web", 1, 1, false)));
    assertTrue(budgets.asked(CALM, may("db", 2, 1, false)));
  }

  @Test
  void whatIsGrantedOnceIsGrantedWhenAskedAgain() {
    assertTrue(budgets.asked(CALM, may("web", 1, 1, false)));
    assertTrue(budgets.asked(CALM, may("web", 1, 1, false)));
  }

  @Test
  void whatIsNotSaidAgainIsOver() {
    assertTrue(budgets.asked(CALM, may("web", 1, 1, false)));
    Instant later = CALM.plus(DisruptionBudgets.LEASE).plusMillis(1);
    assertTrue(budgets.asked(later, may("web", 2, 1, false)));
  }

  @Test
  void afterAChangeNothingIsGranted_untilThoseWhoHaveItElsewhereHaveSaidSo() {
    assertFalse(budgets.asked(START, may("web", 1, 1, false)));
    assertTrue(budgets.asked(START, may("web", 2, 1, true)));
    assertFalse(budgets.asked(CALM, may("web", 1, 1, false)));
  }

  private static DisruptionMessage.May may(String name, int process, int budget, boolean held) {
    return new DisruptionMessage.May(TENANT, new Name(name), budget, process(process), held);
  }

  private static ProcessId process(int number) {
    return new ProcessId(new AgentBoot(new AgentId(1), 1), number);
  }
}
