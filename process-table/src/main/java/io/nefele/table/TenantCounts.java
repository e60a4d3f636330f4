package io.nefele.table;

import io.nefele.core.Name;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeMap;

/** How many rows of each tenant there are in all shards that an agent holds. */
final class TenantCounts {
  private final TreeMap<Name, Integer> counts = new TreeMap<>();
  private long version;

  void plus(Name tenant) {
    if (counts.merge(tenant, 1, Integer::sum) == 1) {
      version++;
    }
  }

  void minus(Name tenant) {
    if (counts.merge(tenant, -1, Integer::sum) == 0) {
      counts.remove(tenant);
      version++;
    }
  }

  /** The tenants that have rows. */
  SortedSet<Name> tenants() {
    return Collections.unmodifiableSortedSet(counts.navigableKeySet());
  }

  /** Grows each time a tenant gets its first row or loses its last one. */
  long version() {
    return version;
  }
}
