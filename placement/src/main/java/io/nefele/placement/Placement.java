package io.nefele.placement;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Core;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Placement of processes by offers (paper, section 5): masterless, and all or nothing.
 *
 * <p>A request is asked of a circle of agents, each of which answers from its own load with an
 * offer that it holds. The requester covers the request, commits it, and lets the processes run
 * only when every one of them is there. Each side bounds its patience, so that a crash on the other
 * side leaves nothing held.
 *
 * <p>A request that fails when some have been let go is withdrawn: whoever took part is told until
 * it has said that nothing is left of it. If the requester is lost in the middle of it, the
 * participants finish or abort together ({@link Inquests}).
 */
public final class Placement implements Core<PlacementInput, PlacementEffect> {
  private final Ledger ledger;
  private final Participant participant;
  private final Requester requester;
  private final Withdrawals withdrawals;
  private final Inquests inquests;

  /** Agents that are gone from the fabric and have not been heard of since. */
  private final SortedSet<AgentId> lost = new TreeSet<>();

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
    this(self, capacity, facts, agent -> true);
  }

  /**
   * @param capacity what this server gives away in all
   * @param facts what constraints may ask of this server
   * @param present whether an agent is a member of the fabric now; besides it, input tells who is
   *     lost
   */
  public Placement(
      AgentBoot self, Resources capacity, ServerFacts facts, Predicate<AgentId> present) {
    this.ledger = new Ledger(capacity);
    this.withdrawals = new Withdrawals(effects);
    Predicate<AgentId> there = agent -> agent.equals(self.agent()) || present.test(agent);
    this.participant = new Participant(ledger, facts, new Deputies(lost, there), effects);
    this.requester = new Requester(self, withdrawals, effects);
    this.inquests = new Inquests(lost, there, withdrawals, effects);
  }

  /** What this server has not promised to anybody. */
  public Resources free() {
    return ledger.free();
  }

  /** What this agent, that made a request or takes part in it, knows of how it ends. */
  public enum Fate {
    /** This agent called it off, and not all that took part have said that nothing is left. */
    CALLED_OFF,
    /** It may still be called off. */
    OPEN,
    /** It goes ahead, or is over, or was never heard of. */
    NOTHING_TO_UNDO
  }

  public Fate fateOf(RequestKey request) {
    if (withdrawals.isOpen(request)) {
      return Fate.CALLED_OFF;
    }
    return requester.isUndecided(request)
            || participant.isUndecided(request)
            || inquests.isOpen(request)
        ? Fate.OPEN
        : Fate.NOTHING_TO_UNDO;
  }

  @Override
  public List<PlacementEffect> step(Instant now, PlacementInput input) {
    effects.clear();
    requester.tick(now);
    switch (input) {
      case PlacementInput.Requested requested -> requester.request(requested);
      case PlacementInput.CommitPlan(long token, var plan) -> requester.commitPlan(token, plan);
      case PlacementInput.PlanDropped(var plan) -> requester.dropPlan(plan);
      case PlacementInput.Cancelled(long token) -> requester.cancel(token);
      case PlacementInput.Drained(boolean drained) -> participant.drained(drained);
      case PlacementInput.Grouped(var group) -> participant.grouped(group);
      case PlacementInput.Received(AgentId from, PlacementMessage message) ->
          receive(from, message);
      case PlacementInput.Prepared(var key, var processes) -> participant.prepared(key, processes);
      case PlacementInput.StillPreparing(var key) -> participant.stillPreparing(key);
      case PlacementInput.PrepareFailed(var key, var reason) ->
          participant.prepareFailed(key, reason);
      case PlacementInput.Reopened(var key, var participants) ->
          participant.reopened(key, participants);
      case PlacementInput.Adopted(var process, var granted, var tags, var key) -> {
        ledger.adopt(process, granted, tags);
        key.ifPresent(its -> participant.adopted(its, process));
      }
      case PlacementInput.Ended(var process) -> {
        ledger.release(process);
        participant.ended(process);
      }
      case PlacementInput.AgentLost(var agent) -> {
        lost.add(agent);
        requester.agentLost(agent);
        participant.requesterLost(agent);
        inquests.agentLost();
      }
      case PlacementInput.TimerFired(PlacementTimer.Patience(var key)) ->
          requester.patienceEnded(key);
      case PlacementInput.TimerFired(PlacementTimer.Again(var key)) -> requester.again(key);
      case PlacementInput.TimerFired(PlacementTimer.Withdrawal(var key)) ->
          requester.withdrawalDue(key);
      case PlacementInput.TimerFired(PlacementTimer.Inquest(var key)) -> inquests.due(key);
      case PlacementInput.TimerFired(PlacementTimer.HoldExpiry(var key)) -> participant.expire(key);
    }
    return List.copyOf(effects);
  }

  private void receive(AgentId from, PlacementMessage message) {
    lost.remove(from);
    switch (message) {
      case PlacementMessage.Ask ask -> participant.ask(ask);
      case PlacementMessage.Commit commit -> participant.commit(commit);
      case PlacementMessage.Go(var key) -> participant.go(key);
      case PlacementMessage.Abort abort -> participant.abort(from, abort);
      case PlacementMessage.Inquire(var key) -> participant.inquire(from, key);
      case PlacementMessage.Verdict(var key) -> {
        participant.verdict(key);
        requester.verdict(key);
      }
      case PlacementMessage.Settled(var key) -> participant.settle(key);
      case PlacementMessage.Doubt doubt -> inquests.doubted(from, doubt);
      case PlacementMessage.Standing standing -> inquests.told(from, standing);
      case PlacementMessage.Aborted(var key) -> requester.aborted(from, key);
      case PlacementMessage.Offer offer -> requester.offered(from, offer);
      case PlacementMessage.Ready ready -> requester.ready(from, ready);
      case PlacementMessage.Working(var key) -> {
        requester.working(from, key);
        participant.othersAreWorking(key);
      }
      case PlacementMessage.Declined declined -> requester.declined(from, declined);
      case PlacementMessage.Keep keep -> participant.keep(keep);
      case PlacementMessage.Kept(var key) -> requester.kept(from, key);
      case PlacementMessage.Gone gone -> requester.gone(from, gone);
    }
  }
}
