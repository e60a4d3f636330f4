package io.nefele.table;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Core;
import io.nefele.core.Name;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which tenants have anything in which group, so that a question of one tenant goes only to groups
 * that hold something of it. The leader of each group at level 0 tells that to a few agents of the
 * top group, its keepers: each change at once, and every {@link #REFRESH} that nothing has changed.
 * Who asks for the rows of a tenant asks a keeper first where there is nothing.
 *
 * <p>Only what is known for certain is left out. A group of which no keeper has heard for {@link
 * #FRESH}, or whose tellers differ, is asked; so is everybody if no keeper answers. What one tells
 * may be late by a message: a process that was started in a group that had none of its tenant is
 * left out of a question that overtakes the news, and if the leader is cut off from the keeper
 * alone, until what it said before is too old.
 */
public final class Holdings implements Core<HoldingsInput, HoldingsEffect> {
  /** How often a leader says that it is still as it told. */
  public static final Duration REFRESH = Duration.ofSeconds(3);

  /** For how long a keeper goes by what it was told. */
  public static final Duration FRESH = Duration.ofSeconds(8);

  private static final Duration PATIENCE = Duration.ofMillis(200);
  private static final Duration REMEMBERED = Duration.ofMinutes(1);

  /** Where an agent stands in the hierarchy now. */
  public interface Standing {

    /** What people call the group at level 0 that this agent leads; empty if it leads none. */
    Optional<String> ledGroup();

    /** Who keeps count, the same for all who know the same; none if there is one group only. */
    List<AgentId> keepers();
  }

  private final AgentBoot self;
  private final ProcessTable table;
  private final Standing standing;

  /** As keeper: by group and by who told. */
  private final TreeMap<String, SortedMap<AgentId, Told>> known = new TreeMap<>();

  /** As leader: who was told {@link #toldVersion}. */
  private final Set<AgentId> told = new LinkedHashSet<>();

  private long toldVersion = -1;
  private Optional<String> toldGroup = Optional.empty();
  private boolean refreshes;

  private final Set<Long> open = new LinkedHashSet<>();
  private List<HoldingsEffect> effects = new ArrayList<>();

  private record Told(AgentBoot boot, long version, Set<Name> tenants, Instant at) {
    /**
     * Not if it is of the future either: the clock was set back, and how long ago it was is open.
     */
    boolean isFresh(Instant now) {
      return !at.isAfter(now) && !at.plus(FRESH).isBefore(now);
    }
  }

  /**
   * @param table whose tenants are told of
   * @param standing read at each step
   */
  public Holdings(AgentBoot self, ProcessTable table, Standing standing) {
    this.self = self;
    this.table = table;
    this.standing = standing;
  }

  @Override
  public List<HoldingsEffect> step(Instant now, HoldingsInput input) {
    effects = new ArrayList<>();
    switch (input) {
      case HoldingsInput.Changed() -> changed(now);
      case HoldingsInput.RefreshDue() -> refresh(now);
      case HoldingsInput.Received(AgentBoot from, HoldingsMessage message) ->
          received(now, from, message);
      case HoldingsInput.Asked(long question, Name tenant) -> ask(now, question, tenant);
      case HoldingsInput.Overdue(long question) -> answered(question, List.of());
    }
    return List.copyOf(effects);
  }

  private void changed(Instant now) {
    Optional<String> group = standing.ledGroup();
    if (group.isEmpty()) {
      return;
    }
    if (!refreshes) {
      refreshes = true;
      effects.add(new HoldingsEffect.SetRefresh(REFRESH));
    }
    if (toldVersion != table.tenantsVersion() || !group.equals(toldGroup)) {
      tell(now, group.get());
    }
  }

  private void refresh(Instant now) {
    Optional<String> group = standing.ledGroup();
    refreshes = group.isPresent();
    if (refreshes) {
      tell(now, group.get());
      effects.add(new HoldingsEffect.SetRefresh(REFRESH));
    }
  }

  private void tell(Instant now, String group) {
    if (toldVersion != table.tenantsVersion() || !toldGroup.equals(Optional.of(group))) {
      told.clear();
      toldVersion = table.tenantsVersion();
      toldGroup = Optional.of(group);
    }
    for (AgentId keeper : standing.keepers()) {
      tell(now, group, keeper);
    }
  }

  private void tell(Instant now, String group, AgentId keeper) {
    if (keeper.equals(self.agent())) {
      note(now, self, summary(group));
    } else if (told.add(keeper)) {
      effects.add(new HoldingsEffect.Send(keeper, summary(group)));
    } else {
      effects.add(new HoldingsEffect.Send(keeper, new HoldingsMessage.Same(group, toldVersion)));
    }
  }

  private HoldingsMessage.Summary summary(String group) {
    return new HoldingsMessage.Summary(group, toldVersion, List.copyOf(table.tenants()));
  }

  private void received(Instant now, AgentBoot from, HoldingsMessage message) {
    switch (message) {
      case HoldingsMessage.Summary summary -> note(now, from, summary);
      case HoldingsMessage.Same same -> confirmed(now, from, same);
      case HoldingsMessage.Unknown() -> {
        told.remove(from.agent());
        if (toldGroup.isPresent() && standing.ledGroup().equals(toldGroup)) {
          tell(now, toldGroup.get(), from.agent());
        }
      }
      case HoldingsMessage.Ask(long question, Name tenant) ->
          effects.add(
              new HoldingsEffect.Send(
                  from.agent(), new HoldingsMessage.Nothing(question, empty(now, tenant))));
      case HoldingsMessage.Nothing(long question, List<String> groups) ->
          answered(question, groups);
    }
  }

  private void note(Instant now, AgentBoot from, HoldingsMessage.Summary summary) {
    known.values().forEach(tellers -> forgetOld(tellers, now));
    known.values().removeIf(SortedMap::isEmpty);
    SortedMap<AgentId, Told> tellers =
        known.computeIfAbsent(summary.group(), unused -> new TreeMap<>());
    Told before = tellers.get(from.agent());
    if (before == null || isLater(from, summary.version(), before)) {
      tellers.put(
          from.agent(), new Told(from, summary.version(), new TreeSet<>(summary.tenants()), now));
    }
  }

  private static void forgetOld(SortedMap<AgentId, Told> tellers, Instant now) {
    tellers.values().removeIf(told -> told.at.plus(REMEMBERED).isBefore(now));
  }

  private static boolean isLater(AgentBoot from, long version, Told before) {
    return from.epoch() > before.boot.epoch()
        || (from.epoch() == before.boot.epoch() && version >= before.version);
  }

  private void confirmed(Instant now, AgentBoot from, HoldingsMessage.Same same) {
    SortedMap<AgentId, Told> tellers = known.getOrDefault(same.group(), new TreeMap<>());
    Told before = tellers.get(from.agent());
    if (before != null && before.boot.equals(from) && before.version == same.version()) {
      tellers.put(from.agent(), new Told(from, before.version, before.tenants, now));
    } else {
      effects.add(new HoldingsEffect.Send(from.agent(), new HoldingsMessage.Unknown()));
    }
  }

  /** The groups all whose tellers of late have told that there is nothing of {@code tenant}. */
  private List<String> empty(Instant now, Name tenant) {
    List<String> empty = new ArrayList<>();
    known.forEach(
        (group, tellers) -> {
          List<Told> fresh = tellers.values().stream().filter(told -> told.isFresh(now)).toList();
          if (!fresh.isEmpty() && fresh.stream().noneMatch(told -> told.tenants.contains(tenant))) {
            empty.add(group);
          }
        });
    return empty;
  }

  private void ask(Instant now, long question, Name tenant) {
    List<AgentId> keepers = standing.keepers();
    open.add(question);
    if (keepers.isEmpty()) {
      answered(question, List.of());
    } else if (keepers.contains(self.agent())) {
      answered(question, empty(now, tenant));
    } else {
      AgentId keeper = keepers.get((int) Math.floorMod(self.agent().value(), keepers.size()));
      effects.add(new HoldingsEffect.Send(keeper, new HoldingsMessage.Ask(question, tenant)));
      effects.add(new HoldingsEffect.SetOverdue(question, PATIENCE));
    }
  }

  private void answered(long question, List<String> empty) {
    if (open.remove(question)) {
      SortedSet<String> groups = new TreeSet<>(empty);
      effects.add(new HoldingsEffect.CancelOverdue(question));
      effects.add(new HoldingsEffect.Answered(question, groups));
    }
  }
}
