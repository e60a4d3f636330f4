package io.nefele.sim.world;

import io.nefele.agent.core.AgentInput;
import io.nefele.agent.core.AgentTimer;

/**
 * A timer that runs; one that was replaced or cancelled is still in the queue, and does nothing.
 */
final class ArmedTimer implements Runnable {
  private final World world;
  private final Life life;
  private final AgentTimer timer;
  private final Object key;

  ArmedTimer(World world, Life life, AgentTimer timer) {
    this.world = world;
    this.life = life;
    this.timer = timer;
    this.key = keyOf(timer);
  }

  /** What equals for equal timers alone: the timer of the part that it is for. */
  static Object keyOf(AgentTimer timer) {
    return switch (timer) {
      case AgentTimer.Gossip(var inner) -> inner;
      case AgentTimer.Hierarchy t -> t;
      case AgentTimer.Relay(var inner) -> inner;
      case AgentTimer.Mailbox(var inner) -> inner;
      case AgentTimer.Placement(var inner) -> inner;
      case AgentTimer.Depot(var inner) -> inner;
      case AgentTimer.ShippingBeat t -> t;
      case AgentTimer.Quota(var inner) -> inner;
      case AgentTimer.RegistryComparison t -> t;
      case AgentTimer.HistoryNews t -> t;
      case AgentTimer.HistoryComparison t -> t;
      case AgentTimer.TableDigest t -> t;
      case AgentTimer.TableNews t -> t;
      case AgentTimer.RowsOverdue t -> t;
      case AgentTimer.QueryDeadline t -> t;
      case AgentTimer.HoldingsDue t -> t;
      case AgentTimer.HoldingsOverdue t -> t;
      case AgentTimer.SpawnDeadline t -> t;
      case AgentTimer.ErrandDeadline t -> t;
      case AgentTimer.RestartDue t -> t;
      case AgentTimer.GiveWayDue t -> t;
      case AgentTimer.DisplacedDue t -> t;
      case AgentTimer.MoveDue t -> t;
      case AgentTimer.PermitsDue t -> t;
      case AgentTimer.RebalanceDue t -> t;
      case AgentTimer.RescueDue t -> t;
      case AgentTimer.FenceDue t -> t;
      case AgentTimer.StartOrderDue t -> t;
      case AgentTimer.HealthDue t -> t;
      case AgentTimer.HealthOverdue t -> t;
      case AgentTimer.Measure t -> t;
      case AgentTimer.ProfileRefresh t -> t;
      case AgentTimer.LookForNearer t -> t;
      case AgentTimer.Call(var inner) -> inner;
      case AgentTimer.RoundDue t -> t;
      case AgentTimer.OutsideDue t -> t;
      case AgentTimer.LoadsDue t -> t;
      case AgentTimer.ConfirmDue t -> t;
      case AgentTimer.InterestsDue t -> t;
      case AgentTimer.PoolsDue t -> t;
      case AgentTimer.SlowSubscribersDue t -> t;
    };
  }

  Object key() {
    return key;
  }

  @Override
  public void run() {
    if (life.timers.fire(this)) {
      world.give(life, new AgentInput.TimerFired(timer));
    }
  }
}
