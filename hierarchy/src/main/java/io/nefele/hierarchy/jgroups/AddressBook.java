package io.nefele.hierarchy.jgroups;

import io.nefele.core.AgentBoot;
import io.nefele.core.Endpoint;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jgroups.Address;
import org.jgroups.stack.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where agents listen, as gossip told. The places of agents that gossip has forgotten are kept for
 * a while: a group may still have such an agent in its view, and has to reach it, or to fail to,
 * before it excludes it. Thread-safe.
 */
final class AddressBook {
  private static final int MAX_FORGOTTEN = 1_000;

  private final ConcurrentMap<Address, IpAddress> places = new ConcurrentHashMap<>();
  private final ConcurrentMap<Address, IpAddress> forgotten = new ConcurrentHashMap<>();
  private final Queue<Address> oldestForgotten = new ArrayDeque<>();

  /** Returns whether this changed anything. */
  boolean learn(AgentBoot boot, Endpoint endpoint) throws UnknownHostException {
    IpAddress place = new IpAddress(endpoint.host(), endpoint.port());
    return !place.equals(places.put(BootAddress.of(boot), place));
  }

  /** Returns whether this changed anything. */
  synchronized boolean forget(AgentBoot boot) {
    Address address = BootAddress.of(boot);
    IpAddress place = places.remove(address);
    if (place == null) {
      return false;
    }
    if (forgotten.put(address, place) == null) {
      oldestForgotten.add(address);
    }
    if (oldestForgotten.size() > MAX_FORGOTTEN) {
      forgotten.remove(oldestForgotten.remove());
    }
    return true;
  }

  boolean knows(Address address) {
    return places.containsKey(address);
  }

  /** Whether gossip has told that {@code address} is gone, and nothing newer. */
  boolean isForgotten(Address address) {
    return !places.containsKey(address) && forgotten.containsKey(address);
  }

  /** Where {@code address} listens, or did when it was last heard of. */
  @Nullable IpAddress find(Address address) {
    IpAddress place = places.get(address);
    return place == null ? forgotten.get(address) : place;
  }

  List<Address> known() {
    return new ArrayList<>(places.keySet());
  }
}
