package io.nefele.table;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Core;
import io.nefele.core.ProcessId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One agent's part of the process table.
 *
 * <p>It writes the rows of its own processes and holds replicas of those of its level-0 group, so
 * that any member can answer for the whole group. Changes are broadcast within milliseconds; a
 * digest from time to time repairs what a broadcast missed (a member that just joined has missed
 * all of them). The rows of a dead agent stay with those who hold them and are told as lost; they
 * travel when their holders regroup, and make room for the truth when the agent is back.
 */
public final class ProcessTable implements Core<TableInput, TableEffect> {
  /** After so long without a change of its own an agent sends digests less often. */
  private static final Duration QUIET = Duration.ofMinutes(1);

  private static final int QUIET_FACTOR = 5;

  /** Between two broadcasts of changes. */
  private static final Duration NEWS_INTERVAL = Duration.ofMillis(5);

  private final AgentBoot self;
  private final Duration digestInterval;
  private final Shard own;
  private final SortedMap<AgentId, Shard> replicas = new TreeMap<>();
  private final SortedMap<AgentId, Instant> confirmedAt = new TreeMap<>();
  private final SortedMap<AgentId, Long> lostSinceMillis = new TreeMap<>();
  private SortedSet<AgentId> group = new TreeSet<>();
  private Instant lastChange = Instant.EPOCH;
  private Instant lastTold = Instant.EPOCH;
  private Version told = Version.NONE;
  private final List<ProcessId> untoldRemovals = new ArrayList<>();
  private boolean newsTimerRuns;
  private List<TableEffect> effects = new ArrayList<>();

  /**
   * @param digestInterval between digests while rows change; five times that later. As old a group
   *     member's row can look at rest
   */
  public ProcessTable(AgentBoot self, Duration digestInterval) {
    this.self = self;
    this.digestInterval = digestInterval;
    this.own = new Shard(self.agent());
  }

  @Override
  public List<TableEffect> step(Instant now, TableInput input) {
    effects = new ArrayList<>();
    switch (input) {
      case TableInput.Started(List<ProcessRow> recovered) -> start(recovered);
      case TableInput.RowChanged(ProcessRow row) -> {
        lastChange = now;
        own.put(row);
        tellSoon(now);
      }
      case TableInput.RowsForgotten(List<ProcessId> processes) -> {
        own.remove(processes);
        untoldRemovals.addAll(processes);
        tellSoon(now);
      }
      case TableInput.NewsDue() -> {
        newsTimerRuns = false;
        tell(now);
      }
      case TableInput.GroupChanged(List<AgentId> members, long nowMillis) ->
          regroup(members, nowMillis);
      case TableInput.GroupLeft() -> leaveGroup();
      case TableInput.AgentLost(AgentId agent, long sinceMillis) -> {
        // Of a member of the group the view knows better: this may be news of its earlier life.
        if (!group.contains(agent)) {
          lostSinceMillis.putIfAbsent(agent, sinceMillis);
        }
      }
      case TableInput.AgentElsewhere(AgentId agent) -> {
        if (!group.contains(agent)) {
          forget(agent);
        }
      }
      case TableInput.Received(AgentBoot from, TableMessage message) ->
          receive(now, from.agent(), message);
      case TableInput.DigestDue() -> {
        broadcastDigest();
        boolean quiet = Duration.between(lastChange, now).compareTo(QUIET) > 0;
        effects.add(
            new TableEffect.SetDigestTimer(
                quiet ? digestInterval.multipliedBy(QUIET_FACTOR) : digestInterval));
      }
    }
    return effects;
  }

  /**
   * The rows that this agent can answer for: its own, its group's, and those of dead agents that it
   * still holds.
   *
   * @param now the agent's monotonic time, from which ages are counted
   */
  public List<RowView> answer(Instant now, Filter filter) {
    List<RowView> views = new ArrayList<>();
    collect(own.rows(), filter, Optional.empty(), 0, views);
    for (var replica : replicas.entrySet()) {
      AgentId origin = replica.getKey();
      long ageMillis =
          Math.max(0, Duration.between(confirmedAt.getOrDefault(origin, now), now).toMillis());
      Optional<Long> lostSince = Optional.ofNullable(lostSinceMillis.get(origin));
      collect(replica.getValue().rows(), filter, lostSince, ageMillis, views);
    }
    return views;
  }

  /** The row of a process of this agent. */
  public Optional<ProcessRow> ownRow(ProcessId process) {
    return own.row(process);
  }

  /** Whether this agent can answer for {@code process}. */
  public boolean holds(ProcessId process) {
    return shard(process.agent()).flatMap(shard -> shard.row(process)).isPresent();
  }

  /** The rows that this agent writes. */
  public List<ProcessRow> ownRows() {
    return own.rows().stream().map(Shard.VersionedRow::row).toList();
  }

  /** How new each shard is that this agent holds; equal in a group at rest. */
  public SortedMap<AgentId, String> versions() {
    SortedMap<AgentId, String> versions = new TreeMap<>();
    versions.put(self.agent(), own.version().toString());
    replicas.forEach((origin, shard) -> versions.put(origin, shard.version().toString()));
    return versions;
  }

