package io.nefele.agent.outside;

import io.nefele.agent.core.OutsideAddress;
import io.nefele.core.Bytes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.List;

/** Where hosts are, as this server's name service says. */
final class Hosts {
  private Hosts() {}

  /**
   * May take as long as the name service does.
   *
   * @param host a name or an address
   * @throws IOException if nobody knows it
   */
  static List<OutsideAddress> lookUp(String host) throws IOException {
    List<OutsideAddress> addresses = new ArrayList<>();
    for (InetAddress address : InetAddress.getAllByName(host)) {
      addresses.add(
          new OutsideAddress(
              Bytes.wrap(address.getAddress()), address.getHostAddress(), isLocal(address)));
    }
    return addresses;
  }

  /** Linux takes "any address" and its own for itself; nobody but the next wire has link-local. */
  private static boolean isLocal(InetAddress address) throws IOException {
    return address.isLoopbackAddress()
        || address.isAnyLocalAddress()
        || address.isLinkLocalAddress()
        || address.isMulticastAddress()
        || NetworkInterface.getByInetAddress(address) != null;
  }
}
