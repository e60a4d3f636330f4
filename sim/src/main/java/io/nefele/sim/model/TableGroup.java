package io.nefele.sim.model;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.core.MalformedMessage;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import io.nefele.core.SeededStreams;
import io.nefele.sim.kernel.VirtualTime;
import io.nefele.table.ProcessRow;
import io.nefele.table.ProcessState;
import io.nefele.table.ProcessTable;
import io.nefele.table.TableEffect;
import io.nefele.table.TableInput;
import io.nefele.table.TableMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * A group of agents with nothing but their process tables, over a network without faults, from its
 * first view until its last process has ended.
 */
final class TableGroup {
  /** How many agents. */
  static final int SIZE = 16;

  /** How long each part of its life takes: births, deaths, and a rest. */
  static final Duration PHASE = Duration.ofMinutes(1);

  private static final Duration DIGEST_INTERVAL = Duration.ofSeconds(2);
  private static final Duration LAST = Duration.ofSeconds(1);
  private static final long START_NANOS = 3_000_000;
  private static final Name TENANT = new Name("tenant");

  /** Who answers other groups: the leader. */
  private static final int SPEAKER = 0;

  /** Of one datacenter: at least this, and a tail. */
  private static final long LATENCY_NANOS = 500_000;

  private static final double TAIL_NANOS = 100_000;

  /** A death that not all members of its group know of. */
  private static final class Untold {
    final long sinceNanos;

    /** Of the writer's shard, with which it is told. */
    final long change;

    final boolean[] told = new boolean[SIZE];
    int left = SIZE - 1;

    Untold(long sinceNanos, long change) {
      this.sinceNanos = sinceNanos;
      this.change = change;
    }
  }

  private final int processes;
  private final RandomGenerator random;
  private final VirtualTime time;
  private final List<AgentBoot> boots = new ArrayList<>();
  private final List<ProcessTable> tables = new ArrayList<>();
  private final SortedMap<AgentId, Integer> seats = new TreeMap<>();
  private final List<List<Untold>> untold = new ArrayList<>();

  /** By sender and receiver: when the last message of that pair arrives. */
  private final long[][] arrivals = new long[SIZE][SIZE];

  private final int[] digestTimers = new int[SIZE];
  private final int[] newsTimers = new int[SIZE];
  private final List<Long> groupNanos = new ArrayList<>();
  private final List<Long> farNanos = new ArrayList<>();
  private long newsBytes;
  private long digestBytes;
  private long birthBytes;
  private long deathBytes;
  private long restBytes;
  private long memoryBytes;

  /**
   * @param number of the group, so that all are different
   * @param processes of each agent
   */
  TableGroup(SeededStreams streams, int number, int processes) {
    this.processes = processes;
    this.random = streams.stream("group " + number);
    this.time = new VirtualTime(streams.stream("ties " + number));
    for (int seat = 0; seat < SIZE; seat++) {
      AgentBoot boot = new AgentBoot(new AgentId((long) number * SIZE + seat), 1);
      boots.add(boot);
      tables.add(new ProcessTable(boot, DIGEST_INTERVAL));
      seats.put(boot.agent(), seat);
      untold.add(new ArrayList<>());
    }
  }

  void run() {
    List<AgentId> members = boots.stream().map(AgentBoot::agent).toList();
    for (int seat = 0; seat < SIZE; seat++) {
      step(seat, new TableInput.Started(List.of()));
      step(seat, new TableInput.GroupChanged(members, 0));
    }
    long emptyBytes = usedBytes();
    phase();
    long toldAtFirst = newsBytes;
    everybody(this::bear);
    phase();
    long toldOfBirths = newsBytes;
    birthBytes = toldOfBirths - toldAtFirst;
    memoryBytes = usedBytes() - emptyBytes;
    everybody(this::end);
    phase();
    deathBytes = newsBytes - toldOfBirths;
    // Once nothing has changed for a minute there are fewer digests.
    phase();
    long digestsBefore = digestBytes;
    phase();
    restBytes = digestBytes - digestsBefore;
    if (tables.stream().map(ProcessTable::versions).distinct().count() != 1) {
      throw new IllegalStateException("the tables of a group at rest differ");
    }
  }

  private interface OfProcess {
    void happens(int seat, int process);
  }

  /** Something happens to each process at some time within a minute, but for the last second. */
  private void everybody(OfProcess what) {
    for (int seat = 0; seat < SIZE; seat++) {
      for (int process = 1; process <= processes; process++) {
        int its = seat;
        int number = process;
        long atNanos = random.nextLong(PHASE.minus(LAST).toNanos());
        time.after(atNanos, () -> what.happens(its, number));
      }
    }
  }

  private void phase() {
    long end = time.nowNanos() + PHASE.toNanos();
    while (time.step(end)) {
      // Each event is an input of a table.
    }
  }

