package io.nefele.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.core.Endpoint;
import io.nefele.gossip.GossipMessage;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What datagrams and streams are to agents, on whatever network. */
abstract class PacketContract {
  private static final int MANY = 200;

  /** More connections than a listener's backlog holds, 128 at Atomix, may not all be opened. */
  private static final int AT_A_TIME = 100;

  /**
   * @param loss how many datagrams of a thousand get lost
   * @param duplication how many of a thousand come twice
   */
  abstract PacketBed newBed(int loss, int duplication);

  @Test
  void onAGoodNetworkEachDatagramComesOnceFromItsSender() {
    try (PacketBed bed = newBed(0, 0)) {
      Endpoint a = bed.startPuppet();
      Endpoint b = bed.startPuppet();
      for (int i = 0; i < MANY; i++) {
        bed.datagram(a, b, new GossipMessage.Nack(i));
        bed.datagram(b, a, new GossipMessage.Nack(i));
      }
      bed.await("all at the one", run -> PacketRules.datagrams(run, a, b).size() >= MANY);
      bed.await("all at the other", run -> PacketRules.datagrams(run, b, a).size() >= MANY);

      PacketRules.check(bed.events(), 1);
    }
  }

  @Test
  void onABadNetworkDatagramsAreLostOrCopiedButNeverChanged() {
    try (PacketBed bed = newBed(200, 200)) {
      Endpoint a = bed.startPuppet();
      Endpoint b = bed.startPuppet();
      for (int i = 0; i < MANY; i++) {
        bed.datagram(a, b, new GossipMessage.Nack(i));
      }
      bed.await("most of them, and a copy", run -> isMostAndCopied(run, a, b));

      PacketRules.check(bed.events(), 2);
      assertTrue(
          PacketRules.datagrams(bed.events(), a, b).stream().distinct().count() < MANY,
          "some are lost");
    }
  }

  private static boolean isMostAndCopied(List<PacketEvent> run, Endpoint a, Endpoint b) {
    List<Integer> came = PacketRules.datagrams(run, a, b);
    long different = came.stream().distinct().count();
    return different > MANY * 7 / 10 && different < came.size();
  }

  @Test
  void eachStreamComesOnceFromItsSenderWhateverHappensToDatagrams() {
    try (PacketBed bed = newBed(500, 500)) {
      Endpoint a = bed.startPuppet();
      Endpoint b = bed.startPuppet();
      for (long i = 0; i < MANY; i++) {
        bed.stream(a, b, new GossipMessage.SyncRows(i, List.of()));
        long sent = i + 1;
        if (sent % AT_A_TIME == 0) {
          bed.await("all streams so far", run -> PacketRules.streams(run, a, b).size() >= sent);
        }
      }

      PacketRules.check(bed.events(), 1);
      // In any order: each has a connection of its own.
      assertEquals(
          LongStream.range(0, MANY).boxed().toList(),
          PacketRules.streams(bed.events(), a, b).stream().sorted().toList());
    }
  }

  @Test
  void aStreamToACrashedAgentIsToldToBeRefused() {
    try (PacketBed bed = newBed(0, 0)) {
      Endpoint a = bed.startPuppet();
      Endpoint b = bed.startPuppet();
      bed.stream(a, b, new GossipMessage.SyncRows(1, List.of()));
      bed.await("the stream", run -> PacketRules.streams(run, a, b).size() == 1);
      bed.crash(b);
      bed.datagram(a, b, new GossipMessage.Nack(2));
      bed.stream(a, b, new GossipMessage.SyncRows(3, List.of()));

      bed.await("the refusal", run -> run.contains(new PacketEvent.Refused(a, b)));
      assertEquals(List.of(1L), PacketRules.streams(bed.events(), a, b));
      assertEquals(List.of(), PacketRules.datagrams(bed.events(), a, b));
    }
  }

  @Test
  void aWatchBreaksWhenTheWatchedAgentCrashesAndNotBefore() {
    try (PacketBed bed = newBed(0, 0)) {
      Endpoint a = bed.startPuppet();
      Endpoint b = bed.startPuppet();
      Endpoint c = bed.startPuppet();
      bed.watch(a, b);
      bed.watch(a, c);
      bed.stream(a, b, new GossipMessage.SyncRows(1, List.of()));
      bed.await("the stream", run -> PacketRules.streams(run, a, b).size() == 1);
      assertEquals(List.of(), brokenWatches(bed));
      bed.crash(b);

      bed.await("the break", run -> !brokenWatches(bed).isEmpty());
      bed.stream(a, c, new GossipMessage.SyncRows(2, List.of()));
      bed.await("the stream", run -> PacketRules.streams(run, a, c).size() == 1);
      assertEquals(List.of(new PacketEvent.WatchBroken(a, b)), brokenWatches(bed));
    }
  }

  @Test
  void aWatchOfACrashedAgentIsToldToBeBroken() {
    try (PacketBed bed = newBed(0, 0)) {
      Endpoint a = bed.startPuppet();
      Endpoint b = bed.startPuppet();
      bed.crash(b);
      bed.watch(a, b);
      bed.await("the break", run -> run.contains(new PacketEvent.WatchBroken(a, b)));
    }
  }

  private static List<PacketEvent> brokenWatches(PacketBed bed) {
    return bed.events().stream().filter(PacketEvent.WatchBroken.class::isInstance).toList();
  }

  @Test
  void membershipConvergesWhileAFifthOfAllDatagramsIsLost() {
    try (PacketBed bed = newBed(200, 100)) {
      List<Endpoint> agents = IntStream.range(0, 4).mapToObj(i -> bed.startSwim()).toList();
      awaitAllKnow(bed, agents);
      Endpoint gone = agents.getLast();
      bed.crash(gone);
      awaitAllKnow(bed, agents.subList(0, 3));
    }
  }

  private static void awaitAllKnow(PacketBed bed, List<Endpoint> agents) {
    for (Endpoint agent : agents) {
      bed.await(
          agent + " knows " + (agents.size() - 1), run -> knows(run, agent) == agents.size() - 1);
    }
  }

  private static int knows(List<PacketEvent> run, Endpoint agent) {
    return run.reversed().stream()
        .filter(event -> event instanceof PacketEvent.Knows && event.at().equals(agent))
        .map(event -> ((PacketEvent.Knows) event).others())
        .findFirst()
        .orElse(0);
  }
}
