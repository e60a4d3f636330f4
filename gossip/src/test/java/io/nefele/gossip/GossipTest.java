package io.nefele.gossip;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.nefele.gossip.TestNetwork.Agent;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GossipTest {
  private static final Duration PERIOD = GossipConfig.defaults().probePeriod();

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 50})
  void allSeeAllWhenTheyKnowOneSeed(int count) {
    TestNetwork network = new TestNetwork(1);
    network.startWithOneSeed(count);
    Duration limit = PERIOD.multipliedBy(3L * Logarithms.ceilLog2(count + 1));
    Duration taken = network.runUntil(limit, network::allSeeAll);
    System.out.println(count + " " + taken);
  }

  @Test
  void fiveAgentsSeeEachOtherInFiftyMilliseconds() {
    TestNetwork network = new TestNetwork(2);
    for (int i = 0; i < 5; i++) {
      network.start(i);
    }
    network
        .living()
        .forEach(agent -> agent.tell(new GossipInput.Discovered(List.of(network.endpoint(0)))));
    network.runUntil(Duration.ofMillis(50), network::allSeeAll);
  }

  @Test
  void aKilledAgentIsRemovedEverywhere() {
    TestNetwork network = settled(3, 10);
    Agent victim = network.agent(4);
    victim.alive = false;
    Duration taken = network.runUntil(Duration.ofSeconds(12), network::allSeeAll);
    System.out.println("removed " + taken);
    for (Agent witness : network.living()) {
      List<MemberEvent> told = witness.eventsAbout(victim);
      assertInstanceOf(MemberEvent.Suspected.class, told.get(told.size() - 2));
      assertInstanceOf(MemberEvent.Removed.class, told.getLast());
    }
  }

  private static TestNetwork settled(long seed, int count) {
    TestNetwork network = new TestNetwork(seed);
    network.startWithOneSeed(count);
    network.runUntil(PERIOD.multipliedBy(30), network::allSeeAll);
    network.run(PERIOD.multipliedBy(3));
    return network;
  }
}
