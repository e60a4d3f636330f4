package io.nefele.gossip.atomix;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.core.Endpoint;
import io.nefele.gossip.GossipConfig;
import io.nefele.gossip.GossipInput;
import io.nefele.gossip.MemberEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A member on loopback whose changes a test can wait for. */
final class LoopbackAgent {
  final Endpoint endpoint;
  private final GossipNode node;
  private final LinkedBlockingQueue<MemberEvent> events = new LinkedBlockingQueue<>();
  private final List<MemberEvent> seen = new ArrayList<>();
  private volatile int members = 1;

  LoopbackAgent(int id, Endpoint endpoint, List<Endpoint> seeds, Optional<Endpoint> multicast)
      throws PortInUse, IOException {
    this.endpoint = endpoint;
    AgentBoot boot = new AgentBoot(new AgentId(id), 1);
    this.node =
        GossipNode.start(
            GossipConfig.defaults(),
            new AtomixTransportConfig("test", boot, endpoint, seeds, multicast),
            Bytes.utf8("agent " + id),
            (event, count) -> {
              members = count;
              events.add(event);
            });
  }

  static Endpoint freeEndpoint() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new Endpoint("127.0.0.1", socket.getLocalPort());
    }
  }

  AtomixTransport transport() {
    return node.transport();
  }

  void tell(GossipInput input) {
    node.tell(input);
  }

  int memberCount() {
    return members;
  }

  /** Waits for an event, now or in the past, that fits. */
  MemberEvent await(Predicate<MemberEvent> fits, Duration limit) throws InterruptedException {
    for (MemberEvent event : seen) {
      if (fits.test(event)) {
        return event;
      }
    }
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      MemberEvent event = events.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (event == null) {
        throw new AssertionError(endpoint + " saw only " + seen);
      }
      seen.add(event);
      if (fits.test(event)) {
        return event;
      }
    }
  }

  /** Stops without a word, like a crash. */
  CompletableFuture<Void> crash() {
    return node.crash();
  }
}
