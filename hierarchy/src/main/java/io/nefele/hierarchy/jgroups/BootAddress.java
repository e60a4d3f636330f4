package io.nefele.hierarchy.jgroups;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import java.util.ArrayList;
import java.util.List;
import org.jgroups.Address;
import org.jgroups.View;
import org.jgroups.util.UUID;

/**
 * The JGroups address of an agent's life is computed from it and read back from it: no naming
 * service, and an agent that returned is a new member.
 */
final class BootAddress {
  private BootAddress() {}

  static Address of(AgentBoot boot) {
    return new UUID(boot.agent().value(), boot.epoch());
  }

  static AgentBoot boot(Address address) {
    UUID uuid = (UUID) address;
    return new AgentBoot(
        new AgentId(uuid.getMostSignificantBits()), (int) uuid.getLeastSignificantBits());
  }

  static List<AgentBoot> members(View view) {
    List<AgentBoot> members = new ArrayList<>(view.size());
    for (Address address : view.getMembers()) {
      members.add(boot(address));
    }
    return List.copyOf(members);
  }
}
