package io.nefele.table.tenant;

import io.nefele.core.AgentId;
import io.nefele.core.Name;
import java.util.List;
import java.util.SortedMap;

/** What happens to {@link Quotas}. */
public sealed interface QuotaInput {

  /**
   * This agent is about to place processes.
   *
   * @param token the caller's own, comes back with the answer
   */
  record Wanted(long token, Name tenant, Use use) implements QuotaInput {}

  /**
   * The placing that was admitted has ended.
   *
   * @param processes that it made; none if it failed
   */
  record Placed(long token, List<UseReport.Placed> processes) implements QuotaInput {}

  record Received(AgentId from, QuotaMessage message) implements QuotaInput {}

  /**
   * The outcome of {@link QuotaEffect.Count}.
   *
   * @param missing who should have answered and did not
   */
  record Counted(Name tenant, SortedMap<AgentId, UseReport> reports, List<AgentId> missing)
      implements QuotaInput {}

  record TimerFired(QuotaTimer timer) implements QuotaInput {}
}
