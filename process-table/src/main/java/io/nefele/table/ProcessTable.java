package io.nefele.table;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Core;
import io.nefele.core.Durations;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
 * that any member can answer for the whole group. Changes are broadcast within milliseconds, at
 * once if somebody waits for them. From time to time, and when the group changes, its leader
 * broadcasts a digest of all it knows; whoever has less asks the writer, whoever has written more
 * tells all, and everybody answers the leader, which so knows how old its knowledge is and tells
 * that in the next digest. At rest that is two messages for each member and digest, whatever the
 * size of the group. It repairs what a broadcast missed (a member that just joined has missed all
 * of them).
 *
 * <p>The rows of a dead agent stay with those who hold them and are told as lost; they travel when
 * their holders regroup, and make room for the truth when the agent is back.
 */
public final class ProcessTable implements Core<TableInput, TableEffect> {
  /** After so long without a change in the group its leader sends digests less often. */
  private static final Duration QUIET = Duration.ofMinutes(1);

  private static final int QUIET_FACTOR = 5;

  /**
   * An agent of which nothing was heard for so long is not answered for: in a group at rest there
   * are two digests within that time.
   */
  private static final Duration STALE = Duration.ofSeconds(25);

  /** Between two broadcasts of changes. */
  private static final Duration NEWS_INTERVAL = Duration.ofMillis(5);

  /**
   * How long a change that nobody waits for may wait for others to be told with it: each broadcast
   * takes processor time of every member of the group.
   */
  private static final Duration NEWS_DELAY = Duration.ofMillis(20);

  private final AgentBoot self;
  private final Duration digestInterval;
  private final TenantCounts tenants = new TenantCounts();
  private final Shard own;
  private final SortedMap<AgentId, Replica> replicas = new TreeMap<>();
  private final SortedMap<AgentId, Long> lostSinceMillis = new TreeMap<>();

  /** Those that were lost and are in the group again, until they have told their rows. */
  private final SortedSet<AgentId> returning = new TreeSet<>();

  /** How often who told rows that it had no business to tell. */
  private final SortedMap<AgentId, Long> foreign = new TreeMap<>();

  /** The others of the group. */
  private SortedSet<AgentId> group = new TreeSet<>();

  private AgentId leader;
  private Instant lastChange = Instant.EPOCH;
  private Instant lastTold = Instant.EPOCH;
  private Version told = Version.NONE;
  private final List<ProcessId> untoldRemovals = new ArrayList<>();
  private Optional<Instant> newsDue = Optional.empty();
  private List<TableEffect> effects = new ArrayList<>();

  /**
   * @param digestInterval between digests while rows change; five times that later. At rest a group
   *     member's row looks up to twice as old
   */
  public ProcessTable(AgentBoot self, Duration digestInterval) {
    this.self = self;
    this.digestInterval = digestInterval;
    this.own = new Shard(self.agent(), tenants);
    this.leader = self.agent();
  }

  @Override
  public List<TableEffect> step(Instant now, TableInput input) {
    effects = new ArrayList<>();
    switch (input) {
      case TableInput.Started(List<ProcessRow> recovered) -> start(recovered);
      case TableInput.RowChanged(ProcessRow row, boolean awaited) -> {
        lastChange = now;
        Optional<ProcessRow> before = own.row(row.id());
        own.put(row);
        tellAfter(awaited ? Duration.ZERO : NEWS_DELAY, now);
        noticeChange(before, row);
      }
      case TableInput.Adopted(var process) ->
          own.versioned(process).ifPresent(row -> notice(RowEvent.Kind.FOUND, row));
      case TableInput.RowsForgotten(List<ProcessId> processes) -> {
        own.remove(processes);
        untoldRemovals.addAll(processes);
        tellAfter(NEWS_DELAY, now);
      }
      case TableInput.NewsDue() -> {
        newsDue = Optional.empty();
        tell(now);
      }
      case TableInput.GroupChanged(List<AgentId> members, long nowMillis) ->
          regroup(now, members, nowMillis);
      case TableInput.GroupLeft() -> leaveGroup();
      case TableInput.AgentLost(AgentId agent, long sinceMillis) -> {
        // Of a member of the group the view knows better: this may be news of its earlier life.
        if (!group.contains(agent)) {
          lose(agent, sinceMillis);
        }
      }
      case TableInput.AgentElsewhere(AgentId agent) -> {
        if (!group.contains(agent)) {
          forget(agent);
        }
      }
      case TableInput.Received(AgentBoot from, TableMessage message) ->
          receive(now, from.agent(), message);
      case TableInput.DigestDue() -> digestDue(now);
    }
    return effects;
  }

