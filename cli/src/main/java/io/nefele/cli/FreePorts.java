package io.nefele.cli;

import io.nefele.lib.NefeleException;
import io.nefele.wire.ErrorKind;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Collection;

/**
 * Free pairs of ports on loopback: an agent uses a port for TCP and UDP, and the next one for TCP.
 * They are taken below the range from which Linux serves outgoing connections, so that nobody gets
 * an agent's port by accident while the agent is down.
 */
final class FreePorts {
  private static final int FIRST = 10_000;
  private static final int LAST = 32_766;

  private FreePorts() {}

  /**
   * A port that is free along with its successor.
   *
   * @param start spreads fabrics over the range; any number
   * @param taken ports that count as used
   */
  static int find(InetAddress host, int start, Collection<Integer> taken) throws NefeleException {
    int pairs = (LAST - FIRST) / 2;
    for (int i = 0; i < pairs; i++) {
      int port = FIRST + 2 * Math.floorMod(start + i, pairs);
      if (!taken.contains(port) && isFree(host, port)) {
        return port;
      }
    }
    throw new NefeleException(
        ErrorKind.FAILED, "no two free ports between " + FIRST + " and " + LAST + " on " + host);
  }

  /** Whether an agent could listen at {@code port}. */
  static boolean isFree(InetAddress host, int port) {
    try (ServerSocket gossip = new ServerSocket();
        ServerSocket groups = new ServerSocket();
        DatagramSocket probes = new DatagramSocket(null)) {
      // As the agents do: a port with connections in TIME_WAIT can be listened at again.
      gossip.setReuseAddress(true);
      groups.setReuseAddress(true);
      gossip.bind(new InetSocketAddress(host, port));
      groups.bind(new InetSocketAddress(host, port + 1));
      probes.bind(new InetSocketAddress(host, port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
