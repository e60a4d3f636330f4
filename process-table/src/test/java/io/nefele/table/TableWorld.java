package io.nefele.table;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.core.MalformedMessage;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** Tables that talk over a network which loses broadcasts when told to. Virtual time. */
final class TableWorld {
  static final Duration DIGEST_INTERVAL = Duration.ofSeconds(2);

  /** Longer than news ever waits. */
  static final Duration NEWS_ROUND = Duration.ofMillis(10);

  private final SortedMap<AgentId, ProcessTable> tables = new TreeMap<>();
  private final List<Parcel> inFlight = new ArrayList<>();
  private final List<AgentBoot> newsDue = new ArrayList<>();
  private final RandomGenerator random;
  private Instant now = Instant.EPOCH;
  private int delivered;

  /** What tables told of processes and peers. */
  final List<String> noticed = new ArrayList<>();

  int lossPercent;

  private record Parcel(AgentBoot from, AgentId to, Bytes message) {}

  TableWorld(RandomGenerator random) {
    this.random = random;
  }

  static AgentBoot boot(int agent, int epoch) {
    return new AgentBoot(new AgentId(agent), epoch);
  }

  static ProcessRow running(AgentBoot boot, int counter) {
    return running(boot, counter, Optional.empty());
  }

  static ProcessRow running(AgentBoot boot, int counter, Optional<Name> name) {
    return new ProcessRow(
        new ProcessId(boot, counter),
        ProcessRow.Kind.PROCESS,
        new Name("tenant"),
        name,
        List.of("sleep", "9"),
        ProcessState.RUNNING,
        Optional.empty(),
        1000,
        1000,
        0,
        0);
  }

  ProcessTable start(AgentBoot boot, ProcessRow... recovered) {
    ProcessTable table = new ProcessTable(boot, DIGEST_INTERVAL);
    tables.put(boot.agent(), table);
    input(boot, new TableInput.Started(List.of(recovered)));
    return table;
  }

  void crash(AgentBoot boot) {
    tables.remove(boot.agent());
  }

  /** Installs the view {@code members} at each of them that runs. */
  void group(AgentBoot... members) {
    List<AgentId> ids = java.util.Arrays.stream(members).map(AgentBoot::agent).toList();
    for (AgentBoot member : members) {
      if (tables.containsKey(member.agent())) {
        input(member, new TableInput.GroupChanged(ids, 5000));
      }
    }
    deliverAll();
  }

  void input(AgentBoot at, TableInput input) {
    ProcessTable table = tables.get(at.agent());
    if (table != null) {
      execute(at, table.step(now, input));
    }
  }

  ProcessTable table(AgentBoot boot) {
    ProcessTable table = tables.get(boot.agent());
    if (table == null) {
      throw new IllegalStateException(boot + " does not run");
    }
    return table;
  }

  /** Lets all news that waits be told, and delivers what is on its way. */
  void deliverAll() {
    now = now.plus(NEWS_ROUND);
    List<AgentBoot> due = List.copyOf(newsDue);
    newsDue.clear();
    due.forEach(boot -> input(boot, new TableInput.NewsDue()));
    while (!inFlight.isEmpty()) {
      Parcel parcel = inFlight.removeFirst();
      ProcessTable receiver = tables.get(parcel.to);
      if (receiver != null && random.nextInt(100) >= lossPercent) {
        delivered++;
        execute(
            boot((int) parcel.to.value(), 1),
            receiver.step(now, new TableInput.Received(parcel.from, decode(parcel.message))));
      }
    }
  }

  Instant now() {
    return now;
  }

  /** How many messages have come through. */
  int delivered() {
    return delivered;
  }

  /** Lets one digest interval pass at every agent. */
  void digestRound() {
    now = now.plus(DIGEST_INTERVAL);
    for (AgentId agent : List.copyOf(tables.keySet())) {
      input(boot((int) agent.value(), 1), new TableInput.DigestDue());
    }
    deliverAll();
  }

  List<RowView> answer(AgentBoot at) {
    return table(at).answer(now, Filter.ofTenant(Optional.empty(), false));
  }

  private void execute(AgentBoot at, List<TableEffect> effects) {
    for (TableEffect effect : effects) {
      switch (effect) {
        case TableEffect.Broadcast(TableMessage message) -> {
          for (AgentId to : tables.keySet()) {
            if (!to.equals(at.agent())) {
              inFlight.add(new Parcel(at, to, TableMessage.CODEC.toBytes(message)));
            }
          }
        }
        case TableEffect.Send(AgentId to, TableMessage message) ->
            inFlight.add(new Parcel(at, to, TableMessage.CODEC.toBytes(message)));
        case TableEffect.Noticed(var event) ->
            noticed.add(at.agent() + " " + event.kind() + " " + event.row().id());
        case TableEffect.ForeignRows(var from, var of, long count) ->
            noticed.add(at.agent() + " FOREIGN " + from + " " + of + " " + count);
        case TableEffect.SetDigestTimer timer -> {}
        case TableEffect.SetNewsTimer timer -> newsDue.add(at);
      }
    }
  }

  private static TableMessage decode(Bytes bytes) {
    try {
      return TableMessage.CODEC.fromBytes(bytes);
    } catch (MalformedMessage e) {
      throw new IllegalStateException(e);
    }
  }
}