  /**
   * The rows that this agent can answer for: its own, its group's, and those of dead agents that it
   * still holds. Without what their processes are started again by.
   *
   * @param now the agent's monotonic time, from which ages are counted
   */
  public List<RowView> answer(Instant now, Filter filter) {
    List<RowView> views = new ArrayList<>();
    own.show(filter, Optional.empty(), 0, views);
    for (var replica : replicas.entrySet()) {
      AgentId origin = replica.getKey();
      long ageMillis = replica.getValue().ageMillis(now);
      Optional<Long> lostSince = lostSinceMillis(origin);
      replica.getValue().shard.show(filter, lostSince, ageMillis, views);
    }
    return views;
  }

  /** Of the rows that this agent writes. */
  List<RowView> answerOwn(Filter filter) {
    List<RowView> views = new ArrayList<>();
    own.show(filter, Optional.empty(), 0, views);
    return views;
  }

  Coverage coverageOfOwn() {
    return new Coverage(List.of(self), List.of());
  }

  /** Whose rows {@link #answer} has. */
  Coverage coverage(Instant now) {
    List<AgentBoot> held = new ArrayList<>(List.of(self));
    List<AgentBoot> lost = new ArrayList<>();
    replicas.forEach(
        (agent, replica) -> {
          int epoch = replica.shard.version().epoch();
          // Of some it knows that they belong to its group, and no row yet.
          if (epoch > 0 && replica.ageMillis(now) <= STALE.toMillis()) {
            (lostSinceMillis.containsKey(agent) ? lost : held).add(new AgentBoot(agent, epoch));
          }
        });
    return new Coverage(held, lost);
  }

  /** The row of a process of this agent. */
  public Optional<ProcessRow> ownRow(ProcessId process) {
    return own.row(process);
  }

  /** The rows of agents that are gone, as they were when those were last heard of. */
  public SortedMap<AgentId, List<ProcessRow>> lostRows() {
    SortedMap<AgentId, List<ProcessRow>> lost = new TreeMap<>();
    for (AgentId agent : lostSinceMillis.keySet()) {
      shard(agent)
          .ifPresent(
              shard ->
                  lost.put(agent, shard.rows().stream().map(Shard.VersionedRow::row).toList()));
    }
    return lost;
  }

  /** Whether there are {@link #lostRows}. */
  public boolean holdsLostRows() {
    return lostSinceMillis.keySet().stream().anyMatch(replicas::containsKey);
  }

  /**
   * Since when an agent is lost whose rows are among {@link #lostRows}, by this agent's wall clock
   * in milliseconds since 1970; empty if it is not.
   */
  public Optional<Long> lostSinceMillis(AgentId agent) {
    return Optional.ofNullable(lostSinceMillis.get(agent));
  }

  /** Whether this agent can answer for {@code process}. */
  public boolean holds(ProcessId process) {
    return shard(process.agent()).flatMap(shard -> shard.row(process)).isPresent();
  }

  /** The rows of that name that this agent writes. */
  public List<ProcessRow> ownRows(Name tenant, Name name) {
    return answerOwn(new Filter(Optional.of(tenant), Optional.empty(), Optional.of(name), false))
        .stream()
        .map(RowView::row)
        .toList();
  }

  /** The rows that this agent writes. */
  public List<ProcessRow> ownRows() {
    return own.rows().stream().map(Shard.VersionedRow::row).toList();
  }

  /** Whose rows this agent holds. */
  SortedSet<Name> tenants() {
    return tenants.tenants();
  }

  /** Grows each time that changes. */
  long tenantsVersion() {
    return tenants.version();
  }

  /** How new each shard is that this agent holds; equal in a group at rest. */
  public SortedMap<AgentId, String> versions() {
    SortedMap<AgentId, String> versions = new TreeMap<>();
    versions.put(self.agent(), own.version().toString());
    replicas.forEach((origin, replica) -> versions.put(origin, replica.shard.version().toString()));
    return versions;
  }

  private void start(List<ProcessRow> recovered) {
    own.beginEpoch(self.epoch());
    recovered.forEach(own::put);
    told = own.version();
  }

