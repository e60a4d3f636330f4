package io.nefele.hierarchy.jgroups;

import io.nefele.core.AgentBoot;
import java.util.List;
import org.jgroups.Address;
import org.jgroups.Event;
import org.jgroups.protocols.PingData;
import org.jgroups.stack.Protocol;
import org.jgroups.util.Responses;

/**
 * Finds the members of a group without asking the network: whoever opened the channel knew the
 * group's leader from gossip. No contacts: the group is new. It sends nothing, so it needs none of
 * what the discovery protocols of JGroups share.
 */
final class ContactDiscovery extends Protocol {
  private final List<AgentBoot> contacts;
  private final AddressBook book;

  ContactDiscovery(List<AgentBoot> contacts, AddressBook book) {
    this.contacts = contacts;
    this.book = book;
  }

  @Override
  public List<Integer> providedUpServices() {
    return List.of(Event.FIND_INITIAL_MBRS, Event.FIND_MBRS);
  }

  @Override
  public Object down(Event event) {
    return switch (event.getType()) {
      case Event.FIND_INITIAL_MBRS, Event.FIND_MBRS -> contacts();
      default -> down_prot.down(event);
    };
  }

  private Responses contacts() {
    Responses responses = new Responses(contacts.size(), false);
    for (AgentBoot contact : contacts) {
      Address address = BootAddress.of(contact);
      PingData coordinator =
          new PingData(address, true, contact.toString(), book.find(address)).coord(true);
      responses.addResponse(coordinator, false);
    }
    return responses.done();
  }
}
