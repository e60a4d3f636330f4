package io.nefele.contract;

import io.nefele.core.Endpoint;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.random.RandomGenerator;

/** Stands in front of an agent and passes datagrams on to it: not all, and some of them twice. */
final class Relay implements AutoCloseable {
  private static final int MAX_DATAGRAM_BYTES = 65_535;

  private final DatagramSocket socket;
  private final Endpoint endpoint;
  private final InetSocketAddress agent;
  private final RandomGenerator random;
  private final int loss;
  private final int duplication;

  /**
   * @param loss how many datagrams of a thousand get lost
   * @param duplication how many of a thousand come twice
   */
  Relay(Endpoint agent, RandomGenerator random, int loss, int duplication) throws IOException {
    this.socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    this.endpoint = new Endpoint(agent.host(), socket.getLocalPort());
    this.agent = new InetSocketAddress(agent.host(), agent.port());
    this.random = random;
    this.loss = loss;
    this.duplication = duplication;
    Thread.ofVirtual().name("relay to " + agent).start(this::run);
  }

  Endpoint endpoint() {
    return endpoint;
  }

  private void run() {
    DatagramPacket packet = new DatagramPacket(new byte[MAX_DATAGRAM_BYTES], MAX_DATAGRAM_BYTES);
    while (!socket.isClosed()) {
      try {
        packet.setLength(MAX_DATAGRAM_BYTES);
        socket.receive(packet);
        packet.setSocketAddress(agent);
        for (int copy = copies(); copy > 0; copy--) {
          socket.send(packet);
        }
      } catch (IOException e) {
        // Closed, or the agent's port is: a datagram is lost then.
      }
    }
  }

  private int copies() {
    if (random.nextInt(1000) < loss) {
      return 0;
    }
    return random.nextInt(1000) < duplication ? 2 : 1;
  }

  @Override
  public void close() {
    socket.close();
  }
}