  /** It is placed, and let go at once; who placed it waits for that. */
  private void bear(int seat, int process) {
    ProcessRow placed = row(seat, process);
    step(seat, new TableInput.RowChanged(placed, false));
    ProcessRow running = placed.with(ProcessState.RUNNING, millis() + 1);
    time.after(START_NANOS, () -> step(seat, new TableInput.RowChanged(running, true)));
  }

  private void end(int seat, int process) {
    ProcessRow running = row(seat, process).with(ProcessState.RUNNING, 1);
    step(seat, new TableInput.RowChanged(running.exited(0, millis()), false));
    Untold death = new Untold(time.nowNanos(), changes(seat, seat));
    if (seat == SPEAKER) {
      farNanos.add(latency());
    }
    untold.get(seat).add(death);
  }

  private ProcessRow row(int seat, int process) {
    return new ProcessRow(
        new ProcessId(boots.get(seat), process),
        ProcessRow.Kind.PROCESS,
        TENANT,
        Optional.empty(),
        List.of("/bin/sleep", "60"),
        ProcessState.REQUESTED,
        Optional.empty(),
        0,
        1,
        100,
        64L << 20);
  }

  private void step(int seat, TableInput input) {
    for (TableEffect effect : tables.get(seat).step(now(), input)) {
      switch (effect) {
        case TableEffect.Broadcast(var message) -> {
          Bytes bytes = TableMessage.CODEC.toBytes(message);
          for (int to = 0; to < SIZE; to++) {
            if (to != seat) {
              send(seat, to, message, bytes);
            }
          }
        }
        case TableEffect.Send(var to, var message) ->
            send(seat, seats.getOrDefault(to, seat), message, TableMessage.CODEC.toBytes(message));
        case TableEffect.SetDigestTimer(var delay) -> {
          int timer = ++digestTimers[seat];
          time.after(
              delay.toNanos(),
              () -> {
                if (timer == digestTimers[seat]) {
                  step(seat, new TableInput.DigestDue());
                }
              });
        }
        case TableEffect.SetNewsTimer(var delay) -> {
          int timer = ++newsTimers[seat];
          time.after(
              delay.toNanos(),
              () -> {
                if (timer == newsTimers[seat]) {
                  step(seat, new TableInput.NewsDue());
                }
              });
        }
        case TableEffect.Noticed noticed -> {}
        case TableEffect.ForeignRows foreign ->
            throw new IllegalStateException("foreign rows: " + foreign);
      }
    }
  }

  /** In order, as over a connection. */
  private void send(int from, int to, TableMessage message, Bytes bytes) {
    if (message instanceof TableMessage.News) {
      newsBytes += bytes.size();
    } else {
      digestBytes += bytes.size();
    }
    arrivals[from][to] = Math.max(arrivals[from][to] + 1, time.nowNanos() + latency());
    time.at(arrivals[from][to], () -> arrive(from, to, bytes));
  }

  private void arrive(int from, int to, Bytes bytes) {
    try {
      TableMessage message = TableMessage.CODEC.fromBytes(bytes);
      step(to, new TableInput.Received(boots.get(from), message));
    } catch (MalformedMessage e) {
      throw new IllegalStateException(e);
    }
    List<Untold> deaths = untold.get(from);
    if (!deaths.isEmpty()) {
      long known = changes(to, from);
      deaths.removeIf(death -> death.change <= known && isToldToAll(death, to));
    }
  }

  private boolean isToldToAll(Untold death, int to) {
    if (!death.told[to]) {
      death.told[to] = true;
      death.left--;
      long nanos = time.nowNanos() - death.sinceNanos;
      if (to == SPEAKER) {
        farNanos.add(nanos + latency());
      }
      if (death.left == 0) {
        groupNanos.add(nanos);
      }
    }
    return death.left == 0;
  }

  /** How many changes of the writer's rows the holder knows. */
  private long changes(int holder, int writer) {
    String version = tables.get(holder).versions().getOrDefault(boots.get(writer).agent(), "0/0");
    return Long.parseLong(version.substring(version.indexOf('/') + 1));
  }

  private long latency() {
    return LATENCY_NANOS + (long) (-Math.log(1 - random.nextDouble()) * TAIL_NANOS);
  }

  private Instant now() {
    return Instant.EPOCH.plusNanos(time.nowNanos());
  }

  private long millis() {
    return time.nowNanos() / 1_000_000;
  }

  /** All that was sent for births. */
  long birthBytes() {
    return birthBytes;
  }

  long deathBytes() {
    return deathBytes;
  }

  /** All that was sent in the last {@link #PHASE}, in which nothing happened. */
  long restBytes() {
    return restBytes;
  }

  /** Of the heap, for the rows in all of its tables. */
  long memoryBytes() {
    return memoryBytes;
  }

  /** Of each death: until all knew. */
  List<Long> groupNanos() {
    return groupNanos;
  }

  /** Of each death: until one who asks from another group all the time had the answer. */
  List<Long> farNanos() {
    return farNanos;
  }

  private static long usedBytes() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
