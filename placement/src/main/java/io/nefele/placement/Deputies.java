package io.nefele.placement;

import io.nefele.core.AgentId;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.function.Predicate;

/**
 * Whom a participant turns to that does not know how its request goes on: the first of the
 * participants that live, so that all turn to the same one, and the next if that one is silent.
 */
final class Deputies {
  /** After how many doubts without an answer the next one is turned to. */
  private static final int DOUBTS_EACH = 3;

  private final SortedSet<AgentId> lost;
  private final Comparator<AgentId> order;

  /**
   * @param lost agents that are gone from the fabric, kept up to date by the owner
   * @param present whether an agent is a member of the fabric, this one among them; whoever has
   *     been gone for longer than this agent has been there is not among the lost, and comes last
   */
  Deputies(SortedSet<AgentId> lost, Predicate<AgentId> present) {
    this.lost = lost;
    this.order =
        Comparator.comparing((AgentId agent) -> !present.test(agent))
            .thenComparing(Comparator.naturalOrder());
  }

  /**
   * @param doubts how often somebody was turned to for this request before
   */
  Optional<AgentId> of(List<AgentId> participants, int doubts) {
    List<AgentId> living =
        participants.stream().filter(agent -> !lost.contains(agent)).sorted(order).toList();
    return living.isEmpty()
        ? Optional.empty()
        : Optional.of(living.get(doubts / DOUBTS_EACH % living.size()));
  }
}
