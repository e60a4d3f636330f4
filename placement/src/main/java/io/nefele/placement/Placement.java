package io.nefele.placement;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Core;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Placement of processes by offers (paper, section 5): masterless, and all or nothing.
 *
 * <p>A request is asked of a circle of agents, each of which answers from its own load with an
 * offer that it holds. The requester covers the request, commits it, and lets the processes run
 * only when every one of them is there. Each side bounds its patience, so that a crash on the other
 * side leaves nothing held.
 *
 * <p>A request that fails when some have been let go is withdrawn: whoever took part is told until
 * it has said that nothing is left of it. Until then, or for good if the requester crashes in the
 * middle of it, the share of those that had heard {@link PlacementMessage.Go} runs.
 */
public final class Placement implements Core<PlacementInput, PlacementEffect> {
  private final Ledger ledger;
  private final Participant participant;
  private final Requester requester;
  private final List<PlacementEffect> effects = new ArrayList<>();

  /**
   * @param capacity what this server gives away in all
   */
  public Placement(AgentBoot self, Resources capacity) {
    this(self, capacity, ServerFacts.NONE);
  }

  /**
   * @param capacity what this server gives away in all
   * @param facts what constraints may ask of this server
   */
  public Placement(AgentBoot self, Resources capacity, ServerFacts facts) {
    this.ledger = new Ledger(capacity);
    this.participant = new Participant(ledger, facts, effects);
    this.requester = new Requester(self, effects);
  }

  /** What this server has not promised to anybody. */
  public Resources free() {
    return ledger.free();
  }

  @Override
  public List<PlacementEffect> step(Instant now, PlacementInput input) {
    effects.clear();
    requester.tick(now);
    switch (input) {
      case PlacementInput.Requested requested -> requester.request(requested);
      case PlacementInput.CommitPlan(long token, var plan) -> requester.commitPlan(token, plan);
      case PlacementInput.Cancelled(long token) -> requester.cancel(token);
      case PlacementInput.Grouped(var group) -> participant.grouped(group);
      case PlacementInput.Received(AgentId from, PlacementMessage message) ->
          receive(from, message);
      case PlacementInput.Prepared(var key, var processes) -> participant.prepared(key, processes);
      case PlacementInput.PrepareFailed(var key, var reason) ->
          participant.prepareFailed(key, reason);
      case PlacementInput.Adopted(var process, var granted, var tags) ->
          ledger.adopt(process, granted, tags);
      case PlacementInput.Ended(var process) -> {
        ledger.release(process);
        participant.ended(process);
      }
      case PlacementInput.AgentLost(var agent) -> {
        requester.agentLost(agent);
        participant.requesterLost(agent);
      }
      case PlacementInput.TimerFired(PlacementTimer.Patience(var key)) ->
          requester.patienceEnded(key);
      case PlacementInput.TimerFired(PlacementTimer.Again(var key)) -> requester.again(key);
      case PlacementInput.TimerFired(PlacementTimer.Withdrawal(var key)) ->
          requester.withdrawalDue(key);
      case PlacementInput.TimerFired(PlacementTimer.HoldExpiry(var key)) -> participant.expire(key);
    }
    return List.copyOf(effects);
  }

  private void receive(AgentId from, PlacementMessage message) {
    switch (message) {
      case PlacementMessage.Ask ask -> participant.ask(ask);
      case PlacementMessage.Commit commit -> participant.commit(commit);
      case PlacementMessage.Go(var key) -> participant.go(key);
      case PlacementMessage.Abort abort -> participant.abort(abort);
      case PlacementMessage.Aborted(var key) -> requester.aborted(from, key);
      case PlacementMessage.Offer offer -> requester.offered(from, offer);
      case PlacementMessage.Ready ready -> requester.ready(from, ready);
      case PlacementMessage.Declined declined -> requester.declined(from, declined);
      case PlacementMessage.Keep keep -> participant.keep(keep);
      case PlacementMessage.Kept(var key) -> requester.kept(from, key);
      case PlacementMessage.Gone gone -> requester.gone(from, gone);
    }
  }
}
