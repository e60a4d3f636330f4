package io.nefele.sim.check;

import com.google.common.collect.SortedSetMultimap;
import com.google.common.collect.TreeMultimap;
import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentInput;
import io.nefele.agent.core.AgentMessage;
import io.nefele.agent.core.AgentTimer;
import io.nefele.core.ProcessId;
import io.nefele.placement.Component;
import io.nefele.placement.PlacementMessage;
import io.nefele.placement.PlacementTimer;
import io.nefele.placement.RequestKey;
import io.nefele.placement.Resources;
import io.nefele.sim.world.Clients;
import io.nefele.sim.world.Life;
import io.nefele.sim.world.ProcessHost;
import io.nefele.sim.world.Server;
import io.nefele.sim.world.Violation;
import io.nefele.sim.world.Watcher;
import io.nefele.sim.world.World;
import io.nefele.table.Health;
import io.nefele.table.ProcessRow;
import io.nefele.wire.Response;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Invariants P1 to P6, P9, P10: no server promises more than it has, and a spawn is all or nothing.
 */
public final class PlacementChecker implements Watcher {
  private static final long LATE_MILLIS = 1_000;

  /** No longer does an offer stand. */
  private static final long OFFER_MILLIS = 3_000;

  /** At least so long a place is held for a process that is moved. */
  private static final long PLAN_MILLIS = 30_000;

  /** Whoever is still preparing says so more often. */
  private static final long WORKING_NANOS = 3_000_000_000L;

  /** No longer is anything at its gate that does not wait for others. */
  private static final long GATE_NANOS = 5_000_000_000L;

  private final Supplier<World> world;

  /** Until when each life may hold what it was last asked to keep. */
  private final SortedMap<Integer, Long> keptUntilNanos = new TreeMap<>();

  /** The processes of each spawn that were made, and of those the ones that reached their gate. */
  private final SortedSetMultimap<Integer, ProcessId> made = TreeMultimap.create();

  /** The processes that were let go. */
  private final SortedSet<ProcessId> released = new TreeSet<>();

  /** The processes that were made of each placement request: by its text, as rows have it. */
  private final SortedSetMultimap<String, ProcessId> byRequest = TreeMultimap.create();

  /** Until when each request, by its text, may still be prepared by somebody. */
  private final SortedMap<String, Long> preparedUntilNanos = new TreeMap<>();

  private final SortedMap<ProcessId, Integer> spawnOf = new TreeMap<>();
  private final SortedSetMultimap<Integer, ProcessId> ready = TreeMultimap.create();

  public PlacementChecker(Supplier<World> world) {
    this.world = world;
  }

  @Override
  public void effect(Life life, AgentEffect effect) {
    if (effect instanceof AgentEffect.Persist(var row) && !row.request().isEmpty()) {
      byRequest.put(row.request(), row.id());
    }
    switch (effect) {
      case AgentEffect.Spawn spawn when spawn.beside().isEmpty() -> made(life, spawn);
      case AgentEffect.Release(var processes) -> released(life, processes);
      case AgentEffect.Send(var to, AgentMessage.OfPlacement(PlacementMessage.Keep keep)) ->
          moves(life, keep);
      // Only the start order holds it from now on.
      case AgentEffect.Persist(ProcessRow row) when row.health() == Health.WAITING ->
          released(life, List.of(row.id()));
      // Which it does for as long as it waits for a program.
      case AgentEffect.SetTimer(AgentTimer.ShippingBeat beat, var delay) ->
          mayHold(life, delay.toMillis());
      // What is offered to a requester that has died meanwhile, and a plan of its own.
      case AgentEffect.SetTimer(AgentTimer.Placement(PlacementTimer.HoldExpiry(var key)), var delay)
          when delay.toMillis() <= OFFER_MILLIS || delay.toMillis() >= PLAN_MILLIS ->
          mayHold(life, delay.toMillis());
      default -> {}
    }
  }

  @Override
  public void input(Life life, AgentInput input) {
    if (input
        instanceof
        AgentInput.MessageArrived(var from, AgentMessage.OfPlacement(PlacementMessage.Keep keep))) {
      mayHold(life, keep.millis());
    }
    if (input
        instanceof
        AgentInput.MessageArrived(
            var from,
            AgentMessage.OfPlacement(PlacementMessage.Working(var key)))) {
      preparedUntilNanos.put(key.text(), world.get().time().nowNanos() + WORKING_NANOS);
    }
    if (input instanceof AgentInput.ProcessGated(var process)) {
      Integer spawn = spawnOf.get(process);
      if (spawn != null) {
        ready.put(spawn, process);
      }
    }
  }

