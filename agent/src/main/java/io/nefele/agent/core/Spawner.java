package io.nefele.agent.core;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.InvariantViolation;
import io.nefele.core.ProcessId;
import io.nefele.placement.Component;
import io.nefele.placement.Placement;
import io.nefele.placement.PlacementEffect;
import io.nefele.placement.PlacementInput;
import io.nefele.placement.PlacementMessage;
import io.nefele.placement.PlacementTimer;
import io.nefele.placement.Resources;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Places processes: the placement core, between the callers that wait and the local processes. */
final class Spawner {
  private final Outbox outbox;
  private final Placement placement;
  private final LocalProcesses processes;
  private final Map<Long, Placed> callers = new LinkedHashMap<>();
  private long lastToken;

  /** What to do with the outcome of a spawn; exactly one of the two is called. */
  interface Placed {
    void placed(List<ProcessId> processes);

    void refused(PlacementEffect.Refusal refusal);
  }

  Spawner(AgentBoot self, Resources capacity, LocalProcesses processes, Outbox outbox) {
    this.outbox = outbox;
    this.placement = new Placement(self, capacity);
    this.processes = processes;
  }

  Resources free() {
    return placement.free();
  }

  /**
   * @param circles whom to ask, nearest first
   */
  void spawn(Instant now, List<Component> components, List<List<AgentId>> circles, Placed then) {
    long token = ++lastToken;
    callers.put(token, then);
    input(now, new PlacementInput.Requested(token, components, circles));
  }

  void received(Instant now, AgentId from, PlacementMessage message) {
    input(now, new PlacementInput.Received(from, message));
  }

  void agentLost(Instant now, AgentId agent) {
    input(now, new PlacementInput.AgentLost(agent));
  }

  void timerFired(Instant now, PlacementTimer timer) {
    input(now, new PlacementInput.TimerFired(timer));
  }

  void adopted(Instant now, ProcessId process, Resources granted) {
    input(now, new PlacementInput.Adopted(process, granted));
  }

  void ended(Instant now, ProcessId process) {
    input(now, new PlacementInput.Ended(process));
  }

  /** How a batch that was to be prepared here turned out. */
  void prepared(Instant now, LocalProcesses.Prepared outcome) {
    input(
        now,
        switch (outcome) {
          case LocalProcesses.Prepared.Done(var key, var made) ->
              new PlacementInput.Prepared(key, made);
          case LocalProcesses.Prepared.Failed(var key, var reason) ->
              new PlacementInput.PrepareFailed(key, reason);
        });
  }

  private void input(Instant now, PlacementInput input) {
    for (PlacementEffect effect : placement.step(now, input)) {
      switch (effect) {
        case PlacementEffect.Send(var to, var message) ->
            outbox.send(to, new AgentMessage.OfPlacement(message));
        case PlacementEffect.Prepare(var key, var components, boolean gated) ->
            processes.prepare(key, components, gated);
        case PlacementEffect.Release(var ids) -> processes.release(now, ids);
        case PlacementEffect.Discard(var ids) -> processes.discard(now, ids);
        case PlacementEffect.SetTimer(var timer, var delay) ->
            outbox.setTimer(new AgentTimer.Placement(timer), delay);
        case PlacementEffect.CancelTimer(var timer) ->
            outbox.cancelTimer(new AgentTimer.Placement(timer));
        case PlacementEffect.Placed(long token, var ids) -> take(token).placed(ids);
        case PlacementEffect.Refused(long token, var refusal) -> take(token).refused(refusal);
      }
    }
  }

  private Placed take(long token) {
    Placed then = callers.remove(token);
    if (then == null) {
      throw new InvariantViolation("two outcomes for spawn " + token);
    }
    return then;
  }
}
