package io.nefele.agent.core;

import io.nefele.core.AgentId;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import io.nefele.gossip.Member;
import io.nefele.placement.Component;
import io.nefele.placement.Constraint;
import io.nefele.placement.Decision;
import io.nefele.placement.ProcessTemplate;
import io.nefele.placement.Resources;
import io.nefele.placement.ServerFacts;
import io.nefele.table.ProcessRow;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * When a server comes, or is drained no more, moves processes there that have a disruption budget:
 * each agent its own, one after the other, and only for a clear gain, so that no process goes to
 * and fro. How full a server is, is the larger of the shares of its cpu and memory that it has
 * promised. Servers that are to be packed take no part.
 */
final class Rebalancing {
  private static final Duration LOOK_INTERVAL = Duration.ofSeconds(5);
  private static final Duration NEXT = Duration.ofSeconds(1);

  /** By so much of a server this one has to be fuller than the other would be after the move. */
  private static final double GAIN = 0.1;

  /** How many agents of the fabric, the emptiest, are asked for a place. */
  private static final int ASKED = 8;

  private final AgentId self;
  private final Fabric fabric;
  private final Directory directory;
  private final Spawner spawner;
  private final Moves moves;
  private final Predicate<AgentId> drained;
  private final Outbox outbox;

  /** Who could take processes at the last look; empty if that is not known. */
  private Optional<SortedSet<AgentId>> taking = Optional.empty();

  /** Of these names nothing is to be gained since the last server has come. */
  private final SortedSet<String> settled = new TreeSet<>();

  private boolean looking;
  private boolean wanted;
  private boolean moving;

  Rebalancing(
      AgentId self,
      Fabric fabric,
      Directory directory,
      Spawner spawner,
      Moves moves,
      Predicate<AgentId> drained,
      Outbox outbox) {
    this.self = self;
    this.fabric = fabric;
    this.directory = directory;
    this.spawner = spawner;
    this.moves = moves;
    this.drained = drained;
    this.outbox = outbox;
  }

  /** A process is there on this server. */
  void started(ProcessId process) {
    if (beginsToLook(process)) {
      taking = Optional.of(taking());
    }
  }

  /** A process is there since before the agent was started, which knows of no other yet. */
  void adopted(ProcessId process) {
    if (beginsToLook(process)) {
      taking = Optional.empty();
    }
  }

  private boolean beginsToLook(ProcessId process) {
    if (looking || directory.ownRow(process).filter(Rebalancing::mayBeMoved).isEmpty()) {
      return false;
    }
    looking = true;
    outbox.setTimer(new AgentTimer.RebalanceDue(), LOOK_INTERVAL);
    return true;
  }

  /** Who takes processes now, besides this agent. */
  private SortedSet<AgentId> taking() {
    SortedSet<AgentId> take = new TreeSet<>();
    fabric.members().stream()
        .map(Member::agent)
        .filter(agent -> !agent.equals(self) && !drained.test(agent))
        .forEach(take::add);
    return take;
  }

  void due(Instant now) {
    List<ProcessRow> movable =
        directory.ownRows().stream().filter(Rebalancing::mayBeMoved).toList();
    if (movable.isEmpty()) {
      looking = false;
      return;
    }
    SortedSet<AgentId> take = taking();
    boolean somebodyCame = taking.isPresent() && !taking.get().containsAll(take);
    taking = Optional.of(take);
    if (somebodyCame) {
      // At the next look it has told what it has.
      settled.clear();
      wanted = true;
    } else if (wanted && !moving && !moves.isDrained()) {
      wanted = beginOne(now, movable);
    }
    outbox.setTimer(new AgentTimer.RebalanceDue(), LOOK_INTERVAL);
  }

  /** Returns whether there may be more to do. */
  private boolean beginOne(Instant now, List<ProcessRow> movable) {
    for (ProcessRow row : movable) {
      Optional<ProcessTemplate> template = Restarts.template(row);
      if (template.isPresent()
          && row.isWell()
          && !moves.isMoving(row.id())
          && !settled.contains(key(row.tenant(), row.name()))) {
        Gain gain = new Gain(key(row.tenant(), row.name()));
        if (gain.circles(List.of(new Component(template.get(), 1))).isPresent()) {
          moving = true;
          moves.begin(now, row.id(), gain);
          return true;
        }
        settled.add(gain.key);
      }
    }
    return false;
  }

  private static boolean mayBeMoved(ProcessRow row) {
    return row.state().isLive()
        && row.name().isPresent()
        && Restarts.template(row)
            .filter(template -> template.terms().lifecycle().disruptions() > 0)
            .isPresent();
  }

  private static String key(Name tenant, Optional<Name> name) {
    return tenant + "\n" + name.map(Name::text).orElse("");
  }

  private static double fullness(Resources free, Resources capacity) {
    return 1 - free.tighterShareOf(capacity);
  }

  /** Whether a server that has {@code free} is clearly better off with one more than this one. */
  private boolean isGain(Resources free, Resources capacity, Resources demand) {
    AgentProfile own = fabric.profile();
    return own.facts().policy() == ServerFacts.Policy.SPREAD
        && free.covers(demand)
        && fullness(spawner.free(), own.capacity()) - fullness(free.minusAtMost(demand), capacity)
            >= GAIN;
  }

  /** One process is moved since another server is emptier. */
  private final class Gain implements Moves.Aim {
    private final String key;

    Gain(String key) {
      this.key = key;
    }

    @Override
    public Optional<List<List<AgentId>>> circles(List<Component> components) {
      ProcessTemplate template = components.getFirst().template();
      List<AgentId> agents =
          taking.orElseGet(TreeSet::new).stream()
              .filter(agent -> isBetter(agent, template))
              .sorted(Comparator.comparingDouble(this::fullnessOf))
              .limit(ASKED)
              .toList();
      return agents.isEmpty() ? Optional.empty() : Optional.of(List.of(agents));
    }

    private boolean isBetter(AgentId agent, ProcessTemplate template) {
      return fabric
          .profile(agent)
          .filter(profile -> profile.facts().policy() == ServerFacts.Policy.SPREAD)
          .filter(profile -> isGain(profile.free(), profile.capacity(), template.demand()))
          .filter(
              profile ->
                  template.constraints().stream()
                      .filter(Constraint::hard)
                      .allMatch(profile.facts()::meets))
          .isPresent();
    }

    private double fullnessOf(AgentId agent) {
      return fabric
          .profile(agent)
          .map(profile -> fullness(profile.free(), profile.capacity()))
          .orElse(1.0);
    }

    @Override
    public boolean takes(Decision decision, Component component) {
      // Nobody gives way to what could as well stay where it is.
      return !decision.preempts()
          && decision.verdicts().stream()
              .filter(verdict -> verdict.given() > 0)
              .allMatch(
                  verdict ->
                      isGain(verdict.free(), verdict.capacity(), component.template().demand()));
    }

    @Override
    public boolean insists() {
      return false;
    }

    @Override
    public boolean disrupts() {
      return true;
    }

    @Override
    public void over(Instant now, boolean moved) {
      moving = false;
      if (!moved) {
        settled.add(key);
      }
      outbox.setTimer(new AgentTimer.RebalanceDue(), NEXT);
    }
  }
}