  private static void collect(
      Collection<Shard.VersionedRow> rows,
      Filter filter,
      Optional<Long> lostSinceMillis,
      long ageMillis,
      List<RowView> into) {
    for (Shard.VersionedRow versioned : rows) {
      ProcessRow row = versioned.row();
      if (filter.admits(row)) {
        boolean lost = lostSinceMillis.isPresent() && row.state().isLive();
        into.add(
            new RowView(
                lost ? row.with(ProcessState.LOST, lostSinceMillis.get()) : row, ageMillis));
      }
    }
  }

  private void start(List<ProcessRow> recovered) {
    own.beginEpoch(self.epoch());
    recovered.forEach(own::put);
    told = own.version();
    effects.add(new TableEffect.SetDigestTimer(digestInterval));
  }

  private void regroup(List<AgentId> members, long nowMillis) {
    SortedSet<AgentId> departed = group;
    group = new TreeSet<>(members);
    group.remove(self.agent());
    departed.removeAll(group);
    departed.forEach(agent -> lostSinceMillis.putIfAbsent(agent, nowMillis));
    lostSinceMillis.keySet().removeAll(group);
    broadcastDigest();
  }

  /** Living agents are answered for by the group that was left; their rows would go stale here. */
  private void leaveGroup() {
    group.forEach(this::forget);
    group = new TreeSet<>();
  }

  private void forget(AgentId agent) {
    replicas.remove(agent);
    confirmedAt.remove(agent);
    lostSinceMillis.remove(agent);
  }

  private void receive(Instant now, AgentId from, TableMessage message) {
    switch (message) {
      case TableMessage.News(Delta delta) -> take(now, from, delta);
      case TableMessage.Digest(List<TableMessage.Entry> entries) ->
          entries.forEach(entry -> compare(now, from, entry));
      case TableMessage.Pull(AgentId origin, Version known) ->
          shard(origin)
              .ifPresent(
                  shard ->
                      effects.add(
                          new TableEffect.Send(from, new TableMessage.News(shard.since(known)))));
    }
  }

  private void take(Instant now, AgentId from, Delta delta) {
    AgentId origin = delta.origin();
    if (!delta.isOwn() || !mayHold(from, origin)) {
      return;
    }
    if (replica(origin).merge(delta)) {
      confirmedAt.put(origin, now);
    } else {
      pull(from, origin);
    }
  }

  private void compare(Instant now, AgentId from, TableMessage.Entry entry) {
    AgentId origin = entry.origin();
    if (!mayHold(from, origin)) {
      return;
    }
    if (entry.version().isAfter(replica(origin).version())) {
      pull(from, origin);
    } else if (origin.equals(from)) {
      confirmedAt.put(origin, now);
    }
  }

  /**
   * Whether {@code from} may tell us of {@code origin}'s rows: of its own as a member of the group,
   * of another's only if we too hold that agent for lost.
   */
  private boolean mayHold(AgentId from, AgentId origin) {
    if (origin.equals(self.agent())) {
      return false;
    }
    return origin.equals(from) ? group.contains(from) : lostSinceMillis.containsKey(origin);
  }

  private void pull(AgentId from, AgentId origin) {
    effects.add(
        new TableEffect.Send(from, new TableMessage.Pull(origin, replica(origin).version())));
  }

  /** A change alone is told at once; of many in quick succession one message tells. */
  private void tellSoon(Instant now) {
    Duration sinceTold = Duration.between(lastTold, now);
    if (newsTimerRuns) {
      return;
    }
    if (sinceTold.compareTo(NEWS_INTERVAL) >= 0) {
      tell(now);
    } else {
      newsTimerRuns = true;
      effects.add(new TableEffect.SetNewsTimer(NEWS_INTERVAL.minus(sinceTold)));
    }
  }

  private void tell(Instant now) {
    if (!group.isEmpty() && own.version().isAfter(told)) {
      Delta news = own.news(told, List.copyOf(untoldRemovals));
      effects.add(new TableEffect.Broadcast(new TableMessage.News(news)));
    }
    lastTold = now;
    told = own.version();
    untoldRemovals.clear();
  }

  private void broadcastDigest() {
    if (group.isEmpty()) {
      return;
    }
    List<TableMessage.Entry> entries = new ArrayList<>();
    entries.add(new TableMessage.Entry(self.agent(), own.version()));
    for (AgentId lost : lostSinceMillis.keySet()) {
      shard(lost).ifPresent(s -> entries.add(new TableMessage.Entry(lost, s.version())));
    }
    effects.add(new TableEffect.Broadcast(new TableMessage.Digest(entries)));
  }

  private Optional<Shard> shard(AgentId origin) {
    return origin.equals(self.agent())
        ? Optional.of(own)
        : Optional.ofNullable(replicas.get(origin));
  }

  private Shard replica(AgentId origin) {
    return replicas.computeIfAbsent(origin, Shard::new);
  }
}
