package io.nefele.agent.core;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import io.nefele.hierarchy.GroupId;
import io.nefele.table.Filter;
import io.nefele.table.Holdings;
import io.nefele.table.Presentation;
import io.nefele.table.ProcessRow;
import io.nefele.table.ProcessTable;
import io.nefele.table.Queries;
import io.nefele.table.QueryEffect;
import io.nefele.table.QueryInput;
import io.nefele.table.QueryMessage;
import io.nefele.table.Reach;
import io.nefele.table.RowView;
import io.nefele.table.TableEffect;
import io.nefele.table.TableInput;
import io.nefele.table.TableMessage;
import io.nefele.table.tenant.Use;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/** The agent's part of the process table, and questions to the table of the whole fabric. */
final class Directory {
  private static final Duration DIGEST_INTERVAL = Duration.ofSeconds(2);
  private static final Duration ROWS_PATIENCE = Duration.ofSeconds(1);

  private final Outbox outbox;
  private final ProcessEvents events;
  private final EventLog log;
  private final ProcessTable table;
  private final Queries queries;
  private final Narrowing narrowing;
  private final Map<Long, Answered> asked = new LinkedHashMap<>();
  private final Map<Long, Streaming> streaming = new LinkedHashMap<>();
  private final Map<Long, Awaited> awaited = new LinkedHashMap<>();
  private Optional<GroupId> group = Optional.empty();
  private SortedSet<AgentId> members = new TreeSet<>();
  private long lastToken;

  /** Rows that are on their way here, and who waits for them. */
  private record Awaited(SortedSet<ProcessId> missing, Runnable then) {}

  /** What to do with the answer to a question. */
  interface Answered {
    /**
     * @param missing the subtrees that did not answer
     */
    void accept(List<RowView> rows, List<String> missing);
  }

  /** What to do with an answer while it comes. */
  interface Streaming {
    /**
     * @param rows as the agents that answer have presented them
     */
    void come(Bytes rows);

    /**
     * @param missing the subtrees that did not answer, or perhaps not in full
     */
    void end(List<String> missing);
  }

  /**
   * @param standing where this agent stands among the groups
   * @param presentation what makes of rows what is streamed to clients
   */
  Directory(
      AgentBoot self,
      Holdings.Standing standing,
      ProcessEvents events,
      EventLog log,
      Presentation presentation,
      Outbox outbox) {
    this.outbox = outbox;
    this.events = events;
    this.log = log;
    this.table = new ProcessTable(self, DIGEST_INTERVAL);
    this.queries = new Queries(table, presentation);
    this.narrowing = new Narrowing(self, table, standing, outbox);
  }

  void start(Instant now, List<ProcessRow> recovered) {
    input(now, new TableInput.Started(recovered));
  }

  /** Writes an own row down, and soon tells the group. */
  void put(Instant now, ProcessRow row) {
    put(now, row, false);
  }

  /**
   * Writes an own row down, then tells the group.
   *
   * @param awaited whether somebody at another agent waits for it: then it is told at once
   */
  void put(Instant now, ProcessRow row, boolean awaited) {
    outbox.add(new AgentEffect.Persist(row));
    input(now, new TableInput.RowChanged(row, awaited));
  }

  /** A process of an earlier life runs on. */
  void adopted(Instant now, ProcessId process) {
    input(now, new TableInput.Adopted(process));
  }

  void forget(Instant now, List<ProcessId> processes) {
    outbox.add(new AgentEffect.Forget(processes));
    input(now, new TableInput.RowsForgotten(processes));
  }

  /** The row of a process or mailbox of this server. */
  Optional<ProcessRow> ownRow(ProcessId process) {
    return table.ownRow(process);
  }

  /** The rows of that name of this server, without what their processes are started again by. */
  List<ProcessRow> ownRows(Name tenant, Name name) {
    return table.ownRows(tenant, name);
  }

  List<ProcessRow> ownRows() {
    return table.ownRows();
  }

  List<RowView> rows(Instant now) {
    return table.answer(now, Filter.ofTenant(Optional.empty(), false));
  }

