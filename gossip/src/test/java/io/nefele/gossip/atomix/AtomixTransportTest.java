package io.nefele.gossip.atomix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.core.Bytes;
import io.nefele.core.Endpoint;
import io.nefele.gossip.GossipInput;
import io.nefele.gossip.GossipMessage;
import io.nefele.gossip.MemberEvent;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AtomixTransportTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  /** An Atomix cluster takes seconds to stop: the next test need not wait for them. */
  private static final List<CompletableFuture<Void>> STOPPING = new ArrayList<>();

  private final List<LoopbackAgent> agents = new ArrayList<>();

  @AfterEach
  void stopAgents() {
    agents.stream().map(LoopbackAgent::crash).forEach(STOPPING::add);
  }

  @AfterAll
  static void awaitStopped() throws Exception {
    CompletableFuture.allOf(STOPPING.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
  }

  @Test
  void threeClustersSeeEachOtherHearNewMetadataAndRemoveOneThatIsClosed() throws Exception {
    startThree(Optional.empty());
    awaitAllSeeAll();
    for (LoopbackAgent agent : agents) {
      assertEquals(3, agent.memberCount());
      assertEquals(3, agent.transport().cluster().getMembershipService().getMembers().size());
    }

    Bytes changed = Bytes.utf8("changed");
    agents.get(2).tell(new GossipInput.MetadataChanged(changed));
    for (LoopbackAgent agent : agents.subList(0, 2)) {
      agent.await(
          e -> e instanceof MemberEvent.MetadataUpdated && e.member().metadata().equals(changed),
          SOON);
    }

    Endpoint closed = agents.get(2).endpoint;
    agents.get(2).crash().get(30, TimeUnit.SECONDS);
    for (LoopbackAgent agent : agents.subList(0, 2)) {
      agent.await(
          e -> e instanceof MemberEvent.Removed && e.member().endpoint().equals(closed), SOON);
      assertEquals(2, agent.transport().cluster().getMembershipService().getMembers().size());
    }
  }

  @Test
  void agentsFindEachOtherByMulticastAlone() throws Exception {
    Endpoint group = new Endpoint("239.255.78.70", LoopbackAgent.freeEndpoint().port());
    for (int i = 1; i <= 3; i++) {
      agents.add(new LoopbackAgent(i, LoopbackAgent.freeEndpoint(), List.of(), Optional.of(group)));
    }
    awaitAllSeeAll();
  }

  @Test
  void garbageIsCountedAndHarmless() throws Exception {
    startThree(Optional.empty());
    RandomGenerator random = RandomGeneratorFactory.of("Xoshiro256PlusPlus").create(7);
    int datagrams = 200;
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      for (int i = 0; i < datagrams; i++) {
        byte[] garbage = new byte[random.nextInt(1, 100)];
        random.nextBytes(garbage);
        socket.send(
            new DatagramPacket(
                garbage,
                garbage.length,
                InetAddress.getLoopbackAddress(),
                agents.getFirst().endpoint.port()));
      }
    }
    awaitAllSeeAll();
    agents.get(1).tell(new GossipInput.MetadataChanged(Bytes.utf8("after the garbage")));
    agents.getFirst().await(e -> e instanceof MemberEvent.MetadataUpdated, SOON);
    assertTrue(agents.getFirst().transport().malformedMessages() > datagrams / 2);
  }

  @Test
  void damagedDatagramsAreCountedOrHarmless() throws Exception {
    startThree(Optional.empty());
    awaitAllSeeAll();
    Endpoint target = agents.getFirst().endpoint;
    byte[] sound =
        Frame.CODEC
            .toBytes(
                new Frame(
                    "test".hashCode(),
                    CoreMembership.SUBJECT,
                    agents.get(1).endpoint,
                    GossipMessage.CODEC.toBytes(new GossipMessage.Nack(1))))
            .toArray();
    RandomGenerator random = RandomGeneratorFactory.of("Xoshiro256PlusPlus").create(9);
    long refusedBefore = agents.getFirst().transport().malformedMessages();
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      for (int i = 0; i < 500; i++) {
        byte[] damaged = sound.clone();
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
        int length = random.nextInt(4) == 0 ? random.nextInt(damaged.length) : damaged.length;
        socket.send(
            new DatagramPacket(damaged, length, InetAddress.getLoopbackAddress(), target.port()));
      }
    }
    agents.get(1).tell(new GossipInput.MetadataChanged(Bytes.utf8("after the damage")));
    agents.getFirst().await(e -> e instanceof MemberEvent.MetadataUpdated, SOON);
    assertEquals(3, agents.getFirst().memberCount());
    assertTrue(agents.getFirst().transport().malformedMessages() > refusedBefore + 50);
  }

  @Test
  void namesThatStrangersTellAreNotLookedUp() throws Exception {
    startThree(Optional.empty());
    AtomixTransport transport = agents.getFirst().transport();
    Endpoint named = new Endpoint("a-name.invalid", 4747);
    transport.send(named, new GossipMessage.Nack(1));
    transport.sendStream(named, new GossipMessage.Nack(2));
    assertEquals(2, transport.malformedMessages());
  }

  @Test
  void aTakenPortIsNamed() throws Exception {
    Endpoint endpoint = LoopbackAgent.freeEndpoint();
    agents.add(new LoopbackAgent(1, endpoint, List.of(), Optional.empty()));
    PortInUse refusal =
        assertThrows(
            PortInUse.class, () -> new LoopbackAgent(2, endpoint, List.of(), Optional.empty()));
    assertEquals(endpoint, refusal.endpoint());
  }

  private void startThree(Optional<Endpoint> multicast) throws Exception {
    Endpoint seed = LoopbackAgent.freeEndpoint();
    agents.add(new LoopbackAgent(1, seed, List.of(), multicast));
    agents.add(new LoopbackAgent(2, LoopbackAgent.freeEndpoint(), List.of(seed), multicast));
    agents.add(new LoopbackAgent(3, LoopbackAgent.freeEndpoint(), List.of(seed), multicast));
  }

  private void awaitAllSeeAll() throws InterruptedException {
    for (LoopbackAgent agent : agents) {
      for (LoopbackAgent other : agents) {
        if (agent != other) {
          agent.await(
              e -> e instanceof MemberEvent.Joined && e.member().endpoint().equals(other.endpoint),
              SOON);
        }
      }
    }
  }
}
