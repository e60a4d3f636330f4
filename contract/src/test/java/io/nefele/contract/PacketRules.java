package io.nefele.contract;

import io.nefele.core.Endpoint;
import io.nefele.gossip.GossipMessage;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Follows datagrams and streams and throws {@link RuleBroken} at the first that breaks a rule.
 * {@link GossipMessage.SyncRows} stands for what goes over streams, {@link GossipMessage.Nack} for
 * datagrams.
 */
public final class PacketRules {
  private final int copiesMax;
  private final Set<Way> posted = new HashSet<>();
  private final Map<Way, Integer> arrived = new LinkedHashMap<>();

  private record Way(Endpoint from, Endpoint to, GossipMessage message) {}

  /**
   * @param copiesMax how often the network may deliver a datagram
   */
  private PacketRules(int copiesMax) {
    this.copiesMax = copiesMax;
  }

  /** Checks a run over a network that may deliver a datagram {@code copiesMax} times. */
  public static void check(List<PacketEvent> run, int copiesMax) {
    PacketRules rules = new PacketRules(copiesMax);
    run.forEach(rules::accept);
  }

  private void accept(PacketEvent event) {
    switch (event) {
      case PacketEvent.Posted(var at, var to, var message) -> posted.add(new Way(at, to, message));
      case PacketEvent.Arrived(var at, var from, var message) ->
          arrived(new Way(from, at, message));
      case PacketEvent.Refused refused -> {}
      case PacketEvent.WatchBroken broken -> {}
      case PacketEvent.Knows knows -> {}
    }
  }

  private void arrived(Way way) {
    if (!posted.contains(way)) {
      throw new RuleBroken(Rule.PACKETS_ARRIVE_UNCHANGED, way + " was never sent");
    }
    int copies = arrived.merge(way, 1, Integer::sum);
    if (way.message instanceof GossipMessage.SyncRows && copies > 1) {
      throw new RuleBroken(Rule.STREAMS_ARRIVE_ONCE, way + " came again");
    }
    if (copies > copiesMax) {
      throw new RuleBroken(Rule.DATAGRAMS_ARE_SELDOM_COPIED, way + " came " + copies + " times");
    }
  }

  /** The numbers of the streams from one agent to another, in the order of their coming. */
  public static List<Long> streams(List<PacketEvent> run, Endpoint from, Endpoint to) {
    return run.stream()
        .flatMap(
            event ->
                event
                            instanceof
                            PacketEvent.Arrived(var at, var sender, GossipMessage.SyncRows rows)
                        && at.equals(to)
                        && sender.equals(from)
                    ? Stream.of(rows.wantedBuckets())
                    : Stream.of())
        .toList();
  }

  /** The numbers of the datagrams from one agent to another, in the order of their coming. */
  public static List<Integer> datagrams(List<PacketEvent> run, Endpoint from, Endpoint to) {
    return run.stream()
        .flatMap(
            event ->
                event instanceof PacketEvent.Arrived(var at, var sender, GossipMessage.Nack nack)
                        && at.equals(to)
                        && sender.equals(from)
                    ? Stream.of(nack.sequence())
                    : Stream.of())
        .toList();
  }
}
