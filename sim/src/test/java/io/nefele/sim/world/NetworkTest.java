package io.nefele.sim.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.core.SeededStreams;
import io.nefele.sim.kernel.VirtualTime;
import io.nefele.sim.plan.LinkQuality;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NetworkTest {
  private static final long SECOND = 1_000_000_000L;
  private static final int FAR = 16;

  private final VirtualTime time = new VirtualTime(new SeededStreams(1).stream("ties"));
  private final List<Integer> arrived = new ArrayList<>();

  @Test
  void aChannelKeepsItsOrderThroughClogs() {
    Network network = network(LinkQuality.PERFECT);
    Channel channel = new Channel(0, FAR);
    for (int i = 0; i < 300; i++) {
      int number = i;
      time.at(i * 10_000_000L, () -> network.send(channel, 100, () -> arrived.add(number)));
    }
    time.at(SECOND / 2, () -> network.clog(FAR));
    time.at(SECOND, () -> network.unclog(FAR));
    time.at(3 * SECOND / 2, () -> network.clog(0));
    time.at(2 * SECOND, () -> network.unclog(0));

    runTo(5 * SECOND);

    assertEquals(IntStream.range(0, 300).boxed().toList(), arrived);
  }

  @Test
  void aCutStopsOneDirectionAlone() {
    Network network = network(LinkQuality.PERFECT);
    network.cut(1, places(0), places(1));
    network.datagram(0, 1, 100, () -> arrived.add(1));
    network.datagram(1, 0, 100, () -> arrived.add(2));

    runTo(SECOND);

    assertEquals(List.of(2), arrived);
  }

  @Test
  void aChannelOutlivesAShortCutAndGivesUpInALongOne() {
    Network network = network(LinkQuality.PERFECT);
    Channel channel = new Channel(0, 1);
    network.cut(1, places(0), places(1));
    network.send(channel, 100, () -> arrived.add(1));
    time.at(8 * SECOND, () -> network.send(channel, 100, () -> arrived.add(2)));
    time.at(12 * SECOND, () -> network.heal(1));

    runTo(20 * SECOND);

    assertEquals(List.of(2), arrived, "what waited for 12 s is lost, what waited for 4 s is not");
  }

  @Test
  void qualityShowsInWhatArrives() {
    Network network = network(new LinkQuality(200, 100, 0, 0));
    for (int i = 0; i < 10_000; i++) {
      int number = i;
      time.at(i * 1_000_000L, () -> network.datagram(0, 1, 100, () -> arrived.add(number)));
    }

    runTo(20 * SECOND);

    long different = arrived.stream().distinct().count();
    assertTrue(Math.abs(different - 8000) < 200, () -> different + " of 10000 at 20 % loss");
    long doubled = arrived.size() - different;
    assertTrue(Math.abs(doubled - 800) < 120, () -> doubled + " doubled at 10 %");
  }

  @Test
  void reorderedAndReplayedDatagramsComeLaterThanTheyShould() {
    Network network = network(new LinkQuality(0, 0, 300, 50));
    for (int i = 0; i < 1_000; i++) {
      int number = i;
      time.at(i * 1_000_000L, () -> network.datagram(0, 1, 100, () -> arrived.add(number)));
    }

    runTo(20 * SECOND);

    List<Integer> firsts = arrived.stream().distinct().toList();
    assertTrue(!firsts.equals(firsts.stream().sorted().toList()), "none overtook another");
    assertTrue(arrived.size() > 1_000, "none was replayed");
  }

  @Test
  void distanceShowsInLatency() {
    Network network = network(LinkQuality.PERFECT);

    assertTrue(network.latencyNanos(0, 1) >= 80_000);
    assertTrue(network.latencyNanos(0, 2 * FAR) >= 500_000, "another rack");
    assertTrue(network.latencyNanos(0, FAR) >= 30_000_000, "another datacenter");
  }

  @Test
  void anInterfaceThatIsFullDropsDatagrams() {
    Network network = network(LinkQuality.PERFECT);
    for (int i = 0; i < 10_000; i++) {
      network.datagram(0, 1, 1400, () -> arrived.add(1));
    }

    runTo(SECOND);

    assertTrue(arrived.size() < 2_000, () -> arrived.size() + " fit into 20 ms of 1 Gbit/s");
    assertEquals(10_000 - arrived.size(), network.dropped());
  }

  private Network network(LinkQuality quality) {
    return new Network(time, new SeededStreams(7).stream("network"), new Topology(2), quality);
  }

  private static SortedSet<Integer> places(int place) {
    return new TreeSet<>(List.of(place));
  }

  private void runTo(long nanos) {
    while (time.step(nanos)) {}
  }
}
