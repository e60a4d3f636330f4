package io.nefele.agent.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import io.nefele.table.RowEvent;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProcessEventsTest {
  private static final AgentId OWNER = new AgentId(1);
  private static final AgentId PEER = new AgentId(2);
  private static final ProcessId PROCESS = new ProcessId(new AgentBoot(OWNER, 1), 1);
  private static final ProcessId OTHER = new ProcessId(new AgentBoot(OWNER, 1), 2);

  @Test
  void ofAProcessWhatLedToWhatComesInThatOrderWhateverTheClocksSay() {
    ProcessEvent.ToldBy started = told(OWNER, 5_000, RowEvent.Kind.STARTED, PROCESS, 3);
    ProcessEvent.ToldBy lost = told(PEER, 1_000, RowEvent.Kind.LOST, PROCESS, 3);
    ProcessEvent.ToldBy exited = told(OWNER, 4_000, RowEvent.Kind.EXITED, PROCESS, 4);
    ProcessEvent.ToldBy between = told(OWNER, 4_500, RowEvent.Kind.STARTED, OTHER, 5);
    assertEquals(
        List.of(started, lost, between, exited),
        ProcessEvents.inOrder(List.of(exited, between, lost, started)));
  }

  @Test
  void whatTwoAgentsHaveNoticedComesOnce() {
    ProcessEvent.ToldBy one = told(OWNER, 1_000, RowEvent.Kind.LOST, PROCESS, 3);
    ProcessEvent.ToldBy other = told(PEER, 1_010, RowEvent.Kind.LOST, PROCESS, 3);
    assertEquals(List.of(one), ProcessEvents.inOrder(List.of(other, one)));
  }

  private static ProcessEvent.ToldBy told(
      AgentId agent, long atMillis, RowEvent.Kind kind, ProcessId process, long change) {
    return new ProcessEvent.ToldBy(
        agent,
        new ProcessEvent(
            1, atMillis, kind, process, new Name("t"), Optional.empty(), 1, change, ""));
  }
}
