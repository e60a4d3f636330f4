package io.nefele.agent.core;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.InvariantViolation;
import io.nefele.core.ProcessId;
import io.nefele.placement.Component;
import io.nefele.placement.Decision;
import io.nefele.placement.Placement;
import io.nefele.placement.PlacementEffect;
import io.nefele.placement.PlacementInput;
import io.nefele.placement.PlacementMessage;
import io.nefele.placement.PlacementTimer;
import io.nefele.placement.RequestKey;
import io.nefele.placement.Resources;
import io.nefele.placement.ServerFacts;
import io.nefele.placement.Tags;
import io.nefele.table.ProcessRow;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Predicate;

/** Places processes: the placement core, between the callers that wait and the local processes. */
final class Spawner {
  private final Outbox outbox;
  private final Placement placement;
  private final LocalProcesses processes;
  private Optional<Preemptions> preemptions = Optional.empty();
  private final Map<Long, Placed> callers = new LinkedHashMap<>();
  private long lastToken;

  /** What to do with the outcome of a spawn; exactly one of these is called. */
  interface Placed {
    void placed(List<ProcessId> processes, Decision decision);

    void planned(Decision decision);

    void refused(PlacementEffect.Refusal refusal, Optional<Decision> decision);
  }

  /** Ends processes of this server that give way to others. */
  interface Preemptions {
    void preempt(Instant now, ProcessId process);
  }

  /**
   * @param present whether an agent is a member of the fabric now
   */
  Spawner(
      AgentBoot self,
      Resources capacity,
      ServerFacts facts,
      Predicate<AgentId> present,
      LocalProcesses processes,
      Outbox outbox) {
    this.outbox = outbox;
    this.placement = new Placement(self, capacity, facts, present);
    this.processes = processes;
  }

  /** Before anything else, by whoever ends what gives way. */
  void listen(Preemptions its) {
    preemptions = Optional.of(its);
  }

  Resources free() {
    return placement.free();
  }

  /**
   * @param keep if more than zero, the places are held so long and no process is made yet
   * @param circles whom to ask, nearest first
   * @return by which it can be cancelled
   */
  long spawn(
      Instant now,
      List<Component> components,
      Duration keep,
      List<List<AgentId>> circles,
      Placed then) {
    long token = ++lastToken;
    callers.put(token, then);
    input(now, new PlacementInput.Requested(token, components, keep, circles));
    return token;
  }

  /** Makes the processes of a plan of this agent. */
  long commitPlan(Instant now, RequestKey plan, Placed then) {
    long token = ++lastToken;
    callers.put(token, then);
    input(now, new PlacementInput.CommitPlan(token, plan));
    return token;
  }

  /** Lets go of the places of a plan of this agent. */
  void dropPlan(Instant now, RequestKey plan) {
    input(now, new PlacementInput.PlanDropped(plan));
  }

  /** Whoever asked is gone; what runs already goes on. */
  void cancel(Instant now, long token) {
    if (callers.containsKey(token)) {
      input(now, new PlacementInput.Cancelled(token));
    }
  }

  /** What this agent knows of how a request ends that it made or takes part in. */
  Placement.Fate fateOf(RequestKey request) {
    return placement.fateOf(request);
  }

  /** This server takes nothing more from now on, or does again. */
  void drained(Instant now, boolean drained) {
    input(now, new PlacementInput.Drained(drained));
  }

  /** This server is in that group at level 0 now. */
  void grouped(Instant now, String group) {
    input(now, new PlacementInput.Grouped(group));
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

  void reopened(Instant now, SortedMap<RequestKey, List<AgentId>> open) {
    open.forEach((key, with) -> input(now, new PlacementInput.Reopened(key, with)));
  }

  void adopted(Instant now, ProcessRow row) {
    if (row.isDisplaced()) {
      return;
    }
    Resources granted = Resources.of(row.cpuMillis(), row.memoryBytes(), row.resources());
    Tags tags = new Tags(row.tenant(), row.name(), row.labels());
    input(
        now, new PlacementInput.Adopted(row.id(), granted, tags, RequestKey.parse(row.request())));
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

  /** A batch takes longer, as its program is still on its way here. */
  void stillPreparing(Instant now, RequestKey key) {
    input(now, new PlacementInput.StillPreparing(key));
  }

  private void input(Instant now, PlacementInput input) {
    for (PlacementEffect effect : placement.step(now, input)) {
      switch (effect) {
        case PlacementEffect.Send(var to, var message) ->
            outbox.send(to, new AgentMessage.OfPlacement(message));
        case PlacementEffect.Prepare(var key, var components, boolean gated, var participants) ->
            processes.prepare(key, components, gated, participants);
        case PlacementEffect.Unprepare(var key) ->
            processes.unprepare(key).ifPresent(outcome -> prepared(now, outcome));
        case PlacementEffect.Preempt(var ids) ->
            ids.forEach(process -> preemptions.orElseThrow().preempt(now, process));
        case PlacementEffect.KeepOpen(var key, var participants) ->
            outbox.add(new AgentEffect.KeepOpenRequest(key, participants));
        case PlacementEffect.ForgetOpen(var key) ->
            outbox.add(new AgentEffect.ForgetOpenRequest(key));
        case PlacementEffect.Release(var ids) -> processes.release(now, ids);
        case PlacementEffect.Discard(var ids) -> processes.discard(now, ids);
        case PlacementEffect.SetTimer(var timer, var delay) ->
            outbox.setTimer(new AgentTimer.Placement(timer), delay);
        case PlacementEffect.CancelTimer(var timer) ->
            outbox.cancelTimer(new AgentTimer.Placement(timer));
        case PlacementEffect.Placed(long token, var ids, var decision) ->
            take(token).placed(ids, decision);
        case PlacementEffect.Planned(long token, var decision) -> take(token).planned(decision);
        case PlacementEffect.Refused(long token, var refusal, var decision) ->
            take(token).refused(refusal, decision);
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
