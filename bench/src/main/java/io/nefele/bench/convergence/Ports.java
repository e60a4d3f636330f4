package io.nefele.bench.convergence;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports of the loopback address at which nothing listens. They are below those that Linux gives to
 * connections of its own choice: none of these takes a port before its member listens there.
 */
final class Ports {
  private static final int LOWEST = 10_000;
  private static final int COUNT = 22_000;

  /** Each is given once by this JVM, until all have been. */
  private static final AtomicInteger NEXT =
      new AtomicInteger(ThreadLocalRandom.current().nextInt(COUNT));

  private Ports() {}

  /**
   * {@code count} different ones.
   *
   * @throws IOException if there are not so many
   */
  static List<Integer> free(int count) throws IOException {
    List<Integer> ports = new ArrayList<>();
    for (int tries = 0; ports.size() < count; tries++) {
      if (tries == COUNT) {
        throw new IOException("fewer than " + count + " ports of the loopback address are free");
      }
      int port = LOWEST + Math.floorMod(NEXT.getAndIncrement(), COUNT);
      if (isFree(port)) {
        ports.add(port);
      }
    }
    return List.copyOf(ports);
  }

  private static boolean isFree(int port) {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    try (ServerSocket stream = new ServerSocket();
        DatagramSocket datagrams = new DatagramSocket(null)) {
      stream.bind(address);
      datagrams.bind(address);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
