package io.nefele.table.tenant;

import io.nefele.core.AgentId;
import io.nefele.core.Core;
import io.nefele.core.Draw;
import io.nefele.core.Name;
import io.nefele.core.OutsideRules;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * What every agent knows: the tenants and the unique names. Each entry is a register of which the
 * last writer holds ({@link Stamp}), so that agents which have seen the same entries know the same,
 * in whatever order they came.
 *
 * <p>News goes to some agents at once and from each to some more; who missed it finds out by
 * comparing marks with somebody at random every few seconds, and at once with one who comes. After
 * a cut both sides so come to know what the other has decided. At rest that is one small message of
 * each agent in {@link #COMPARISON_INTERVAL}.
 */
public final class Registry implements Core<RegistryInput, RegistryEffect> {
  static final Duration COMPARISON_INTERVAL = Duration.ofSeconds(5);

  /** To how many agents a decision goes at once. */
  private static final int DECISION_FANOUT = 32;

  /** To how many agents each that hears of it passes it on. */
  private static final int NEWS_FANOUT = 3;

  /** How many compare with an agent that comes, on the average. */
  private static final int GREETERS = 4;

  private final AgentId self;
  private final Others others;
  private final RandomGenerator random;
  private final SortedMap<String, RegistryEntry> entries = new TreeMap<>();
  private final SortedMap<Long, RegistryEntry> wanted = new TreeMap<>();

  /** As the entries say; looked up often. */
  private final SortedSet<AgentId> drained = new TreeSet<>();

  private long mark;
  private List<RegistryEffect> effects = new ArrayList<>();

  /** The agents that are present, without this one. */
  public interface Others {
    int otherCount();

    List<AgentId> others();
  }

  public Registry(AgentId self, Others others, RandomGenerator random) {
    this.self = self;
    this.others = others;
    this.random = random;
  }

  @Override
  public List<RegistryEffect> step(Instant now, RegistryInput input) {
    effects = new ArrayList<>();
    switch (input) {
      case RegistryInput.Started(var recovered) -> {
        recovered.forEach(this::put);
        setTimer();
      }
      case RegistryInput.Decided(var content) -> decide(content);
      case RegistryInput.ClaimWanted(long token, var claim, var seen) -> claim(token, claim, seen);
      case RegistryInput.ClaimAnswered(long token, var held) -> settle(token, held);
      case RegistryInput.Received(var from, RegistryMessage.News(var news)) -> hear(from, news);
      case RegistryInput.Received(var from, RegistryMessage.Digest(long theirs)) -> {
        if (theirs != mark) {
          send(from, new RegistryMessage.All(List.copyOf(entries.values()), true));
        }
      }
      case RegistryInput.Received(var from, RegistryMessage.All(var all, boolean answer)) ->
          compare(from, all, answer);
      case RegistryInput.AgentCame(var agent) -> greet(agent);
      case RegistryInput.ComparisonDue() -> {
        some(1).forEach(other -> send(other, new RegistryMessage.Digest(mark)));
        setTimer();
      }
    }
    return effects;
  }

  /** The tenant of that name, unless there is none. */
  public Optional<RegistryEntry.Tenant> tenant(Name name) {
    return Optional.ofNullable(entries.get(RegistryEntry.Tenant.keyOf(name)))
        .map(RegistryEntry::content)
        .map(RegistryEntry.Tenant.class::cast)
        .filter(tenant -> !tenant.removed());
  }

  /** Whether there was a tenant of that name, and is none now. */
  public boolean isRemoved(Name name) {
    RegistryEntry entry = entries.get(RegistryEntry.Tenant.keyOf(name));
    return entry != null && entry.content() instanceof RegistryEntry.Tenant t && t.removed();
  }

  /** All tenants, by name. */
  public List<RegistryEntry.Tenant> tenants() {
    List<RegistryEntry.Tenant> tenants = new ArrayList<>();
    for (RegistryEntry entry : entries.values()) {
      if (entry.content() instanceof RegistryEntry.Tenant tenant && !tenant.removed()) {
        tenants.add(tenant);
      }
    }
    return tenants;
  }

  /**
   * What the tenant may reach outside the fabric. Unless somebody has decided: nothing if it was
   * ever made, everything if it is only the name of those who operate agents.
   */
  public OutsideRules outside(Name tenant) {
    RegistryEntry decided = entries.get(RegistryEntry.Outside.keyOf(tenant));
    if (decided != null && decided.content() instanceof RegistryEntry.Outside(var of, var rules)) {
      return rules;
    }
    return entries.containsKey(RegistryEntry.Tenant.keyOf(tenant))
        ? OutsideRules.NONE
        : OutsideRules.EVERYTHING;
  }

  /** The pool of that name, unless there is none. */
  public Optional<RegistryEntry.Pool> pool(Name tenant, Name name) {
    return Optional.ofNullable(entries.get(RegistryEntry.Pool.keyOf(tenant, name)))
        .map(RegistryEntry::content)
        .map(RegistryEntry.Pool.class::cast)
        .filter(pool -> !pool.removed());
  }

  /** All pools that are as large as there is work for them, by tenant and name. */
  public List<RegistryEntry.Pool> pools() {
    List<RegistryEntry.Pool> pools = new ArrayList<>();
    for (RegistryEntry entry : entries.values()) {
      if (entry.content() instanceof RegistryEntry.Pool its && !its.removed()) {
        pools.add(its);
      }
    }
    return pools;
  }

  /** The other fabrics that are known, by name. */
  public List<RegistryEntry.OtherFabric> fabrics() {
    List<RegistryEntry.OtherFabric> fabrics = new ArrayList<>();
    for (RegistryEntry entry : entries.values()) {
      if (entry.content() instanceof RegistryEntry.OtherFabric its && !its.removed()) {
        fabrics.add(its);
      }
    }
    return fabrics;
  }

  /** What is reached from outside now, by agent and port. */
  public List<RegistryEntry.Exposed> exposed() {
    List<RegistryEntry.Exposed> exposed = new ArrayList<>();
    for (RegistryEntry entry : entries.values()) {
      if (entry.content() instanceof RegistryEntry.Exposed its && its.open()) {
        exposed.add(its);
      }
    }
    return exposed;
  }

  /** What holds for a name that was ever claimed. */
  public Optional<RegistryEntry> claim(Name tenant, Name name) {
    return Optional.ofNullable(entries.get(RegistryEntry.Claim.keyOf(tenant, name)));
  }

  /** What holds for {@code entry}'s key, {@code entry} itself being known from now on. */
  public RegistryEntry current(RegistryEntry entry) {
    return entries.getOrDefault(entry.key(), entry);
  }

  /** Whether that agent is drained. */
  public boolean isDrained(AgentId agent) {
    return drained.contains(agent);
  }

  /** All entries, by key. */
  public List<RegistryEntry> entries() {
    return List.copyOf(entries.values());
  }

  /** The stamp that the next state of that entry gets from this agent. */
  public Stamp next(String key) {
    RegistryEntry known = entries.get(key);
    return new Stamp(known == null ? 1 : known.stamp().version() + 1, self);
  }

  private RegistryEntry decide(RegistryEntry.Content content) {
    RegistryEntry entry = new RegistryEntry(next(content.key()), content);
    take(entry);
    some(DECISION_FANOUT).forEach(other -> send(other, new RegistryMessage.News(List.of(entry))));
    return entry;
  }

  private void claim(long token, RegistryEntry.Claim claim, Optional<Stamp> seen) {
    RegistryEntry known = entries.get(claim.key());
    if (known != null && !seen.equals(Optional.of(known.stamp()))) {
      effects.add(new RegistryEffect.ClaimSettled(token, known, false));
    } else {
      RegistryEntry entry = decide(claim);
      wanted.put(token, entry);
      effects.add(new RegistryEffect.AskAll(token, entry));
    }
  }

  /** Of two that claim at the same time each asks the other, and the older entry loses at both. */
  private void settle(long token, List<RegistryEntry> held) {
    RegistryEntry entry = wanted.remove(token);
    if (entry != null) {
      hear(self, held);
      RegistryEntry holds = entries.getOrDefault(entry.key(), entry);
      effects.add(new RegistryEffect.ClaimSettled(token, holds, holds.equals(entry)));
    }
  }

  private void hear(AgentId from, List<RegistryEntry> told) {
    List<RegistryEntry> news = told.stream().filter(this::take).toList();
    if (!news.isEmpty()) {
      some(NEWS_FANOUT).stream()
          .filter(other -> !other.equals(from))
          .forEach(other -> send(other, new RegistryMessage.News(news)));
    }
  }

  private void compare(AgentId from, List<RegistryEntry> theirs, boolean answer) {
    SortedMap<String, Stamp> known = new TreeMap<>();
    theirs.forEach(entry -> known.put(entry.key(), entry.stamp()));
    hear(from, theirs);
    if (!answer) {
      return;
    }
    List<RegistryEntry> lacking = new ArrayList<>();
    entries.forEach(
        (key, entry) -> {
          Stamp stamp = known.get(key);
          if (stamp == null || entry.stamp().compareTo(stamp) > 0) {
            lacking.add(entry);
          }
        });
    if (!lacking.isEmpty()) {
      send(from, new RegistryMessage.All(lacking, false));
    }
  }

  private void greet(AgentId agent) {
    if (!entries.isEmpty() && random.nextInt(Math.max(1, others.otherCount())) < GREETERS) {
      send(agent, new RegistryMessage.Digest(mark));
    }
  }

  private boolean take(RegistryEntry entry) {
    Optional<RegistryEntry> before = Optional.ofNullable(entries.get(entry.key()));
    if (before.isPresent() && before.get().stamp().compareTo(entry.stamp()) >= 0) {
      return false;
    }
    put(entry);
    effects.add(new RegistryEffect.Persist(entry));
    effects.add(new RegistryEffect.Changed(entry, before));
    return true;
  }

  private void put(RegistryEntry entry) {
    RegistryEntry before = entries.put(entry.key(), entry);
    if (entry.content() instanceof RegistryEntry.Drained(var agent, boolean is)) {
      if (is) {
        drained.add(agent);
      } else {
        drained.remove(agent);
      }
    }
    mark += markOf(entry) - (before == null ? 0 : markOf(before));
  }

  /** Sums of these are equal for equal sets of entries and, as good as never, for others. */
  private static long markOf(RegistryEntry entry) {
    long hash = entry.stamp().epoch() * 31 + entry.stamp().writer().value();
    for (byte b : entry.key().getBytes(StandardCharsets.UTF_8)) {
      hash = Mix.of(hash + b);
    }
    return hash;
  }

  /** As many of the others as there are, up to {@code count}, at random. */
  private List<AgentId> some(int count) {
    return Draw.some(count, others.others(), random);
  }

  private void send(AgentId to, RegistryMessage message) {
    effects.add(new RegistryEffect.Send(to, message));
  }

  private void setTimer() {
    long millis = COMPARISON_INTERVAL.toMillis();
    effects.add(
        new RegistryEffect.SetTimer(Duration.ofMillis(millis / 2 + random.nextLong(millis))));
  }
}
