package io.nefele.contract;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.core.Endpoint;
import io.nefele.core.SeededStreams;
import io.nefele.gossip.GossipMessage;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class AtomixPacketContractTest extends PacketContract {
  private static final int HOSTILE_DATAGRAMS = 100;
  private static final int HOSTILE_CONNECTIONS = 20;

  @Override
  PacketBed newBed(int loss, int duplication) {
    return new AtomixPackets(1, loss, duplication);
  }

  @AfterAll
  static void awaitStopped() {
    AtomixPackets.awaitStopped();
  }

  /** The simulator has no counterpart: its agents are handed messages, not bytes. */
  @Test
  void hostileBytesAreCountedAndHarmless() throws IOException {
    try (AtomixPackets bed = new AtomixPackets(1, 0, 0)) {
      Endpoint a = bed.startPuppet();
      Endpoint b = bed.startPuppet();
      RandomGenerator random = new SeededStreams(1).stream("hostile");
      throwDatagrams(random, b);
      throwStreams(random, b);
      bed.stream(a, b, new GossipMessage.SyncRows(1, List.of()));
      bed.await("the stream", run -> PacketRules.streams(run, a, b).size() == 1);
      bed.datagram(a, b, new GossipMessage.Nack(2));
      bed.await("the datagram", run -> PacketRules.datagrams(run, a, b).size() == 1);

      PacketRules.check(bed.events(), 1);
      assertTrue(bed.malformedMessages(b) > HOSTILE_DATAGRAMS / 2);
    }
  }

  private static void throwDatagrams(RandomGenerator random, Endpoint at) throws IOException {
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      for (int i = 0; i < HOSTILE_DATAGRAMS; i++) {
        byte[] bytes = bytes(random, 200);
        socket.send(
            new DatagramPacket(bytes, bytes.length, InetAddress.getByName(at.host()), at.port()));
      }
    }
  }

  private static void throwStreams(RandomGenerator random, Endpoint at) throws IOException {
    for (int i = 0; i < HOSTILE_CONNECTIONS; i++) {
      try (Socket socket = new Socket(at.host(), at.port())) {
        socket.getOutputStream().write(bytes(random, 2_000));
      }
    }
  }

  private static byte[] bytes(RandomGenerator random, int most) {
    byte[] bytes = new byte[random.nextInt(1, most)];
    random.nextBytes(bytes);
    return bytes;
  }
}