  /** The rows that are here, whoever else has some. */
  List<RowView> known(Instant now, Filter filter) {
    return table.answer(now, filter);
  }

  /** Whether the rows of {@code agent} are here, as far as it has told them. */
  boolean answersFor(AgentId agent) {
    return members.contains(agent);
  }

  /** What the processes of {@code tenant} use whose agents are gone, as far as they are known. */
  SortedMap<AgentId, Use> lostUse(Name tenant) {
    SortedMap<AgentId, Use> lost = new TreeMap<>();
    table
        .lostRows()
        .forEach(
            (agent, rows) -> {
              Use use =
                  rows.stream()
                      .filter(row -> row.tenant().equals(tenant) && isProcess(row))
                      .map(row -> Use.of(1, row.cpuMillis(), row.memoryBytes()))
                      .reduce(Use.NONE, Use::plus);
              if (!use.equals(Use.NONE)) {
                lost.put(agent, use);
              }
            });
    return lost;
  }

  /** The rows of agents that are gone, with what their processes are started again by. */
  SortedMap<AgentId, List<ProcessRow>> lostRows() {
    return table.lostRows();
  }

  boolean holdsLostRows() {
    return table.holdsLostRows();
  }

  boolean isLost(AgentId agent) {
    return table.lostSinceMillis(agent).isPresent();
  }

  /** Of an agent that is lost: since when, milliseconds since 1970. */
  long lostSinceMillis(AgentId agent) {
    return table.lostSinceMillis(agent).orElse(Long.MAX_VALUE);
  }

  private static boolean isProcess(ProcessRow row) {
    return row.kind() == ProcessRow.Kind.PROCESS && row.state().isLive();
  }

  void groupInstalled(Instant now, GroupId installed, List<AgentId> members) {
    if (group.isPresent() && !group.get().equals(installed)) {
      input(now, new TableInput.GroupLeft());
    }
    group = Optional.of(installed);
    this.members = new TreeSet<>(members);
    input(now, new TableInput.GroupChanged(members, now.toEpochMilli()));
  }

  void groupLeft(Instant now, GroupId left) {
    if (group.equals(Optional.of(left))) {
      group = Optional.empty();
      input(now, new TableInput.GroupLeft());
    }
  }

  /**
   * Runs {@code then} as soon as the rows of {@code processes} are here, as far as they come here
   * at all: those of other groups do not. It runs after a short time in any case.
   */
  void whenKnown(List<ProcessId> processes, Runnable then) {
    SortedSet<ProcessId> missing = new TreeSet<>();
    for (ProcessId process : processes) {
      if (members.contains(process.agent()) && !table.holds(process)) {
        missing.add(process);
      }
    }
    if (missing.isEmpty()) {
      then.run();
      return;
    }
    long wait = ++lastToken;
    awaited.put(wait, new Awaited(missing, then));
    outbox.setTimer(new AgentTimer.RowsOverdue(wait), ROWS_PATIENCE);
  }

  void rowsOverdue(long wait) {
    Awaited overdue = awaited.remove(wait);
    if (overdue != null) {
      overdue.then().run();
    }
  }

  void agentLost(Instant now, AgentId agent) {
    input(now, new TableInput.AgentLost(agent, now.toEpochMilli()));
    query(now, new QueryInput.AgentLost(agent));
  }

  void agentElsewhere(Instant now, AgentId agent) {
    input(now, new TableInput.AgentElsewhere(agent));
  }

  void received(Instant now, AgentBoot from, TableMessage message) {
    input(now, new TableInput.Received(from, message));
    for (var wait : List.copyOf(awaited.entrySet())) {
      SortedSet<ProcessId> missing = wait.getValue().missing();
      missing.removeIf(table::holds);
      if (missing.isEmpty()) {
        outbox.cancelTimer(new AgentTimer.RowsOverdue(wait.getKey()));
        rowsOverdue(wait.getKey());
      }
    }
  }

