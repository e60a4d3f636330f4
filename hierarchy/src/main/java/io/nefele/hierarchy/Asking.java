package io.nefele.hierarchy;

import io.nefele.core.AgentBoot;
import io.nefele.hierarchy.Choices.Choice;
import io.nefele.hierarchy.HierarchyMessage.Ask;
import io.nefele.hierarchy.HierarchyMessage.Succeed;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The side that looks for room: at most one request is under way, its answer is waited for no
 * longer than the ask timeout, and who refused is not asked again in the same search.
 */
final class Asking {
  private static final int GIVE_UP_AFTER = 4;
  private static final int GIVE_UP_ON_THE_FULL_AFTER = 10;

  private final int level;
  private final Surroundings around;
  private final Set<AgentBoot> tried = new LinkedHashSet<>();

  /** Those of them that lead a group, which could take more in only to split. */
  private final Set<AgentBoot> full = new LinkedHashSet<>();

  private int refusals;
  private Optional<AgentBoot> asked = Optional.empty();
  private boolean forSelfAlone;

  Asking(int level, Surroundings around) {
    this.level = level;
    this.around = around;
  }

  /** Whether an answer is awaited. */
  boolean isOpen() {
    return asked.isPresent();
  }

  /** Whether the last request was for this agent and nobody else. */
  boolean isForSelfAlone() {
    return forSelfAlone;
  }

  /** Who has refused, or did not answer, or was not there. */
  Set<AgentBoot> tried() {
    return tried;
  }

  /** Whether it is time to found a group instead; later, if there are some that can split. */
  private boolean isHopeless() {
    return full.isEmpty() ? tried.size() >= GIVE_UP_AFTER : refusals >= GIVE_UP_ON_THE_FULL_AFTER;
  }

  /** Asks for room for {@code movers}. */
  void ask(AgentBoot leader, List<AgentBoot> movers, boolean lastResort) {
    forSelfAlone = movers.equals(List.of(around.self));
    send(leader, new Ask(around.config.service(), level, movers, lastResort));
  }

  /** What to do next about having no group. */
  Choice choice() {
    return isHopeless()
        ? new Choice.Found()
        : around.choices.forNewcomer(level, around.awaitedAt(level), tried, full);
  }

  /**
   * Asks for the place of a leader that is gone: who leads its group's parent, or will as soon as
   * the members know that it has to.
   *
   * @return whether there is somebody to ask
   */
  boolean succeed(Heritage place) {
    for (AgentBoot contact : place.upward().contacts()) {
      if (!contact.equals(place.predecessor()) && !contact.equals(around.self)) {
        send(contact, new Succeed(place.upward().parent(), place.predecessor()));
        return true;
      }
    }
    return false;
  }

  /** Takes an answer; returns whether it was awaited from {@code from}. */
  boolean answeredBy(AgentBoot from) {
    boolean awaited = asked.equals(Optional.of(from));
    if (awaited) {
      abandon();
    }
    return awaited;
  }

  /** The answer is overdue; returns who did not give it. */
  Optional<AgentBoot> overdue() {
    return asked;
  }

  /** Does not ask {@code agent} again in this search. */
  void exclude(AgentBoot agent) {
    refused(agent, false);
  }

  /** Does not ask {@code agent} again in this search, but as a last resort if it is full. */
  void refused(AgentBoot agent, boolean isFull) {
    refusals++;
    tried.add(agent);
    if (isFull) {
      full.add(agent);
    } else {
      full.remove(agent);
    }
  }

  /** The search is over; the next one may ask everybody. */
  void begin() {
    tried.clear();
    full.clear();
    refusals = 0;
  }

  /** Waits for no answer any more. */
  void abandon() {
    if (asked.isPresent()) {
      asked = Optional.empty();
      around.outbox.cancel(new HierarchyTimer.AskOverdue(level));
    }
  }

  private void send(AgentBoot to, HierarchyMessage message) {
    asked = Optional.of(to);
    around.outbox.send(to, message);
    around.outbox.set(new HierarchyTimer.AskOverdue(level), around.config.askTimeout());
  }
}
