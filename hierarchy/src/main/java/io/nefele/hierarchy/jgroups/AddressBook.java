package io.nefele.hierarchy.jgroups;

import io.nefele.core.AgentBoot;
import io.nefele.core.Endpoint;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jgroups.Address;
import org.jgroups.stack.IpAddress;
import org.jspecify.annotations.Nullable;

/** Where agents listen, as gossip told. Thread-safe. */
final class AddressBook {
  private final ConcurrentMap<Address, IpAddress> places = new ConcurrentHashMap<>();

  /** Returns whether this changed anything. */
  boolean learn(AgentBoot boot, Endpoint endpoint) throws UnknownHostException {
    IpAddress place = new IpAddress(endpoint.host(), endpoint.port());
    return !place.equals(places.put(BootAddress.of(boot), place));
  }

  /** Returns whether this changed anything. */
  boolean forget(AgentBoot boot) {
    return places.remove(BootAddress.of(boot)) != null;
  }

  @Nullable IpAddress find(Address address) {
    return places.get(address);
  }

  List<Address> known() {
    return new ArrayList<>(places.keySet());
  }
}
