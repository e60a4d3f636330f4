package io.nefele.sim.world;

import io.nefele.agent.core.AgentInput;
import io.nefele.core.AgentBoot;
import io.nefele.hierarchy.GroupId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A life's membership of one group, from opening to closing. */
final class Seat {
  final Life life;
  final GroupId group;
  final List<AgentBoot> contacts;

  /** Broadcasts that came before the first view. */
  final List<AgentInput> early = new ArrayList<>();

  /** The group as the transport agreed on it; empty before the seat is in. */
  Optional<Island> island = Optional.empty();

  /** The group as this life was told last. */
  List<Seat> installed = List.of();

  /** The ways to those, in the same order. */
  List<Channel> ways = List.of();

  long installedView;
  long silentSinceNanos = -1;
  boolean open = true;

  Seat(Life life, GroupId group, List<AgentBoot> contacts) {
    this.life = life;
    this.group = group;
    this.contacts = contacts;
  }

  /** A group, or the side of a cut that uses its name. */
  static final class Island {
    final List<Seat> members = new ArrayList<>();

    Seat coordinator() {
      return members.getFirst();
    }
  }
}