  private void regroup(Instant now, List<AgentId> members, long nowMillis) {
    SortedSet<AgentId> departed = group;
    group = new TreeSet<>(members);
    group.remove(self.agent());
    departed.removeAll(group);
    leader = members.isEmpty() ? self.agent() : members.getFirst();
    departed.forEach(agent -> lose(agent, nowMillis));
    for (AgentId member : group) {
      if (lostSinceMillis.remove(member) != null) {
        returning.add(member);
      }
    }
    digestDue(now);
  }

  /** One of the group tells of it, its leader. */
  private void lose(AgentId agent, long sinceMillis) {
    returning.remove(agent);
    boolean known = lostSinceMillis.putIfAbsent(agent, sinceMillis) != null;
    if (!known && leader.equals(self.agent())) {
      noticeLiving(agent, RowEvent.Kind.LOST);
    }
  }

  private void noticeLiving(AgentId agent, RowEvent.Kind kind) {
    shard(agent).stream()
        .flatMap(shard -> shard.rows().stream())
        .filter(row -> row.row().state().isLive())
        .forEach(row -> notice(kind, row));
  }

  private void noticeChange(Optional<ProcessRow> before, ProcessRow row) {
    boolean again = before.map(ProcessRow::restarts).orElse(0) < row.restarts();
    boolean other = before.map(ProcessRow::state).filter(row.state()::equals).isEmpty();
    Shard.VersionedRow now = new Shard.VersionedRow(row, own.version());
    if (again) {
      notice(RowEvent.Kind.RESTARTING, now);
    } else if (other) {
      switch (row.state()) {
        case REQUESTED, STARTING -> {}
        case RUNNING -> notice(RowEvent.Kind.STARTED, now);
        case EXITED -> notice(RowEvent.Kind.EXITED, now);
        case LOST -> notice(RowEvent.Kind.LOST, now);
      }
    }
    if (before.isPresent() && !before.get().name().equals(row.name())) {
      notice(RowEvent.Kind.RENAMED, now);
    }
  }

  private void notice(RowEvent.Kind kind, Shard.VersionedRow row) {
    if (row.row().kind() == ProcessRow.Kind.PROCESS) {
      effects.add(new TableEffect.Noticed(RowEvent.of(kind, row)));
    }
  }

  /** Living agents are answered for by the group that was left; their rows would go stale here. */
  private void leaveGroup() {
    group.forEach(this::forget);
    group = new TreeSet<>();
    leader = self.agent();
  }

  private void forget(AgentId agent) {
    Replica gone = replicas.remove(agent);
    if (gone != null) {
      gone.shard.drop();
    }
    lostSinceMillis.remove(agent);
    returning.remove(agent);
  }

