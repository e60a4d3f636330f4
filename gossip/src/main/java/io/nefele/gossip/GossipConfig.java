package io.nefele.gossip;

import java.time.Duration;

/**
 * How hard to look and how fast to talk. {@link #defaults()} suits a datacenter of 1 to 10,000
 * agents.
 *
 * @param probePeriod between two probes by one agent (SWIM's protocol period)
 * @param ackTimeout after which a probe without an answer goes through others; below the period
 * @param indirectProbes how many others are asked (SWIM's k)
 * @param rumourInterval between datagrams of news; news in the first half of its rounds waits a
 *     twentieth of it. Stretched by the agent's own health, to a period at most
 * @param rumourFanout to how many members each time
 * @param retransmitFactor news is sent by each agent this many times log2 of the membership
 * @param suspicionPeriods shortest suspicion, in protocol periods, to which the time that a
 *     refutation takes to reach everybody is added
 * @param suspicionStretch the longest suspicion, as a multiple of the shortest
 * @param confirmations independent suspicions that shorten the longest to the shortest (Lifeguard's
 *     K)
 * @param buddies how many of those who hear of a suspicion, on the average and in all, probe the
 *     suspect themselves at once, so that it is confirmed or refuted within a period
 * @param extraProbes how many probes out of turn an agent begins in a period at most, as long as
 *     its own health makes that
 * @param watches how many members an agent watches over a connection
 * @param watchLease after which a watch is opened anew; below the idle limits of usual firewalls
 * @param maxLocalHealth the worst local health score (Lifeguard's S)
 * @param reachOutInterval between attempts to reach removed agents and seeds that are no members
 * @param tombstoneRetention how long the removed and the left are remembered
 * @param maxDatagramBytes no datagram's message is longer
 * @param maxSyncBytes about how many bytes of rows a repair moves at once
 */
public record GossipConfig(
    Duration probePeriod,
    Duration ackTimeout,
    int indirectProbes,
    Duration rumourInterval,
    int rumourFanout,
    int retransmitFactor,
    int suspicionPeriods,
    int suspicionStretch,
    int confirmations,
    int buddies,
    int extraProbes,
    int watches,
    Duration watchLease,
    int maxLocalHealth,
    Duration reachOutInterval,
    Duration tombstoneRetention,
    int maxDatagramBytes,
    int maxSyncBytes) {

  public GossipConfig {
    require(probePeriod.compareTo(ackTimeout) > 0, "the ack timeout is below the probe period");
    require(ackTimeout.isPositive(), "the ack timeout is positive");
    require(rumourInterval.isPositive(), "the rumour interval is positive");
    require(reachOutInterval.isPositive(), "the reach-out interval is positive");
    require(tombstoneRetention.isPositive(), "the tombstone retention is positive");
    require(indirectProbes >= 0, "indirect probes are not negative");
    require(rumourFanout >= 1, "the fan-out is at least 1");
    require(retransmitFactor >= 1, "the retransmit factor is at least 1");
    require(suspicionPeriods >= 1, "a suspicion lasts at least 1 period");
    require(suspicionStretch >= 1, "the suspicion stretch is at least 1");
    require(confirmations >= 0, "confirmations are not negative");
    require(buddies >= 0, "buddies are not negative");
    require(extraProbes >= 0, "extra probes are not negative");
    require(watches >= 0, "watches are not negative");
    require(watchLease.isPositive(), "a watch's lease is positive");
    require(maxLocalHealth >= 0, "the local health score is not negative");
    require(maxDatagramBytes >= 1300, "a datagram takes one member's row: 1300 bytes");
    require(maxSyncBytes >= 2000, "a repair takes one member's row: 2000 bytes");
  }

  public static GossipConfig defaults() {
    return new GossipConfig(
        Duration.ofSeconds(1),
        Duration.ofMillis(400),
        3,
        Duration.ofMillis(200),
        3,
        2,
        5,
        4,
        3,
        3,
        4,
        3,
        Duration.ofMinutes(5),
        8,
        Duration.ofSeconds(3),
        Duration.ofHours(24),
        1400,
        48 * 1024);
  }

  /** The same with tombstones that last for another time. */
  public GossipConfig withTombstoneRetention(Duration retention) {
    return new GossipConfig(
        probePeriod,
        ackTimeout,
        indirectProbes,
        rumourInterval,
        rumourFanout,
        retransmitFactor,
        suspicionPeriods,
        suspicionStretch,
        confirmations,
        buddies,
        extraProbes,
        watches,
        watchLease,
        maxLocalHealth,
        reachOutInterval,
        retention,
        maxDatagramBytes,
        maxSyncBytes);
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(rule);
    }
  }
}
