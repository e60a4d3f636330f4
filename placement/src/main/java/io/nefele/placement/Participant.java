package io.nefele.placement;

import io.nefele.core.AgentId;
import io.nefele.core.ProcessId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * This server's side of everybody's requests: offers, holds, preparation and release. Whatever it
 * promised runs out by itself if the requester does not come back.
 */
final class Participant {
  /** How long an offer stands; a requester decides within far less. */
  static final Duration HOLD = Duration.ofSeconds(3);

  /** How long what is prepared waits for the others. */
  static final Duration COMMIT_HOLD = Duration.ofSeconds(10);

  private final Ledger ledger;
  private final SortedMap<RequestKey, Participation> requests = new TreeMap<>();

  /** Whose request the processes are that run, as long as all of it run. */
  private final SortedMap<ProcessId, RequestKey> running = new TreeMap<>();

  private final List<PlacementEffect> effects;

  /**
   * @param effects where what has to be done is put
   */
  Participant(Ledger ledger, List<PlacementEffect> effects) {
    this.ledger = ledger;
    this.effects = effects;
  }

  void ask(PlacementMessage.Ask ask) {
    RequestKey key = ask.key();
    if (requests.containsKey(key) || ask.count() < 1) {
      return;
    }
    int processes = ledger.processes();
    int count = ledger.free().fits(ask.each(), ask.count());
    if (count > 0 && ledger.hold(key, ask.each().times(count))) {
      enter(key, new Participation.Offered(), HOLD);
    }
    reply(key, new PlacementMessage.Offer(key, count, ledger.free(), ledger.capacity(), processes));
  }

  void commit(PlacementMessage.Commit commit) {
    RequestKey key = commit.key();
    if (requests.get(key) instanceof Participation.Preparing) {
      return;
    }
    Resources each = commit.template().demand();
    if (!fits(commit) || !ledger.hold(key, each.times(commit.count()))) {
      finish(key);
      reply(key, new PlacementMessage.Declined(key, "its room was given to another request"));
      return;
    }
    enter(key, new Participation.Preparing(commit.count(), each, commit.gated()), COMMIT_HOLD);
    effects.add(
        new PlacementEffect.Prepare(key, commit.template(), commit.count(), commit.gated()));
  }

  /** Asked before multiplying: the numbers come from another agent. */
  private boolean fits(PlacementMessage.Commit commit) {
    return commit.count() >= 1
        && ledger.capacity().fits(commit.template().demand(), commit.count()) == commit.count();
  }

  void prepared(RequestKey key, List<ProcessId> processes) {
    if (requests.get(key) instanceof Participation.Preparing(var count, var each, var gated)
        && count == processes.size()) {
      ledger.grant(key, processes, each);
      if (gated) {
        enter(key, new Participation.Ready(processes, each), COMMIT_HOLD);
      } else {
        run(key, processes);
      }
      reply(key, new PlacementMessage.Ready(key, processes));
    } else {
      finish(key);
      effects.add(new PlacementEffect.Discard(processes));
    }
  }

  void prepareFailed(RequestKey key, String reason) {
    boolean wanted = requests.get(key) instanceof Participation.Preparing;
    finish(key);
    if (wanted) {
      reply(key, new PlacementMessage.Declined(key, reason));
    }
  }

  void go(RequestKey key) {
    if (requests.get(key) instanceof Participation.Ready(var processes, var each)) {
      effects.add(new PlacementEffect.Release(processes));
      run(key, processes);
      reply(key, new PlacementMessage.Gone(key));
    }
  }

  /** The requester called it off. */
  void abort(PlacementMessage.Abort abort) {
    List<ProcessId> unknown = new ArrayList<>(abort.processes());
    unknown.removeAll(callOff(abort.key()));
    unknown.removeIf(process -> !ledger.isGranted(process));
    if (!unknown.isEmpty()) {
      effects.add(new PlacementEffect.Discard(unknown));
    }
    reply(abort.key(), new PlacementMessage.Aborted(abort.key()));
  }

  /** A process of this server is no more. */
  void ended(ProcessId process) {
    RequestKey key = running.remove(process);
    if (key != null
        && requests.get(key) instanceof Participation.Running(var processes)
        && processes.stream().noneMatch(running::containsKey)) {
      requests.remove(key);
    }
  }

  /** Returns the processes that are discarded by that. */
  private List<ProcessId> callOff(RequestKey key) {
    return switch (requests.get(key)) {
      case null -> List.of();
      case Participation.Offered() -> {
        finish(key);
        yield List.of();
      }
      case Participation.Preparing preparing -> {
        ledger.unhold(key);
        requests.put(key, new Participation.Unwanted());
        yield List.of();
      }
      case Participation.Unwanted() -> List.of();
      case Participation.Ready(var processes, var each) -> discard(key, processes);
      case Participation.Running(var processes) -> {
        processes.forEach(running::remove);
        yield discard(key, processes);
      }
    };
  }

  void expire(RequestKey key) {
    if (!(requests.get(key) instanceof Participation.Running)) {
      callOff(key);
    }
  }

  /** What {@code requester} had not let go yet will never be. */
  void requesterLost(AgentId requester) {
    for (RequestKey key : new ArrayList<>(requests.keySet())) {
      if (key.requester().agent().equals(requester)
          && !(requests.get(key) instanceof Participation.Running)) {
        callOff(key);
      }
    }
  }

  private List<ProcessId> discard(RequestKey key, List<ProcessId> processes) {
    finish(key);
    effects.add(new PlacementEffect.Discard(processes));
    return processes;
  }

  private void run(RequestKey key, List<ProcessId> processes) {
    requests.put(key, new Participation.Running(processes));
    processes.forEach(process -> running.put(process, key));
    effects.add(new PlacementEffect.CancelTimer(new PlacementTimer.HoldExpiry(key)));
  }

  private void enter(RequestKey key, Participation participation, Duration patience) {
    requests.put(key, participation);
    effects.add(new PlacementEffect.SetTimer(new PlacementTimer.HoldExpiry(key), patience));
  }

  private void finish(RequestKey key) {
    ledger.unhold(key);
    if (requests.remove(key) != null) {
      effects.add(new PlacementEffect.CancelTimer(new PlacementTimer.HoldExpiry(key)));
    }
  }

  private void reply(RequestKey key, PlacementMessage message) {
    effects.add(new PlacementEffect.Send(key.requester().agent(), message));
  }
}