  private void mayHold(Life life, long millis) {
    long until = world.get().time().nowNanos() + (millis + LATE_MILLIS) * 1_000_000L;
    keptUntilNanos.merge(life.serial(), until, Math::max);
  }

  /** P1. */
  private void made(Life life, AgentEffect.Spawn spawn) {
    int number = Clients.spawnNumber(spawn.template().environment());
    spawnOf.put(spawn.process(), number);
    made.put(number, spawn.process());
    Resources granted =
        granted(life.server(), Optional.of(spawn.process())).plus(spawn.template().demand());
    if (granted.cpuMillis() > World.CAPACITY.cpuMillis()
        || granted.memoryBytes() > World.CAPACITY.memoryBytes()) {
      throw new Violation("P1", life + " grants " + granted + " of " + World.CAPACITY);
    }
  }

  /** What no process on the server has been granted. */
  static Resources left(Server server) {
    return World.CAPACITY.minus(granted(server, Optional.empty()));
  }

  /**
   * To all that have not ended, and to those that wait to be started again, but {@code besides}.
   */
  private static Resources granted(Server server, Optional<ProcessId> besides) {
    Resources sum = server.processes().granted();
    for (ProcessRow row : RestartChecker.waiting(server)) {
      if (!Optional.of(row.id()).equals(besides)) {
        sum = sum.plus(Resources.of(row.cpuMillis(), row.memoryBytes(), row.resources()));
      }
    }
    return sum;
  }

  /** P2: nothing runs before all that belong together are there. */
  private void released(Life life, List<ProcessId> processes) {
    List<ProcessId> first = processes.stream().filter(its -> !released.contains(its)).toList();
    released.addAll(processes);
    for (ProcessId process : first) {
      Integer spawn = spawnOf.get(process);
      if (spawn == null) {
        throw new Violation("P2", life + " lets go of " + process + ", which was never made");
      }
      int wanted = world.get().clients().spawns().get(spawn).count();
      int there = ready.get(spawn).size();
      if (there < wanted) {
        throw new Violation(
            "P2", life + " lets spawn " + spawn + " go with " + there + " of " + wanted);
      }
      knowsWithWhom(life, process);
    }
  }

  /** P9: whoever lets go with others can ask them what has become of it after a crash, too. */
  private void knowsWithWhom(Life life, ProcessId process) {
    ProcessRow row = life.server().rows().get(process);
    if (row == null) {
      return;
    }
    boolean alone =
        byRequest.get(row.request()).stream().allMatch(its -> its.agent().equals(process.agent()));
    Optional<RequestKey> request = RequestKey.parse(row.request());
    if (!alone && request.filter(life.server().openRequests()::contains).isEmpty()) {
      throw new Violation("P9", life + " lets go of " + process + " and has not kept with whom");
    }
  }

  /** P10: what may still be called off is not taken elsewhere, where nobody would call it off. */
  private void moves(Life life, PlacementMessage.Keep keep) {
    for (Component component : keep.components()) {
      for (ProcessId process : component.template().terms().supersedes()) {
        ProcessRow row = life.server().rows().get(process);
        if (row != null
            && row.state().isLive()
            && RequestKey.parse(row.request())
                .filter(life.server().openRequests()::contains)
                .isPresent()) {
          throw new Violation("P10", life + " moves " + process + ", whose spawn is open");
        }
      }
    }
  }

  /** P3 and P4: what clients were told of their spawns is so, on the servers of {@code core}. */
  public Optional<Violation> atRest(List<Life> core) {
    for (Clients.Spawn spawn : world.get().clients().spawns()) {
      SortedSet<ProcessId> ours = made.get(spawn.number());
      if (spawn.answer().orElse(null) instanceof Response.Spawned(var ids)) {
        if (new TreeSet<>(ids).size() != spawn.count() || !ours.containsAll(ids)) {
          return Optional.of(
              new Violation(
                  "P3",
                  "spawn "
                      + spawn.number()
                      + " of "
                      + spawn.count()
                      + " was answered with "
                      + ids));
        }
        if (spawn.count() > 1 && !released.containsAll(ids)) {
          return Optional.of(
              new Violation("P6", "of spawn " + spawn.number() + " not all were let go: " + ids));
        }
      } else if (spawn.answer().isPresent()) {
        Optional<Violation> kept = nothingKept(core, spawn.number());
        if (kept.isPresent()) {
          return kept;
        }
      }
    }
    Optional<Violation> part = noneInPart(core);
    return part.isPresent() ? part : noneAtTheGate(core);
  }

