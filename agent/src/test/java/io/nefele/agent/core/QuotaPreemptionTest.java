package io.nefele.agent.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Name;
import io.nefele.core.Priority;
import io.nefele.core.ProcessId;
import io.nefele.core.Sizing;
import io.nefele.table.Health;
import io.nefele.table.ProcessRow;
import io.nefele.table.ProcessState;
import io.nefele.table.RowView;
import io.nefele.table.Usage;
import io.nefele.table.tenant.Quota;
import io.nefele.table.tenant.Use;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Who gives way where a tenant's quota is reached. */
class QuotaPreemptionTest {
  private static final AgentBoot AGENT = new AgentBoot(new AgentId(1), 1);

  private final List<RowView> rows = new ArrayList<>();

  /** The later ones are the younger ones. */
  private ProcessId runs(int cpuMillis, int priority) {
    ProcessId id = new ProcessId(AGENT, rows.size() + 1);
    rows.add(
        new RowView(
            new ProcessRow(
                id,
                ProcessRow.Kind.PROCESS,
                new Name("tenant"),
                Optional.empty(),
                List.of("sleep", "9"),
                ProcessState.RUNNING,
                Optional.empty(),
                rows.size() + 1,
                rows.size() + 1,
                cpuMillis,
                0,
                List.of(),
                List.of(Priority.label(priority)),
                "",
                Usage.NONE,
                false,
                0,
                List.of(),
                Health.UNCHECKED,
                Optional.empty(),
                false,
                Sizing.AS_ASKED),
            0));
    return id;
  }

  private List<ProcessId> victims(Quota quota, int processes, int cpuMillis, int priority) {
    return QuotaPreemption.victims(quota, rows, Use.of(processes, cpuMillis, 0), priority);
  }

  @Test
  void theLowestGoFirst_andOfThoseTheYoungest() {
    runs(0, 0);
    runs(0, -5);
    ProcessId youngest = runs(0, -5);
    assertEquals(List.of(youngest), victims(new Quota(3, 0, 0), 1, 0, 1));
  }

  @Test
  void nobodyGoes_whoMattersAsMuch() {
    runs(0, 1);
    assertEquals(List.of(), victims(new Quota(1, 0, 0), 1, 0, 1));
  }

  @Test
  void nobodyGoes_whereAllWouldNotBeEnough() {
    runs(500, 0);
    runs(500, 5);
    assertEquals(List.of(), victims(new Quota(0, 1000, 0), 1, 600, 1));
  }

  @Test
  void whoIsNotNeededInTheEnd_isLetOff() {
    ProcessId large = runs(900, 0);
    runs(100, 0);
    assertEquals(List.of(large), victims(new Quota(0, 1000, 0), 1, 900, 1));
  }
}
