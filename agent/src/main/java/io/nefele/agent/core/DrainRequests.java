package io.nefele.agent.core;

import io.nefele.core.AgentId;
import io.nefele.gossip.Member;
import io.nefele.table.tenant.RegistryEntry;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.Request;
import io.nefele.wire.Response;
import java.util.List;

/** Requests that an agent take no more processes, or take them again. */
final class DrainRequests {
  private final Fabric fabric;
  private final Tenancy tenancy;
  private final Outbox outbox;

  DrainRequests(Fabric fabric, Tenancy tenancy, Outbox outbox) {
    this.fabric = fabric;
    this.tenancy = tenancy;
    this.outbox = outbox;
  }

  void drain(ClientToken token, Acting acting, Request.Drain drain) {
    if (!acting.operator()) {
      outbox.fail(
          token,
          ErrorKind.REFUSED,
          "agents are drained by operators: root, or the user that they run as");
      return;
    }
    List<AgentId> named =
        fabric.members().stream()
            .map(Member::agent)
            .filter(agent -> isNamed(agent, drain.agent()))
            .toList();
    if (named.size() != 1) {
      outbox.fail(
          token,
          ErrorKind.FAILED,
          named.isEmpty()
              ? "there is no agent '" + drain.agent() + "'; 'nefele agents' lists them"
              : named.size() + " agents are called '" + drain.agent() + "'; give an id of one");
      return;
    }
    tenancy.decide(new RegistryEntry.Drained(named.getFirst(), drain.drained()));
    outbox.reply(token, new Response.Done());
  }

  /** By its id, its name or its number in a local fabric. */
  private boolean isNamed(AgentId agent, String text) {
    return agent.toString().equals(text)
        || fabric
            .profile(agent)
            .filter(
                profile ->
                    profile.name().text().equals(text)
                        || (profile.number() > 0
                            && Integer.toString(profile.number()).equals(text)))
            .isPresent();
  }
}
