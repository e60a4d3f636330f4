package io.nefele.hierarchy;

import io.nefele.core.AgentBoot;
import io.nefele.hierarchy.HierarchyMessage.Mirror;
import io.nefele.hierarchy.Phase.Inside;
import java.util.List;
import java.util.Optional;

/**
 * Keeps what the leader knows upward at its two deputies, who are next in the view, and what this
 * agent got as a deputy. A successor needs no search then, and nothing above is built anew.
 */
final class Deputies {
  private static final int COUNT = 2;

  private final Outbox out;
  private Optional<Mirrored> told = Optional.empty();
  private Optional<Upward> mirror = Optional.empty();
  private Optional<Heritage> heritage = Optional.empty();

  private record Mirrored(GroupId group, List<AgentBoot> deputies, Optional<Upward> upward) {}

  Deputies(Outbox out) {
    this.out = out;
  }

  /** In another group, or in none. */
  void begin() {
    told = Optional.empty();
    mirror = Optional.empty();
    heritage = Optional.empty();
  }

  /** As leader: tells the deputies if they do not know it yet. */
  void tell(Inside in, Optional<Upward> upward) {
    List<AgentBoot> members = in.members();
    List<AgentBoot> deputies = members.subList(1, Math.min(1 + COUNT, members.size()));
    Mirrored current = new Mirrored(in.group(), deputies, upward);
    if (told.equals(Optional.of(current)) || (told.isEmpty() && upward.isEmpty())) {
      return;
    }
    for (AgentBoot deputy : deputies) {
      boolean knows =
          told.filter(old -> old.upward().equals(upward) && old.deputies().contains(deputy))
              .isPresent();
      if (!knows) {
        out.send(deputy, new Mirror(in.group(), upward));
      }
    }
    told = Optional.of(current);
  }

  /** As deputy: the leader's word; nobody else's counts. */
  void mirrored(AgentBoot from, Mirror message, Phase phase) {
    if (phase instanceof Phase.Inside in
        && in.group().equals(message.group())
        && in.leader().equals(from)) {
      mirror = message.upward();
    }
  }

  /** The leader is gone and this agent leads now. */
  void inherit(AgentBoot predecessor) {
    heritage = mirror.map(upward -> new Heritage(upward, predecessor));
    mirror = Optional.empty();
    told = Optional.empty();
  }

  /** What is to be taken over; given once. */
  Optional<Heritage> takeHeritage() {
    Optional<Heritage> taken = heritage;
    heritage = Optional.empty();
    return taken;
  }
}
