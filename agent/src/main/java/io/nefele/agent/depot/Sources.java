package io.nefele.agent.depot;

import io.nefele.core.AgentId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/**
 * From whom the chunks of a bundle are asked. Those that want the same bundle at the same time
 * share the work with no word about it: in each group every chunk has a <em>steward</em>, which
 * fetches it from outside, and from which the others of the group have it. The groups stand in a
 * binary tree; its first has its chunks from the origin, every other from the stewards of the one
 * above. So the origin sends each chunk once, and a group's chunks come over its border once.
 *
 * @param groups those that want the bundle now, by group; all of them are told the same
 * @param origins who should have it whole, the best first
 */
public record Sources(List<List<AgentId>> groups, List<AgentId> origins) {

  /** Nobody else wants it now. */
  public static Sources of(List<AgentId> origins) {
    return new Sources(List.of(), origins);
  }

  /**
   * Whom {@code self} asks for {@code chunk}, the best first; after those that are to have it, any
   * that may.
   */
  SequencedSet<AgentId> of(AgentId self, int chunk) {
    SequencedSet<AgentId> all = new LinkedHashSet<>();
    int own = groupOf(self);
    if (own >= 0) {
      AgentId steward = steward(own, chunk);
      if (!steward.equals(self)) {
        all.add(steward);
      }
      if (own > 0) {
        all.add(steward((own - 1) / 2, chunk));
      }
    }
    all.addAll(origins);
    List<AgentId> peers = own < 0 ? wanting() : groups.get(own);
    for (int i = 0; i < peers.size(); i++) {
      all.add(peers.get(Math.floorMod(chunk + i, peers.size())));
    }
    all.remove(self);
    return all;
  }

  private List<AgentId> wanting() {
    List<AgentId> all = new ArrayList<>();
    groups.forEach(all::addAll);
    return all;
  }

  private AgentId steward(int group, int chunk) {
    List<AgentId> members = groups.get(group);
    return members.get(Math.floorMod(chunk, members.size()));
  }

  private int groupOf(AgentId agent) {
    for (int i = 0; i < groups.size(); i++) {
      if (groups.get(i).contains(agent)) {
        return i;
      }
    }
    return -1;
  }
}
