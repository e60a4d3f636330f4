package io.nefele.hierarchy;

import io.nefele.core.Name;
import java.time.Duration;

/**
 * How a service organises its agents.
 *
 * @param service the service; two services on one fabric have groups of their own
 * @param k the least size of a group that has neighbours; the greatest is 3k - 1 (NICE, SIGCOMM
 *     2002, section 3)
 * @param grace how long a newcomer waits for gossip before it asks or founds
 * @param askTimeout how long an answer to a request for room may take
 * @param joinTimeout how long entering a group may take, from the grant to the first view; a grant
 *     is a lease for as long
 * @param settleTime for how long there must be two groups (or one) before the level above is formed
 *     (or dissolved)
 */
public record HierarchyConfig(
    Name service,
    int k,
    Duration grace,
    Duration askTimeout,
    Duration joinTimeout,
    Duration settleTime) {

  public HierarchyConfig {
    if (k < 2 || k > 64) {
      throw new IllegalArgumentException("k is 2 to 64: " + k);
    }
  }

  /** The defaults: grace 40 ms, ask 400 ms, join 3 s, settle 100 ms. */
  public HierarchyConfig(Name service, int k) {
    this(
        service,
        k,
        Duration.ofMillis(40),
        Duration.ofMillis(400),
        Duration.ofSeconds(3),
        Duration.ofMillis(100));
  }

  /** The greatest size of a group at rest. */
  public int maxSize() {
    return 3 * k - 1;
  }
}
