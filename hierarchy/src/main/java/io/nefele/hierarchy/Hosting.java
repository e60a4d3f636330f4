package io.nefele.hierarchy;

import io.nefele.core.AgentBoot;
import io.nefele.hierarchy.HierarchyMessage.Ask;
import io.nefele.hierarchy.HierarchyMessage.Granted;
import io.nefele.hierarchy.HierarchyMessage.Refused;
import io.nefele.hierarchy.Phase.Inside;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * The side that gives room: who was granted a place and is still awaited, who leaves soon, and the
 * requests that can't be answered yet.
 */
final class Hosting {
  /** A request that waits, and whose. */
  record Held(AgentBoot from, HierarchyMessage message) {}

  private final int level;
  private final Surroundings around;
  private final Leases leases = new Leases();
  private final List<Held> held = new ArrayList<>();

  /** Dead leaders of groups below whose successors were let in: they are members no longer. */
  private final TreeSet<AgentBoot> replaced = new TreeSet<>();

  private Instant splitUntil = Instant.MIN;
  private Instant successorUntil = Instant.MIN;

  Hosting(int level, Surroundings around) {
    this.level = level;
    this.around = around;
  }

  /** In another group, or in none: nobody is awaited. */
  void begin() {
    leases.clear();
    replaced.clear();
    splitUntil = Instant.MIN;
    successorUntil = Instant.MIN;
  }

  /** Whether nobody is awaited. */
  boolean awaitsNobody() {
    return leases.isEmpty();
  }

  /** A member has left that may have a successor: its place is kept for a moment. */
  void expectSuccessor() {
    successorUntil = around.outbox.now().plus(around.config.settleTime());
  }

  boolean expectsSuccessor() {
    return successorUntil.isAfter(around.outbox.now());
  }

  boolean isSplitting() {
    return splitUntil.isAfter(around.outbox.now());
  }

  void splitBegins() {
    splitUntil = leaseEnd();
    leases.clear();
  }

  /** Awaits {@code movers}, for whom {@code asker} asked, for the join timeout. */
  void await(AgentBoot asker, Collection<AgentBoot> movers) {
    leases.grant(asker, movers, leaseEnd());
  }

  /** Awaits neither {@code agent} nor those for whom it asked any more. */
  void declined(AgentBoot agent) {
    leases.drop(agent);
  }

  /** The members have changed, or time has passed. */
  void prune(Inside in) {
    leases.prune(around.outbox.now(), in.members());
    replaced.retainAll(in.members());
    if (in.members().size() <= around.config.maxSize()) {
      splitUntil = Instant.MIN;
    }
  }

  /** How many members there are besides those that are replaced. */
  int size(Inside in) {
    return in.members().size() - replaced.size();
  }

  boolean hasRoom(Inside in, Ask ask) {
    if (isSplitting()) {
      return false;
    }
    leases.prune(around.outbox.now(), in.members());
    int expected = size(in) + leases.awaitedBesides(ask.movers());
    int limit = around.config.maxSize();
    return expected + ask.movers().size() <= limit || (ask.lastResort() && expected <= limit);
  }

  void grant(Inside in, AgentBoot to, List<AgentBoot> movers) {
    await(to, movers);
    around.outbox.send(to, new Granted(in.group(), in.epoch()));
  }

  /** Gives {@code successor} the place of {@code predecessor}, whether there is room or not. */
  void replace(Inside in, AgentBoot predecessor, AgentBoot successor) {
    if (in.members().contains(predecessor)) {
      replaced.add(predecessor);
    }
    grant(in, successor, List.of(successor));
  }

  void refuse(AgentBoot to) {
    refuse(to, false);
  }

  /**
   * Refuses room.
   *
   * @param full whether there is a group that could take more in only to split
   */
  void refuse(AgentBoot to, boolean full) {
    around.outbox.send(to, new Refused(around.config.service(), level, full));
  }

  /** Keeps a request for later, if there is room to hold it. */
  void hold(AgentBoot from, HierarchyMessage message) {
    if (held.size() < around.config.maxSize()) {
      held.add(new Held(from, message));
    } else {
      refuse(from);
    }
  }

  /** Takes out all requests that were held, in the order of their coming. */
  List<Held> drain() {
    List<Held> all = List.copyOf(held);
    held.clear();
    return all;
  }

  private Instant leaseEnd() {
    return around.outbox.now().plus(around.config.joinTimeout());
  }
}
