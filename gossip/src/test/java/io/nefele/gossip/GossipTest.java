package io.nefele.gossip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.core.AgentBoot;
import io.nefele.core.Bytes;
import io.nefele.gossip.TestNetwork.Agent;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GossipTest {
  private static final Duration PERIOD = GossipConfig.defaults().probePeriod();

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 50, 200})
  void allSeeAllWithinThreeLogPeriodsOfOneSeed(int count) {
    TestNetwork network = new TestNetwork(1);
    network.startWithOneSeed(count);
    network.runUntil(PERIOD.multipliedBy(3L * log2(count + 1)), network::allSeeAll);
  }

  @Test
  void fiveAgentsSeeEachOtherInFiftyMilliseconds() {
    TestNetwork network = new TestNetwork(2);
    for (int i = 0; i < 5; i++) {
      network.start(i);
    }
    network.living().forEach(agent -> agent.tell(discovered(0)));
    network.runUntil(Duration.ofMillis(50), network::allSeeAll);
  }

  @Test
  void anAgentWaitsForASeedThatStartsLater() {
    TestNetwork network = new TestNetwork(3);
    network.start(1).tell(discovered(0));
    network.run(Duration.ofSeconds(7));
    network.start(0);
    network.runUntil(network.config.reachOutInterval().multipliedBy(2), network::allSeeAll);
  }

  @Test
  void newMetadataReachesEverybodyWithinTwoLogPeriods() {
    TestNetwork network = settled(4, 200);
    Agent teller = network.agent(17);
    Bytes told = Bytes.wrap(new byte[512]);
    teller.tell(new GossipInput.MetadataChanged(told));
    network.runUntil(
        PERIOD.multipliedBy(2L * log2(200)),
        () -> network.living().stream().allMatch(a -> a.row(teller).metadata().equals(told)));
    Agent witness = network.agent(0);
    assertInstanceOf(MemberEvent.MetadataUpdated.class, witness.eventsAbout(teller).getLast());
  }

  @Test
  void aLeavingAgentIsToldToHaveLeftAtOnce() {
    TestNetwork network = settled(5, 20);
    Agent leaving = network.agent(7);
    leaving.tell(new GossipInput.LeaveRequested());
    leaving.alive = false;
    network.runUntil(PERIOD, network::allSeeAll);
    network.run(PERIOD.multipliedBy(20));
    for (Agent witness : network.living()) {
      assertInstanceOf(MemberEvent.Left.class, witness.eventsAbout(leaving).getLast());
    }
  }

  @Test
  void aHigherBootEpochIsARestart() {
    TestNetwork network = settled(6, 5);
    Agent restarted = network.start(2, 2, Bytes.utf8("second life"));
    restarted.tell(discovered(0));
    network.runUntil(PERIOD.multipliedBy(2), network::allSeeAll);
    assertInstanceOf(
        MemberEvent.Restarted.class, network.agent(1).eventsAbout(restarted).getLast());
  }

  @Test
  void ofTwoAgentsWithACopiedDiskTheOneThatCameLaterStopsAndTheOtherIsSeenByAll() {
    TestNetwork network = settled(8, 5);
    Agent original = network.agent(3);
    original.tell(new GossipInput.MetadataChanged(Bytes.utf8("at work")));
    network.run(PERIOD.multipliedBy(5));
    Agent copy = network.startTwin(9, original);
    copy.tell(discovered(0));
    network.runUntil(PERIOD.multipliedBy(20), () -> !copy.alive && network.allSeeAll());
    assertTrue(original.alive);
    network.run(PERIOD.multipliedBy(20));
    for (Agent witness : network.living()) {
      assertEquals(original.endpoint, witness.row(original).endpoint());
    }
  }

  @Test
  void anEarlierLifeOfAnAgentIsSuperseded() {
    TestNetwork network = settled(7, 5);
    Agent earlier = network.agent(4);
    Member later =
        new Member(
            new AgentBoot(earlier.boot.agent(), 2),
            TestNetwork.endpoint(9),
            0,
            MemberState.ALIVE,
            Bytes.EMPTY,
            Coordinate.ORIGIN);
    earlier.tell(
        new GossipInput.Received(
            TestNetwork.endpoint(0), new GossipMessage.Rumours(List.of(News.of(later)))));
    assertFalse(earlier.alive);
  }

  @Test
  void roundTripsOfMembersNeverProbedAreEstimated() {
    TestNetwork network = new TestNetwork(8);
    network.delayMicros = (from, to) -> from / 20 == to / 20 ? 500 : 10_000;
    network.startWithOneSeed(40);
    network.run(Duration.ofMinutes(3));
    Agent observer = network.agent(3);
    Member self = observer.row(observer);
    double near = self.coordinate().millisTo(observer.row(network.agent(5)).coordinate());
    double far = self.coordinate().millisTo(observer.row(network.agent(35)).coordinate());
    assertTrue(near * 3 < far, near + " ms near, " + far + " ms far");
    assertTrue(observer.core.rtt(network.agent(5).boot.agent()).orElseThrow().toMillis() < 3);
  }

  @Test
  void anIdleAgentSendsTheSameWhateverTheNumberOfMembers() {
    assertTrue(idleBytesPerSecond(5) < 250);
    assertTrue(idleBytesPerSecond(100) < 250);
  }

  @Test
  void theSameSeedGivesTheSameHistory() {
    assertEquals(history(9), history(9));
    assertNotEquals(history(9), history(10));
  }

  private static String history(long seed) {
    TestNetwork network = new TestNetwork(seed);
    network.loss = 0.05;
    network.startWithOneSeed(15);
    network.run(PERIOD.multipliedBy(5));
    network.agent(3).alive = false;
    network.run(PERIOD.multipliedBy(15));
    return network.agents.values().stream()
        .map(agent -> agent.core.digest() + " " + agent.sentBytes + " " + agent.events)
        .toList()
        .toString();
  }

  private static long idleBytesPerSecond(int count) {
    TestNetwork network = settled(11, count);
    network.run(PERIOD.multipliedBy(30));
    long before = network.sentBytes();
    network.run(Duration.ofSeconds(20));
    return (network.sentBytes() - before) / count / 20;
  }

  private static GossipInput discovered(int index) {
    return new GossipInput.Discovered(List.of(TestNetwork.endpoint(index)));
  }

  private static int log2(int number) {
    return Logarithms.ceilLog2(number);
  }

  static TestNetwork settled(long seed, int count) {
    TestNetwork network = new TestNetwork(seed);
    network.startWithOneSeed(count);
    network.runUntil(PERIOD.multipliedBy(30), network::allSeeAll);
    network.run(PERIOD.multipliedBy(3));
    return network;
  }
}
