package io.nefele.hierarchy.jgroups;

import java.util.ArrayList;
import java.util.List;
import org.jgroups.Address;
import org.jgroups.Event;
import org.jgroups.View;
import org.jgroups.stack.Protocol;

/**
 * Stands where GMS stands in other stacks: the view of the datacenter-wide channel is whoever
 * gossip knows. It is not agreed and needs not be: only flow control and clean-up of connections
 * read it.
 */
final class GossipView extends Protocol {
  private long installed;

  /** Installs the view of {@code peers} and this agent. One caller at a time. */
  void install(List<Address> peers) {
    List<Address> members = new ArrayList<>(peers.size() + 1);
    members.add(local_addr);
    for (Address peer : peers) {
      if (!peer.equals(local_addr)) {
        members.add(peer);
      }
    }
    Event event = new Event(Event.VIEW_CHANGE, new View(local_addr, installed++, members));
    down_prot.down(event);
    up_prot.up(event);
  }
}
