package io.nefele.gossip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.core.Bytes;
import io.nefele.gossip.TestNetwork.Agent;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class FailureDetectionTest {
  private static final Duration PERIOD = GossipConfig.defaults().probePeriod();

  @Test
  void aKilledAgentWhoseHostRefusesConnectionsIsRemovedInAPeriod() {
    TestNetwork network = GossipTest.settled(1, 10);
    network.hostsOutliveAgents = true;
    removedWithin(PERIOD, network);
  }

  @Test
  void aTenthOfManyKilledAtOnceIsRemovedInAPeriod() {
    TestNetwork network = GossipTest.settled(1, 128);
    network.hostsOutliveAgents = true;
    for (int i = 5; i < 128; i += 10) {
      network.kill(network.agent(i));
    }
    network.runUntil(PERIOD, network::allSeeAll);
  }

  @Test
  void aKilledAgentIsRemovedInAPeriodAndAHalfByTheOnlyOtherOne() {
    TestNetwork network = GossipTest.settled(1, 2);
    network.hostsOutliveAgents = true;
    removedWithin(PERIOD.multipliedBy(3).dividedBy(2), network);
  }

  @Test
  void aKilledAgentIsRemovedInFourPeriodsIfNobodyWatchesIt() {
    TestNetwork network = GossipTest.settled(1, 10);
    network.hostsOutliveAgents = true;
    network.agent(3).alive = false;
    network.runUntil(PERIOD.multipliedBy(4), network::allSeeAll);
  }

  @Test
  void aSilentHostIsRemovedInTenPeriods() {
    removedWithin(PERIOD.multipliedBy(10), GossipTest.settled(2, 10));
  }

  @Test
  void hearersOfASuspicionProbeAndSoTheSilentAreRemovedInTenPeriodsAmongMany() {
    removedWithin(PERIOD.multipliedBy(10), GossipTest.settled(2, 100));
  }

  @Test
  void everybodyIsWatchedByThreeOthersAndRestsSo() {
    TestNetwork network = GossipTest.settled(3, 50);
    network.run(PERIOD.multipliedBy(10));
    for (Agent agent : network.living()) {
      assertEquals(
          3, network.watchesOf(agent).stream().map(TestNetwork.Watch::holder).distinct().count());
    }
  }

  @Test
  void aWatchThatBreaksWithoutReasonHarmsNobodyAndIsHeldAnew() {
    TestNetwork network = GossipTest.settled(4, 10);
    Agent watched = network.agent(3);
    TestNetwork.Watch broken = network.watchesOf(watched).getFirst();
    int before = network.watchesOf(watched).size();
    network.tellBroken(broken.holder(), watched);
    network.run(PERIOD.multipliedBy(5));
    assertEquals(before + 1, network.watchesOf(watched).size());
    assertEquals(0, network.wronglyTold(MemberEvent.Suspected.class));
  }

  @Test
  void oneThatIsRefusedByAFirewallRefutesInTime() {
    TestNetwork network = GossipTest.settled(5, 10);
    Agent watched = network.agent(3);
    List<Agent> accusers = network.watchesOf(watched).stream().map(w -> w.holder()).toList();
    network.refuses = (from, to) -> to == 3 && accusers.contains(network.agent(from));
    accusers.forEach(accuser -> network.tellBroken(accuser, watched));
    network.run(PERIOD.multipliedBy(20));
    assertTrue(network.wronglyTold(MemberEvent.Suspected.class) > 0);
    assertEquals(0, network.wronglyTold(MemberEvent.Removed.class));
    assertTrue(network.allSeeAll());
  }

  @Test
  void oneOfTwoNoticesThatTheOtherIsGone() {
    removedWithin(PERIOD.multipliedBy(10), GossipTest.settled(3, 2));
  }

  @Test
  void lossOfFivePercentRemovesNobody() {
    TestNetwork network = GossipTest.settled(4, 50);
    network.loss = 0.05;
    network.run(Duration.ofMinutes(5));
    assertTrue(network.allSeeAll());
    assertEquals(0, network.wronglyTold(MemberEvent.Removed.class));
  }

  @Test
  void agentsPausedForFiveSecondsAreSuspectedButNotRemoved() {
    TestNetwork network = GossipTest.settled(5, 50);
    for (int round = 0; round < 5; round++) {
      List<Agent> paused = network.living().subList(round * 5, round * 5 + 5);
      paused.forEach(agent -> agent.paused = true);
      network.run(Duration.ofSeconds(5));
      paused.forEach(Agent::resume);
      network.run(PERIOD.multipliedBy(10));
    }
    assertTrue(network.wronglyTold(MemberEvent.Suspected.class) > 0);
    assertTrue(network.wronglyTold(MemberEvent.Refuted.class) > 0);
    assertEquals(0, network.wronglyTold(MemberEvent.Removed.class));
    assertTrue(network.allSeeAll());
  }

  @Test
  void anAgentThatHearsItIsSuspectedRefutes() {
    TestNetwork network = GossipTest.settled(6, 5);
    Agent suspect = network.agent(2);
    Member accused = network.agent(0).row(suspect).with(MemberState.SUSPECT);
    network
        .agent(0)
        .tell(
            new GossipInput.Received(
                TestNetwork.endpoint(1),
                new GossipMessage.Rumours(
                    List.of(
                        News.accusation(
                            accused, network.agent(1).boot.agent(), Evidence.SILENCE)))));
    assertEquals(MemberState.SUSPECT, network.agent(0).row(suspect).state());
    network.runUntil(PERIOD, () -> network.agent(0).row(suspect).state() == MemberState.ALIVE);
    assertTrue(network.agent(0).row(suspect).incarnation() > accused.incarnation());
    assertInstanceOf(MemberEvent.Refuted.class, network.agent(0).eventsAbout(suspect).getLast());
  }

  @Test
  void twoSidesThatRemovedEachOtherMeetAgainAndNobodyIsRemovedByThat() {
    TestNetwork network = GossipTest.settled(7, 20);
    network.sideOf = agent -> agent / 10;
    List<Agent> left = network.living().subList(0, 10);
    List<Agent> right = network.living().subList(10, 20);
    network.runUntil(
        PERIOD.multipliedBy(40), () -> network.allSee(left, left) && network.allSee(right, right));
    long removedByPartition = network.wronglyTold(MemberEvent.Removed.class);
    network.sideOf = agent -> 0;
    network.runUntil(PERIOD.multipliedBy(20), network::allSeeAll);
    network.run(PERIOD.multipliedBy(20));
    assertEquals(removedByPartition, network.wronglyTold(MemberEvent.Removed.class));
    assertTrue(network.allSeeAll());
  }

  @Test
  void theRemovedDoNotRiseFromOldNews() {
    TestNetwork network = GossipTest.settled(8, 5);
    Agent witness = network.agent(0);
    Member old = witness.row(network.agent(3));
    removedWithin(PERIOD.multipliedBy(10), network);
    witness.tell(
        new GossipInput.Received(
            TestNetwork.endpoint(1), new GossipMessage.Rumours(List.of(News.of(old)))));
    assertTrue(witness.core.member(old.agent()).isEmpty());
    Member refuted = old.withIncarnation(old.incarnation() + 1);
    witness.tell(
        new GossipInput.Received(
            TestNetwork.endpoint(1), new GossipMessage.Rumours(List.of(News.of(refuted)))));
    assertTrue(witness.core.member(old.agent()).isPresent());
  }

  @Test
  void anAgentBackAfterItsRemovalJoinsAgain() {
    TestNetwork network = GossipTest.settled(9, 5);
    Agent victim = network.agent(3);
    removedWithin(PERIOD.multipliedBy(10), network);
    Agent back = network.start(3, 2, Bytes.utf8("back"));
    back.tell(new GossipInput.Discovered(List.of(TestNetwork.endpoint(0))));
    network.runUntil(PERIOD, network::allSeeAll);
    assertInstanceOf(MemberEvent.Joined.class, network.agent(1).eventsAbout(victim).getLast());
  }

  private static void removedWithin(Duration limit, TestNetwork network) {
    Agent victim = network.agent(network.agents.size() > 3 ? 3 : 1);
    network.kill(victim);
    network.runUntil(limit, network::allSeeAll);
    for (Agent witness : network.living()) {
      assertInstanceOf(MemberEvent.Removed.class, witness.eventsAbout(victim).getLast());
    }
  }
}
