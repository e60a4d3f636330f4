package io.nefele.agent.core;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.ProcessId;
import io.nefele.table.ProcessRow;
import java.time.Instant;
import java.util.function.Consumer;

/**
 * How processes get from one server to another: from drained ones and to those that have come
 * ({@link Moves}, {@link Rebalancing}, within the budgets of {@link Permits}), and from lost ones
 * ({@link Rescues}). And who gives way to others on their server ({@link GivingWay}).
 */
final class Relocations {
  private final Permits permits;
  private final Moves moves;
  private final Rebalancing rebalancing;
  private final Rescues rescues;
  private final GivingWay givingWay;

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
      Tenancy tenancy,
      Outbox outbox) {
    Widening widening = new Widening(self, fabric, tenancy::isDrained);
    this.permits = new Permits(new Keepers(self.agent(), fabric), outbox);
    this.moves =
        new Moves(
            directory, restarts, processes, widening, spawner, fences, errands, permits, outbox);
    this.rebalancing =
        new Rebalancing(
            self.agent(), fabric, directory, spawner, moves, tenancy::isDrained, outbox);
    this.rescues = new Rescues(self, fabric, report, directory, widening, spawner, errands, outbox);
    this.givingWay =
        new GivingWay(directory, restarts, processes, widening, spawner, moves, tenancy, outbox);
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
  void adopted(Instant now, ProcessId process) {
    givingWay.adopted(now, process);
    rebalancing.adopted(process);
  }

  /** Whether a process of which this agent hears that it ended is to be started elsewhere. */
  boolean isStopping(ProcessId process) {
    return moves.isStopping(process) || givingWay.isDisplacing(process);
  }

  /** A process has ended that is to be started elsewhere. */
  void stopped(Instant now, ProcessId process) {
    if (moves.isStopping(process)) {
      moves.stopped(now, process);
    } else {
      givingWay.ended(now, process);
    }
  }

  /**
   * Has the process of {@code row} give way to others of {@code priority}.
   *
   * @param then whether it has ended for that
   */
  void giveWay(Instant now, ProcessRow row, int priority, Consumer<Boolean> then) {
    givingWay.giveWay(now, row, priority, then);
  }

  /** A process is gone for good. */
  void gone(Instant now, ProcessId process) {
    moves.gone(now, process);
    givingWay.gone(process);
  }

  /** An agent is present that was not before, or in another life. */
  void agentCame(Instant now, AgentId agent) {
    permits.fabricChanged(now);
    rescues.agentCame(agent);
  }

  void agentLost(Instant now) {
    permits.fabricChanged(now);
    rescues.agentLost(now);
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
      case AgentTimer.GiveWayDue(var process) -> givingWay.due(process);
      case AgentTimer.DisplacedDue() -> givingWay.displacedDue(now);
      case AgentTimer.PermitsDue() -> permits.repeatDue();
      case AgentTimer.RebalanceDue() -> rebalancing.due(now);
      case AgentTimer.RescueDue() -> rescues.due(now);
    }
  }
}