  private void receive(Instant now, AgentId from, TableMessage message) {
    switch (message) {
      case TableMessage.News(Delta delta) -> take(now, from, delta);
      case TableMessage.Digest(List<TableMessage.Entry> entries) -> {
        for (TableMessage.Entry entry : entries) {
          compare(now, from, entry);
        }
        // Not to itself: the sender may be an earlier life of this agent.
        if (from.equals(leader) && !leader.equals(self.agent())) {
          answerLeader(now, entries);
        }
      }
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
    if (!delta.isOwn() || origin.equals(self.agent())) {
      long count = foreign.merge(from, 1L, Long::sum);
      // A few tell as much as all.
      if (Long.bitCount(count) == 1) {
        effects.add(new TableEffect.ForeignRows(from, origin, count));
      }
      return;
    }
    if (!mayTell(from, origin)) {
      return;
    }
    Replica replica = replica(origin, now);
    int epochBefore = replica.shard.version().epoch();
    if (replica.shard.merge(delta)) {
      welcome(origin, epochBefore);
      replica.confirm(now);
      lastChange = now;
    } else {
      pull(from, replica.shard.version(), origin);
    }
  }

  /** Of processes that have outlived a crash of their agent that tells itself. */
  private void welcome(AgentId origin, int epochBefore) {
    if (returning.remove(origin)
        && leader.equals(self.agent())
        && replica(origin, lastChange).shard.version().epoch() == epochBefore) {
      noticeLiving(origin, RowEvent.Kind.FOUND);
    }
  }

  private void compare(Instant now, AgentId from, TableMessage.Entry entry) {
    AgentId origin = entry.origin();
    boolean ofTheGroup = group.contains(from) && group.contains(origin);
    if (!ofTheGroup && !mayTell(from, origin)) {
      return;
    }
    Replica replica = replica(origin, now);
    if (entry.version().isAfter(replica.shard.version())) {
      // Only the writer of rows is believed about them, as long as it lives.
      pull(ofTheGroup ? origin : from, replica.shard.version(), origin);
    } else if (ofTheGroup) {
      replica.confirm(now.minusMillis(entry.ageMillis()));
    }
  }

  /**
   * Whether {@code from} may tell us {@code origin}'s rows: its own as a member of the group,
   * another's only if we too hold that agent for lost.
   */
  private boolean mayTell(AgentId from, AgentId origin) {
    if (origin.equals(self.agent())) {
      return false;
    }
    return origin.equals(from) ? group.contains(from) : lostSinceMillis.containsKey(origin);
  }

  private void pull(AgentId from, Version known, AgentId origin) {
    effects.add(new TableEffect.Send(from, new TableMessage.Pull(origin, known)));
  }

  /** Tells after {@code delay} or, in quick succession, of many changes with one message. */
  private void tellAfter(Duration delay, Instant now) {
    Instant earliest = lastTold.plus(NEWS_INTERVAL);
    Instant due = now.plus(delay).isAfter(earliest) ? now.plus(delay) : earliest;
    if (!due.isAfter(now)) {
      tell(now);
    } else if (newsDue.isEmpty() || due.isBefore(newsDue.get())) {
      newsDue = Optional.of(due);
      effects.add(new TableEffect.SetNewsTimer(Duration.between(now, due)));
    }
  }

  private void tell(Instant now) {
    if (!own.version().isAfter(told)) {
      return;
    }
    if (!group.isEmpty()) {
      Delta news = own.news(told, List.copyOf(untoldRemovals));
      effects.add(new TableEffect.Broadcast(new TableMessage.News(news)));
    }
    lastTold = now;
    told = own.version();
    untoldRemovals.clear();
  }

  /** The leader's part; whoever leads no more sets no timer for it. */
  private void digestDue(Instant now) {
    if (!leader.equals(self.agent()) || group.isEmpty()) {
      return;
    }
    List<TableMessage.Entry> entries = new ArrayList<>();
    entries.add(new TableMessage.Entry(self.agent(), own.version(), 0));
    for (AgentId member : group) {
      entries.add(entry(now, member));
    }
    for (AgentId lost : lostSinceMillis.keySet()) {
      if (replicas.containsKey(lost)) {
        entries.add(entry(now, lost));
      }
    }
    effects.add(new TableEffect.Broadcast(new TableMessage.Digest(entries)));
    boolean quiet = Duration.between(lastChange, now).compareTo(QUIET) > 0;
    effects.add(
        new TableEffect.SetDigestTimer(
            quiet ? Durations.multiply(digestInterval, QUIET_FACTOR) : digestInterval));
  }

  private TableMessage.Entry entry(Instant now, AgentId origin) {
    Replica replica = replica(origin, now);
    return new TableMessage.Entry(origin, replica.shard.version(), replica.ageMillis(now));
  }

  /** Says that this agent is well, and what the leader does not have. */
  private void answerLeader(Instant now, List<TableMessage.Entry> heard) {
    Version ownHeard = Version.NONE;
    SortedSet<AgentId> current = new TreeSet<>();
    for (TableMessage.Entry entry : heard) {
      if (entry.origin().equals(self.agent())) {
        ownHeard = entry.version();
      } else if (shard(entry.origin())
          .filter(shard -> shard.version().isAfter(entry.version()))
          .isEmpty()) {
        current.add(entry.origin());
      }
    }
    if (own.version().isAfter(ownHeard)) {
      // What the leader has missed others may have missed, too.
      effects.add(new TableEffect.Broadcast(new TableMessage.News(own.since(ownHeard))));
    }
    List<TableMessage.Entry> entries = new ArrayList<>();
    entries.add(new TableMessage.Entry(self.agent(), own.version(), 0));
    for (AgentId lost : lostSinceMillis.keySet()) {
      if (!current.contains(lost) && replicas.containsKey(lost)) {
        entries.add(entry(now, lost));
      }
    }
    effects.add(new TableEffect.Send(leader, new TableMessage.Digest(entries)));
  }

  private Optional<Shard> shard(AgentId origin) {
    return origin.equals(self.agent())
        ? Optional.of(own)
        : Optional.ofNullable(replicas.get(origin)).map(replica -> replica.shard);
  }

  private Replica replica(AgentId origin, Instant now) {
    return replicas.computeIfAbsent(origin, unknown -> new Replica(unknown, tenants, now));
  }
}