  void newsDue(Instant now) {
    input(now, new TableInput.NewsDue());
  }

  void digestDue(Instant now) {
    input(now, new TableInput.DigestDue());
  }

  void ask(Instant now, Filter filter, Reach reach, Duration deadline, Answered then) {
    long token = ++lastToken;
    asked.put(token, then);
    query(now, new QueryInput.Asked(token, filter, reach, deadline, false));
  }

  /**
   * The same, but of one tenant's rows groups that hold none are not asked, and not named if they
   * do not answer.
   */
  void askWhereThereAreAny(
      Instant now, Filter filter, Reach reach, Duration deadline, Answered then) {
    narrow(now, filter, reach, narrowed -> ask(outbox.now(), filter, narrowed, deadline, then));
  }

  /** As {@link #askWhereThereAreAny}, with the rows of processes told as they come. */
  void stream(Instant now, Filter filter, Reach reach, Duration deadline, Streaming then) {
    narrow(
        now,
        filter,
        reach,
        narrowed -> {
          long token = ++lastToken;
          streaming.put(token, then);
          query(outbox.now(), new QueryInput.Asked(token, filter, narrowed, deadline, true));
        });
  }

  private void narrow(Instant now, Filter filter, Reach reach, Consumer<Reach> then) {
    if (filter.tenant().isEmpty()) {
      then.accept(reach);
    } else {
      narrowing.narrow(now, filter.tenant().get(), reach, then);
    }
  }

  Narrowing narrowing() {
    return narrowing;
  }

  void received(Instant now, AgentId from, QueryMessage message) {
    query(now, new QueryInput.Received(from, message));
  }

  void queryDeadline(Instant now, long number) {
    query(now, new QueryInput.DeadlinePassed(number));
  }

  private void input(Instant now, TableInput input) {
    for (TableEffect effect : table.step(now, input)) {
      switch (effect) {
        case TableEffect.Broadcast(var message) ->
            group.ifPresent(
                id -> outbox.add(new AgentEffect.Broadcast(id, new AgentMessage.OfTable(message))));
        case TableEffect.Send(var to, var message)
            when input instanceof TableInput.Received(AgentBoot asker, TableMessage question)
                && asker.agent().equals(to) ->
            outbox.answer(asker, new AgentMessage.OfTable(message));
        case TableEffect.Send(var to, var message) ->
            outbox.send(to, new AgentMessage.OfTable(message));
        case TableEffect.Noticed(var event) -> events.add(now, event);
        case TableEffect.ForeignRows(var from, var of, long count) ->
            log.dropped(
                now,
                "agent "
                    + from
                    + " told rows of agent "
                    + of
                    + ", which are not its own; dropped, "
                    + count
                    + " times so far");
        case TableEffect.SetDigestTimer(var delay) ->
            outbox.setTimer(new AgentTimer.TableDigest(), delay);
        case TableEffect.SetNewsTimer(var delay) ->
            outbox.setTimer(new AgentTimer.TableNews(), delay);
      }
    }
    narrowing.changed(now);
  }

  private void query(Instant now, QueryInput input) {
    for (QueryEffect effect : queries.step(now, input)) {
      switch (effect) {
        case QueryEffect.Send(var to, var message) ->
            outbox.send(to, new AgentMessage.OfQuery(message));
        case QueryEffect.SetDeadline(long number, var delay) ->
            outbox.setTimer(new AgentTimer.QueryDeadline(number), delay);
        case QueryEffect.CancelDeadline(long number) ->
            outbox.cancelTimer(new AgentTimer.QueryDeadline(number));
        case QueryEffect.Streamed(long token, var rows) -> {
          Streaming then = streaming.get(token);
          if (then != null) {
            then.come(rows);
          }
        }
        case QueryEffect.Answered(long token, var rows, var missing) -> {
          Answered then = asked.remove(token);
          if (then != null) {
            then.accept(rows, missing);
          }
          Streaming streamed = streaming.remove(token);
          if (streamed != null) {
            streamed.end(missing);
          }
        }
      }
    }
  }
}
