package io.nefele.table.tenant;

import io.nefele.core.AgentId;
import io.nefele.core.Core;
import io.nefele.core.Name;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Holds tenants to their quotas: before an agent places processes it asks the tenant's keeper,
 * which knows what all use and sets aside what it has granted.
 *
 * <p>While all agents reach each other, no spawns on however many of them, together, pass a quota.
 * In a partition each side has a keeper of its own, which counts what it can see and what it
 * remembers of agents that are gone; the sides together may pass the quota. Nothing is ended for
 * that when they meet again, but nothing more is started until the use is below the quota.
 */
public final class Quotas implements Core<QuotaInput, QuotaEffect> {
  private final QuotaRequests requests;
  private final QuotaKeeper keeper;
  private final Keepers keepers = new Keepers();
  private final List<QuotaEffect> effects = new ArrayList<>();

  /**
   * @param present all agents that are there, this one among them
   * @param quota of a tenant
   */
  public Quotas(AgentId self, Supplier<SortedSet<AgentId>> present, Function<Name, Quota> quota) {
    this.requests = new QuotaRequests(present, quota, effects);
    this.keeper = new QuotaKeeper(self, present, quota, effects);
  }

  @Override
  public List<QuotaEffect> step(Instant now, QuotaInput input) {
    effects.clear();
    switch (input) {
      case QuotaInput.Wanted wanted -> requests.want(now, wanted);
      case QuotaInput.Placed placed -> requests.placed(now, placed);
      case QuotaInput.Received(var from, QuotaMessage.Reserve reserve) ->
          keeper.reserve(now, from, reserve);
      case QuotaInput.Received(var from, QuotaMessage.Settled settled) ->
          keeper.settle(now, from, settled);
      case QuotaInput.Received(var from, QuotaMessage.Granted(long number)) ->
          requests.granted(now, from, number);
      case QuotaInput.Received(var from, QuotaMessage.Exceeded(long number, var reason)) ->
          requests.exceeded(from, number, reason);
      case QuotaInput.Received(var from, QuotaMessage.TryAgain(long number, var reason)) ->
          requests.putOff(from, number, reason);
      case QuotaInput.Counted(var tenant, var reports, var missing) ->
          keeper.counted(now, tenant, reports, missing);
      case QuotaInput.TimerFired(QuotaTimer.AskAgain(long token)) -> requests.askAgain(now, token);
      case QuotaInput.TimerFired(QuotaTimer.LookAgain(var tenant)) -> keeper.lookAgain(now, tenant);
    }
    return List.copyOf(effects);
  }

  /**
   * This agent's answer to a keeper that counts.
   *
   * @param use of the processes of this server
   * @param epoch of this agent
   * @param counter the last that it gave to a process
   * @param lost what it knows of agents that are gone
   */
  public UseReport report(
      Instant now,
      Name tenant,
      AgentId asker,
      Use use,
      int epoch,
      int counter,
      List<UseReport.Lost> lost) {
    boolean bound = keepers.promise(now, tenant, asker);
    return new UseReport(
        bound, use, epoch, counter, requests.open(now, tenant), requests.lately(now, tenant), lost);
  }
}
