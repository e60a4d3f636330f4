package io.nefele.agent.core;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.ProcessId;
import java.time.Instant;
import java.util.function.Predicate;

/**
 * How processes get from one server to another: from drained ones and to those that have come
 * ({@link Moves}, {@link Rebalancing}, within the budgets of {@link Permits}), and from lost ones
 * ({@link Rescues}).
 */
final class Relocations {
  private final Permits permits;
  private final Moves moves;
  private final Rebalancing rebalancing;
  private final Rescues rescues;

  /**
   * @param isDrained whether an agent takes no processes
   */
  Relocations(
      AgentBoot self,
      Fabric fabric,
      FabricReport report,
      Directory directory,
      Restarts restarts,
      LocalProcesses processes,
      Spawner spawner,
      Fences fences,
      Errands errands,
      Predicate<AgentId> isDrained,
      Outbox outbox) {
    Widening widening = new Widening(self, fabric, isDrained);
    this.permits = new Permits(new Keepers(self.agent(), fabric), outbox);
    this.moves =
        new Moves(
            directory, restarts, processes, widening, spawner, fences, errands, permits, outbox);
    this.rebalancing =
        new Rebalancing(self.agent(), fabric, directory, spawner, moves, isDrained, outbox);
    this.rescues = new Rescues(self, fabric, report, directory, widening, spawner, outbox);
  }

  /** Before anything else. */
  void start(Instant now) {
    permits.fabricChanged(now);
  }

  /** This server is drained from now on, or no more. */
  void drained(Instant now, boolean is) {
    moves.drained(now, is);
  }

  /** A process is there on this server. */
  void started(Instant now, ProcessId process) {
    moves.started(now, process);
    rebalancing.started(process);
  }

  /** A process is there that an earlier life of this agent has started. */
  void adopted(ProcessId process) {
    rebalancing.adopted(process);
  }

  /** Whether the end of {@code process} is a step of its move. */
  boolean isStopping(ProcessId process) {
    return moves.isStopping(process);
  }

  /** A process has ended that is to be started elsewhere. */
  void stopped(Instant now, ProcessId process) {
    moves.stopped(now, process);
  }

  /** A process is gone for good. */
  void gone(Instant now, ProcessId process) {
    moves.gone(now, process);
  }

  /** An agent is present that was not before, or in another life. */
  void agentCame(Instant now, AgentId agent) {
    permits.fabricChanged(now);
    rescues.agentCame(agent);
  }

  void agentLost(Instant now) {
    permits.fabricChanged(now);
    rescues.lookSoon();
  }

  /** The group has changed, or rows have come. */
  void lookSoon() {
    rescues.lookSoon();
  }

  void received(Instant now, AgentId from, DisruptionMessage message) {
    permits.received(now, from, message);
  }

  void timerFired(Instant now, AgentTimer.ForRelocations timer) {
    switch (timer) {
      case AgentTimer.MoveDue(var process) -> moves.due(now, process);
      case AgentTimer.PermitsDue() -> permits.repeatDue();
      case AgentTimer.RebalanceDue() -> rebalancing.due(now);
      case AgentTimer.RescueDue() -> rescues.due(now);
    }
  }
}
