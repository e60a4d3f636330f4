package io.nefele.agent.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.hash.Hashing;
import io.nefele.core.AgentId;
import io.nefele.core.Name;
import io.nefele.gossip.Member;

/**
 * Which agent sees to what there is once for a name of a tenant: all that know the same members
 * agree on it without asking, and when one goes, only its own names go to others (rendezvous
 * hashing). Two sides of a cut have one each.
 */
final class Keepers {
  private final AgentId self;
  private final Fabric fabric;

  Keepers(AgentId self, Fabric fabric) {
    this.self = self;
    this.fabric = fabric;
  }

  AgentId of(Name tenant, Name name) {
    String key = tenant + "\n" + name + "\n";
    AgentId best = self;
    long most = weight(key, best);
    for (Member member : fabric.members()) {
      long its = weight(key, member.agent());
      if (its > most) {
        best = member.agent();
        most = its;
      }
    }
    return best;
  }

  private static long weight(String key, AgentId agent) {
    return Hashing.murmur3_128().hashString(key + agent, UTF_8).asLong();
  }
}