  /** P6: whoever died in the middle of it, what runs of a spawn runs of all of it. */
  private Optional<Violation> noneInPart(List<Life> core) {
    for (Life life : core) {
      for (var entry : life.server().processes().entries().entrySet()) {
        Integer spawn = spawnOf.get(entry.getKey());
        if (spawn == null || entry.getValue().stage() != ProcessHost.Stage.RUNNING) {
          continue;
        }
        int wanted = world.get().clients().spawns().get(spawn).count();
        SortedSet<ProcessId> let = new TreeSet<>(made.get(spawn));
        let.retainAll(released);
        if (wanted > 1 && let.size() < wanted) {
          return Optional.of(
              new Violation(
                  "P6",
                  life
                      + " runs "
                      + entry.getKey()
                      + " of spawn "
                      + spawn
                      + ", of which "
                      + let.size()
                      + " of "
                      + wanted
                      + " were let go"));
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<Violation> nothingKept(List<Life> core, int spawn) {
    for (Life life : core) {
      for (var entry : life.server().processes().entries().entrySet()) {
        boolean live = entry.getValue().stage() != ProcessHost.Stage.EXITED;
        if (live && Clients.spawnNumber(entry.getValue().template().environment()) == spawn) {
          return Optional.of(
              new Violation(
                  "P4", "spawn " + spawn + " failed, " + life + " kept " + entry.getKey()));
        }
      }
    }
    return Optional.empty();
  }

  private Optional<Violation> noneAtTheGate(List<Life> core) {
    long now = world.get().time().nowNanos();
    long old = now - GATE_NANOS;
    for (Life life : core) {
      for (var entry : life.server().processes().entries().entrySet()) {
        ProcessRow row = life.server().rows().get(entry.getKey());
        // Of those that wait for others speaks L9.
        boolean waits = row != null && row.health() == Health.WAITING;
        // What is started again may be there only since a moment ago.
        boolean atTheGate =
            entry.getValue().stage() == ProcessHost.Stage.GATED
                && entry.getValue().madeNanos() < old;
        // A program that comes slowly is waited for, by those that have it already, too.
        boolean othersPrepare =
            row != null && now < preparedUntilNanos.getOrDefault(row.request(), 0L);
        if (atTheGate && !waits && !othersPrepare) {
          return Optional.of(
              new Violation("P4", life + " holds " + entry.getKey() + " at its gate for ever"));
        }
      }
    }
    return Optional.empty();
  }

  /** Whether a place may be held here for a process that is about to be moved. */
  private boolean holdsAPlace(Life life) {
    return world.get().time().nowNanos() < keptUntilNanos.getOrDefault(life.serial(), 0L);
  }

  private static Resources freeOf(Response.AgentRow row) {
    return new Resources(row.cpuMillisFree(), row.memoryBytesFree());
  }

  /** P5: what an agent calls free is what its processes leave. */
  public Optional<Violation> freeIsRight(Life life, Response answer) {
    if (!(answer instanceof Response.Agents(var agents))) {
      return Optional.of(new Violation("A1", life + " answers " + answer));
    }
    Server server = life.server();
    Resources left = left(server);
    for (Response.AgentRow row : agents) {
      boolean own = row.id().equals(life.boot().agent().toString());
      if (own
          && (row.cpuMillisFree() != left.cpuMillis()
              || row.memoryBytesFree() != left.memoryBytes())
          && !(holdsAPlace(life) && left.covers(freeOf(row)))) {
        return Optional.of(
            new Violation(
                "P5",
                life
                    + " has "
                    + left
                    + " left and says "
                    + row.cpuMillisFree()
                    + " mCPU, "
                    + row.memoryBytesFree()
                    + " bytes"));
      }
    }
    return Optional.empty();
  }
}
