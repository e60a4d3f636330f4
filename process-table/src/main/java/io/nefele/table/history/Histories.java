package io.nefele.table.history;

import io.nefele.core.AgentId;
import io.nefele.core.Core;
import io.nefele.core.Draw;
import io.nefele.core.Name;
import io.nefele.core.ProgramId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * What programs have used, known to every agent: each writes down what it has seen, and all hold
 * what is newest of that ({@link Shelf}).
 *
 * <p>What an agent has newly heard of it tells three others, once, together with all else that it
 * has heard of in the same second. Who missed something finds out by comparing marks with somebody
 * at random every few seconds, which at rest is one small message of each agent. A run that changes
 * nothing about what a program is expected to use is told to nobody, until there are an eighth more
 * of them.
 */
public final class Histories implements Core<HistoryInput, HistoryEffect> {
  /** How long news waits for more that goes with it. */
  static final Duration NEWS_DELAY = Duration.ofSeconds(1);

  private static final Duration COMPARISON_INTERVAL = Duration.ofSeconds(5);

  private static final int NEWS_FANOUT = 3;

  private final AgentId self;
  private final Supplier<List<AgentId>> others;
  private final Predicate<Name> isRemoved;
  private final RandomGenerator random;
  private final Shelf shelf = new Shelf();

  /** What this agent has seen, of which not all has been told. */
  private final SortedMap<ProgramUse.Key, ProgramUse> seen =
      new TreeMap<>(
          (one, other) -> {
            int tenants = one.tenant().compareTo(other.tenant());
            return tenants != 0 ? tenants : one.program().compareTo(other.program());
          });

  /** Marks of the keys of what is to be told. */
  private final SortedSet<Long> news = new TreeSet<>();

  private List<HistoryEffect> effects = new ArrayList<>();

  /**
   * @param others the agents that are present, this one not among them
   * @param isRemoved whether a tenant is no more: nothing is taken up of it
   */
  public Histories(
      AgentId self,
      Supplier<List<AgentId>> others,
      Predicate<Name> isRemoved,
      RandomGenerator random) {
    this.self = self;
    this.others = others;
    this.isRemoved = isRemoved;
    this.random = random;
  }

  @Override
  public List<HistoryEffect> step(Instant now, HistoryInput input) {
    effects = new ArrayList<>();
    switch (input) {
      case HistoryInput.Started(var recovered) -> {
        recovered.forEach(this::recover);
        setComparisonTimer();
      }
      case HistoryInput.Observed observed -> observe(now, observed);
      case HistoryInput.Received(var from, HistoryMessage.News(var uses)) ->
          uses.forEach(this::take);
      case HistoryInput.Received(var from, HistoryMessage.Digest(long theirs)) -> {
        if (theirs != shelf.mark()) {
          send(from, new HistoryMessage.Index(index(), true));
        }
      }
      case HistoryInput.Received(var from, HistoryMessage.Index index) -> compare(from, index);
      case HistoryInput.TenantRemoved(var tenant) -> dropped(shelf.remove(tenant));
      case HistoryInput.NewsDue() -> tellNews();
      case HistoryInput.ComparisonDue() -> {
        some(1).forEach(other -> send(other, new HistoryMessage.Digest(shelf.mark())));
        setComparisonTimer();
      }
    }
    return effects;
  }

  /** What a tenant's program is expected to use; empty if nobody has seen it. */
  public Optional<Estimate> estimate(Name tenant, ProgramId program) {
    SortedMap<AgentId, ProgramUse> origins = shelf.origins(tenant, program);
    return origins.isEmpty() ? Optional.empty() : Optional.of(Estimate.of(origins.values()));
  }

  /** What is known of all programs of all tenants. */
  public List<Estimate> estimates() {
    return shelf.estimates();
  }

  /** All that this agent knows; equal everywhere at rest. */
  public List<ProgramUse> known() {
    return shelf.all();
  }

  private void recover(ProgramUse use) {
    if (shelf.put(use).held()) {
      seen.put(use.key(), use);
    }
  }

  private void observe(Instant now, HistoryInput.Observed observed) {
    ProgramUse.Key key = new ProgramUse.Key(observed.tenant(), observed.program(), self);
    if (isRemoved.test(key.tenant())) {
      return;
    }
    ProgramUse told = shelf.get(key).orElse(ProgramUse.none(key));
    ProgramUse before = seen.getOrDefault(key, told);
    ProgramUse after = before.with(observed.label(), observed.before(), observed.ran());
    if (after.isNewsTo(told)) {
      // Later than whatever clocks that are wrong have told, so that what ran last is the newest.
      after = after.stamped(Math.max(now.toEpochMilli(), shelf.newest() + 1));
      take(after);
    }
    if (shelf.get(key).isPresent()) {
      seen.put(key, after);
    }
  }

  private void take(ProgramUse use) {
    if (isRemoved.test(use.key().tenant())) {
      return;
    }
    Shelf.Change change = shelf.put(use);
    if (change.held()) {
      if (use.key().origin().equals(self)) {
        effects.add(new HistoryEffect.Persist(use));
      }
      if (news.isEmpty()) {
        effects.add(new HistoryEffect.SetNewsTimer(NEWS_DELAY));
      }
      news.add(use.key().mark());
    }
    dropped(change.dropped());
  }

  private void dropped(List<ProgramUse> uses) {
    for (ProgramUse use : uses) {
      if (use.key().origin().equals(self)) {
        seen.remove(use.key());
        effects.add(new HistoryEffect.Forget(use.key()));
      }
    }
  }

  private void tellNews() {
    List<ProgramUse> uses =
        shelf.all().stream().filter(use -> news.contains(use.key().mark())).toList();
    news.clear();
    if (!uses.isEmpty()) {
      some(NEWS_FANOUT).forEach(other -> send(other, new HistoryMessage.News(uses)));
    }
  }

  private void compare(AgentId from, HistoryMessage.Index theirs) {
    SortedMap<Long, Long> stamps = new TreeMap<>();
    theirs.known().forEach(known -> stamps.put(known.keyMark(), known.stamp()));
    List<ProgramUse> lacking = new ArrayList<>();
    for (ProgramUse use : shelf.all()) {
      Long stamp = stamps.remove(use.key().mark());
      if (stamp == null || stamp < use.stamp()) {
        lacking.add(use);
      } else if (stamp > use.stamp()) {
        stamps.put(use.key().mark(), stamp);
      }
    }
    if (!lacking.isEmpty()) {
      send(from, new HistoryMessage.News(lacking));
    }
    // What is left they know better, or alone.
    if (theirs.answer() && !stamps.isEmpty()) {
      send(from, new HistoryMessage.Index(index(), false));
    }
  }

  private List<HistoryMessage.Known> index() {
    return shelf.all().stream()
        .map(use -> new HistoryMessage.Known(use.key().mark(), use.stamp()))
        .toList();
  }

  /** As many of the others as there are, up to {@code count}, at random. */
  private List<AgentId> some(int count) {
    return Draw.some(count, others.get(), random);
  }

  private void send(AgentId to, HistoryMessage message) {
    effects.add(new HistoryEffect.Send(to, message));
  }

  private void setComparisonTimer() {
    long millis = COMPARISON_INTERVAL.toMillis();
    effects.add(
        new HistoryEffect.SetComparisonTimer(
            Duration.ofMillis(millis / 2 + random.nextLong(millis))));
  }
}
