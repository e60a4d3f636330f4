package io.nefele.sim.world;

/**
 * Where agents are: sixteen servers to a rack, racks dealt out to the datacenters.
 *
 * @param datacenters how many there are
 */
record Topology(int datacenters) {
  static final int RACK_SERVERS = 16;
  private static final long SAME_RACK_NANOS = 80_000;
  private static final long SAME_DATACENTER_NANOS = 500_000;
  private static final long ELSEWHERE_NANOS = 30_000_000;
  private static final long SELF_NANOS = 5_000;

  int rack(int place) {
    return place / RACK_SERVERS;
  }

  int datacenter(int place) {
    return rack(place) % datacenters;
  }

  /** The least time from one place to another. */
  long leastNanos(int from, int to) {
    if (from == to) {
      return SELF_NANOS;
    }
    if (rack(from) == rack(to)) {
      return SAME_RACK_NANOS;
    }
    return datacenter(from) == datacenter(to) ? SAME_DATACENTER_NANOS : ELSEWHERE_NANOS;
  }
}
