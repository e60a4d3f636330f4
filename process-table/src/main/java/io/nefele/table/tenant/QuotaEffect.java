package io.nefele.table.tenant;

import io.nefele.core.AgentId;
import io.nefele.core.Name;
import java.time.Duration;

/** What {@link Quotas} want done. */
public sealed interface QuotaEffect {

  /** To an agent, this one included. */
  record Send(AgentId to, QuotaMessage message) implements QuotaEffect {}

  /** Have all agents report what {@code tenant} uses; answered by {@link QuotaInput.Counted}. */
  record Count(Name tenant) implements QuotaEffect {}

  record SetTimer(QuotaTimer timer, Duration delay) implements QuotaEffect {}

  record CancelTimer(QuotaTimer timer) implements QuotaEffect {}

  /** The processes may be placed; {@link QuotaInput.Placed} has to follow. */
  record Admitted(long token) implements QuotaEffect {}

  /** They may not. */
  record Refused(long token, String reason) implements QuotaEffect {}
}
