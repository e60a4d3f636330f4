package io.nefele.table;

import io.nefele.core.AgentId;
import java.time.Duration;
import java.time.Instant;

/** The rows of another agent, and when they were last known to be all there is. */
final class Replica {
  final Shard shard;
  private Instant confirmedAt;

  /**
   * @param tenants of all shards of the holder
   */
  Replica(AgentId origin, TenantCounts tenants, Instant now) {
    this.shard = new Shard(origin, tenants);
    this.confirmedAt = now;
  }

  void confirm(Instant at) {
    if (at.isAfter(confirmedAt)) {
      confirmedAt = at;
    }
  }

  /** Since it was confirmed. */
  long ageMillis(Instant now) {
    return Math.max(0, Duration.between(confirmedAt, now).toMillis());
  }
}
