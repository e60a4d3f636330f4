package io.nefele.placement;

import io.nefele.core.AgentId;
import io.nefele.core.ProcessId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

  /** How long those that run wait to hear that all do; longer than any requester has patience. */
  private static final Duration SETTLE_PATIENCE = Duration.ofSeconds(20);

  /** How long a deputy is waited for. */
  private static final Duration DOUBT_RETRY = Duration.ofSeconds(2);

  private static final Duration KEEP_MAX = Duration.ofHours(1);

  /** So often those that wait for others to end say that they still do. */
  private static final Duration CLEARING_BEAT = Duration.ofSeconds(2);

  /** After so many of these it is given up. */
  private static final int CLEARING_BEATS_MAX = 30;

  private final Ledger ledger;
  private final Preemption preemption;
  private final LocalConstraints constraints;
  private final SortedMap<RequestKey, Participation> requests = new TreeMap<>();

  /** Whose request the processes are that run, as long as all of it run. */
  private final SortedMap<ProcessId, RequestKey> running = new TreeMap<>();

  private final OpenRequests open;
  private final List<PlacementEffect> effects;
  private final Deputies deputies;
  private ServerFacts facts;
  private boolean drained;

  /**
   * @param deputies whom to turn to when the requester is silent
   * @param effects where what has to be done is put
   */
  Participant(Ledger ledger, ServerFacts facts, Deputies deputies, List<PlacementEffect> effects) {
    this.deputies = deputies;
    this.ledger = ledger;
    this.preemption = new Preemption(ledger, this::hasStarted);
    this.constraints = new LocalConstraints(ledger, requests);
    this.facts = facts;
    this.effects = effects;
    this.open = new OpenRequests(effects);
  }

  void ask(PlacementMessage.Ask ask) {
    RequestKey key = ask.key();
    if (requests.containsKey(key)) {
      return;
    }
    boolean contended = ledger.holdsAnything();
    Resources free = ledger.free();
    Resources held = Wanted.usable(ask.wanted(), free);
    Resources reach = drained ? Resources.NONE : preemption.reach(ask.claimant());
    Resources yields =
        reach.equals(Resources.NONE)
            ? reach
            : Wanted.usable(ask.wanted(), free.plus(reach)).minusAtMost(held);
    boolean anyFits =
        !drained && ask.wanted().stream().anyMatch(wanted -> free.fits(wanted.each(), 1) > 0);
    if (anyFits && ledger.hold(key, held)) {
      enter(key, new Participation.Offered(), HOLD);
    }
    reply(
        key,
        new PlacementMessage.Offer(
            key,
            anyFits,
            anyFits ? held : Resources.NONE,
            ledger.free(),
            ledger.capacity(),
            ledger.processes(),
            contended,
            facts,
            ask.targets().stream().map(target -> constraints.running(target, key)).toList(),
            yields));
  }

  /** Whether a process is not in the middle of being started, with others perhaps. */
  private boolean hasStarted(ProcessId process) {
    RequestKey key = running.get(process);
    return key == null
        ? requests.values().stream()
            .noneMatch(
                its -> its instanceof Participation.Ready r && r.processes().contains(process))
        : requests.get(key) instanceof Participation.Running its && its.settled();
  }

  /** Whether a request may still be called off whose processes are here. */
  boolean isUndecided(RequestKey key) {
    return switch (requests.get(key)) {
      case Participation.Ready ready -> true;
      case Participation.Running its -> !its.settled();
      case null, default -> false;
    };
  }

  /** Whether nothing more is taken here. */
  void drained(boolean is) {
    drained = is;
  }

  void grouped(String group) {
    facts = facts.inGroup(group);
  }

  /** To hold for a plan what the plan needs, and for as long. */
  void keep(PlacementMessage.Keep keep) {
    RequestKey key = keep.key();
    List<Wanted> wanted = Component.wanted(keep.components());
    Duration hold = Duration.ofMillis(keep.millis());
    Participation known = requests.get(key);
    // Who offered nothing but what others have holds nothing yet.
    boolean mayKeep =
        known instanceof Participation.Offered || (known == null && keep.preempts() && !drained);
    if (!mayKeep
        || wanted.isEmpty()
        || hold.isNegative()
        || hold.compareTo(KEEP_MAX) > 0
        || !Wanted.fit(wanted, ledger.capacity())
        || !(ledger.hold(key, Wanted.sum(wanted))
            || (keep.preempts() && preempts(key, keep.components())))) {
      finish(key);
      reply(key, new PlacementMessage.Declined(key, "its room was given to another request", true));
      return;
    }
    enter(key, new Participation.Offered(), hold);
    reply(key, new PlacementMessage.Kept(key));
  }

  private boolean preempts(RequestKey key, List<Component> components) {
    return preemption.choose(
        key, Wanted.sum(Component.wanted(components)), Claimant.of(components));
  }

  void commit(PlacementMessage.Commit commit) {
    RequestKey key = commit.key();
    if (requests.get(key) instanceof Participation.Preparing
        || requests.get(key) instanceof Participation.Clearing) {
      return;
    }
    if (requests.get(key) instanceof Participation.Unwanted) {
      reply(key, new PlacementMessage.Declined(key, "it was called off", false));
      return;
    }
    List<Wanted> wanted = Component.wanted(commit.components());
    // Asked before it is added up: the numbers come from another agent.
    boolean possible =
        !wanted.isEmpty()
            && Component.processes(commit.components()) <= Component.COUNT_MAX
            && Wanted.fit(wanted, ledger.capacity());
    Optional<String> hindrance = possible ? hindrance(commit) : Optional.empty();
    if (!possible || hindrance.isPresent() || !takes(key, commit.components())) {
      finish(key);
      String reason = hindrance.orElse("its room was given to another request");
      reply(key, new PlacementMessage.Declined(key, reason, true));
      return;
    }
    List<ProcessId> victims = List.copyOf(preemption.of(key));
    if (victims.isEmpty()) {
      prepare(commit);
    } else {
      enter(key, new Participation.Clearing(commit, 0), CLEARING_BEAT);
      effects.add(new PlacementEffect.Preempt(victims));
    }
  }

  /** Others may have ended by themselves meanwhile, so that nobody has to give way. */
  private boolean takes(RequestKey key, List<Component> components) {
    boolean preempts = preemption.isFor(key);
    if (ledger.hold(key, Wanted.sum(Component.wanted(components)))) {
      preemption.release(key);
      return true;
    }
    return preempts && preempts(key, components);
  }

  /** Something that gave way to {@code key} has ended. */
  private void cleared(RequestKey key) {
    if (!(requests.get(key) instanceof Participation.Clearing(var commit, int beats))
        || !preemption.of(key).isEmpty()) {
      return;
    }
    // It has taken a while.
    Optional<String> hindrance = hindrance(commit);
    if (hindrance.isEmpty()
        && ledger.hold(key, Wanted.sum(Component.wanted(commit.components())))) {
      preemption.release(key);
      prepare(commit);
    } else {
      finish(key);
      String reason = hindrance.orElse("there was less room than thought");
      reply(key, new PlacementMessage.Declined(key, reason, true));
    }
  }

  private Optional<String> hindrance(PlacementMessage.Commit commit) {
    return drained ? Optional.of("it is drained") : constraints.hindrance(facts, commit);
  }

  private void prepare(PlacementMessage.Commit commit) {
    RequestKey key = commit.key();
    enter(
        key,
        new Participation.Preparing(commit.components(), commit.gated(), commit.participants()),
        COMMIT_HOLD);
    effects.add(
        new PlacementEffect.Prepare(
            key, commit.components(), commit.gated(), commit.participants()));
  }

  /** The requester still waits for others. */
  void othersAreWorking(RequestKey key) {
    if (requests.get(key) instanceof Participation.Ready ready && !ready.promised()) {
      enter(key, ready, COMMIT_HOLD);
    }
  }

  /** It takes longer than others are patient; they are told that it goes on. */
  void stillPreparing(RequestKey key) {
    if (requests.get(key) instanceof Participation.Preparing preparing) {
      enter(key, preparing, COMMIT_HOLD);
      reply(key, new PlacementMessage.Working(key));
    }
  }

  void prepared(RequestKey key, List<ProcessId> processes) {
    switch (requests.get(key)) {
      case Participation.Preparing(var components, var gated, var participants)
          when Component.processes(components) == processes.size() -> {
        ledger.grant(key, processes, components);
        if (gated) {
          enter(key, new Participation.Ready(processes, participants, false, 0), COMMIT_HOLD);
        } else {
          run(key, new Participation.Running(processes, participants, true, 0));
        }
        reply(key, new PlacementMessage.Ready(key, processes));
      }
      case Participation.Unwanted(var components)
          when Component.processes(components) == processes.size() -> {
        ledger.grant(key, processes, components);
        discard(key, processes);
      }
      case null, default -> discard(key, processes);
    }
  }

  void prepareFailed(RequestKey key, String reason) {
    boolean wanted = requests.get(key) instanceof Participation.Preparing;
    finish(key);
    if (wanted) {
      reply(key, new PlacementMessage.Declined(key, reason, false));
    }
  }

  void go(RequestKey key) {
    if (requests.get(key) instanceof Participation.Ready ready && !ready.promised()) {
      letGo(key, ready);
    }
  }

  /** A deputy says that all are there. */
  void verdict(RequestKey key) {
    if (requests.get(key) instanceof Participation.Ready ready) {
      letGo(key, ready);
    }
    settle(key);
  }

  /** All of the request run. */
  void settle(RequestKey key) {
    if (!(requests.get(key)
        instanceof Participation.Running(var processes, var participants, var known, int doubts))) {
      return;
    }
    open.settled(key);
    effects.add(new PlacementEffect.CancelTimer(new PlacementTimer.HoldExpiry(key)));
    requests.put(key, new Participation.Running(processes, participants, true, doubts));
    forgetIfOver(key);
  }

  private void letGo(RequestKey key, Participation.Ready ready) {
    open.opened(key, ready.participants());
    effects.add(new PlacementEffect.Release(ready.processes()));
    run(key, new Participation.Running(ready.processes(), ready.participants(), false, 0));
    reply(key, new PlacementMessage.Gone(key));
  }

  /** A deputy wants to know: what is held for it from now on goes by its word alone. */
  void inquire(AgentId deputy, RequestKey key) {
    PlacementMessage.Standing.State state =
        switch (requests.get(key)) {
          case Participation.Ready(var processes, var participants, var promised, int doubts) -> {
            requests.put(key, new Participation.Ready(processes, participants, true, doubts));
            yield PlacementMessage.Standing.State.HELD;
          }
          case Participation.Running its ->
              its.settled()
                  ? PlacementMessage.Standing.State.SETTLED
                  : PlacementMessage.Standing.State.RUNS;
          case null, default -> {
            callOff(key);
            yield open.isSettled(key)
                ? PlacementMessage.Standing.State.SETTLED
                : PlacementMessage.Standing.State.NOTHING;
          }
        };
    effects.add(new PlacementEffect.Send(deputy, new PlacementMessage.Standing(key, state)));
  }

  private void doubt(RequestKey key, List<AgentId> participants, int doubts) {
    effects.add(new PlacementEffect.SetTimer(new PlacementTimer.HoldExpiry(key), DOUBT_RETRY));
    PlacementMessage doubt = new PlacementMessage.Doubt(key, participants);
    deputies
        .of(participants, doubts)
        .ifPresent(deputy -> effects.add(new PlacementEffect.Send(deputy, doubt)));
  }

  /** A request was open when the agent crashed; whatever of it has ended since did run. */
  void reopened(RequestKey key, List<AgentId> participants) {
    open.recovered(key);
    enter(key, new Participation.Running(List.of(), participants, false, 0), DOUBT_RETRY);
  }

  /** A process of a request from before the agent's start still runs. */
  void adopted(RequestKey key, ProcessId process) {
    List<ProcessId> processes = new ArrayList<>();
    List<AgentId> participants = List.of();
    if (requests.get(key) instanceof Participation.Running known) {
      processes.addAll(known.processes());
      participants = known.participants();
    }
    processes.add(process);
    // What is not open any more was known to run as a whole.
    boolean settled = participants.isEmpty();
    requests.put(key, new Participation.Running(List.copyOf(processes), participants, settled, 0));
    running.put(process, key);
  }

  /** The requester, or a deputy, called it off. */
  void abort(AgentId from, PlacementMessage.Abort abort) {
    List<ProcessId> unknown = new ArrayList<>(abort.processes());
    unknown.removeAll(callOff(abort.key()));
    unknown.removeIf(process -> !ledger.isGranted(process));
    if (!unknown.isEmpty()) {
      effects.add(new PlacementEffect.Discard(unknown));
    }
    effects.add(new PlacementEffect.Send(from, new PlacementMessage.Aborted(abort.key())));
  }

  /** A process of this server is no more. */
  void ended(ProcessId process) {
    preemption.ended(process).ifPresent(this::cleared);
    RequestKey key = running.remove(process);
    if (key != null) {
      forgetIfOver(key);
    }
  }

  private void forgetIfOver(RequestKey key) {
    if (requests.get(key) instanceof Participation.Running its
        && its.settled()
        && its.processes().stream().noneMatch(running::containsKey)) {
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
      case Participation.Clearing clearing -> {
        finish(key);
        yield List.of();
      }
      case Participation.Preparing preparing -> {
        requests.put(key, new Participation.Unwanted(preparing.components()));
        effects.add(new PlacementEffect.Unprepare(key));
        yield List.of();
      }
      case Participation.Unwanted unwanted -> List.of();
      case Participation.Ready(var processes, var participants, var promised, int doubts) ->
          discard(key, processes);
      case Participation.Running(var processes, var participants, var known, int doubts) -> {
        processes.forEach(running::remove);
        yield discard(key, processes);
      }
    };
  }

  void expire(RequestKey key) {
    switch (requests.get(key)) {
      case null -> {}
      case Participation.Running(var processes, var participants, var known, int doubts) -> {
        if (!known) {
          requests.put(key, new Participation.Running(processes, participants, false, doubts + 1));
          doubt(key, participants, doubts);
        }
      }
      case Participation.Ready(var processes, var participants, var promised, int doubts) -> {
        requests.put(key, new Participation.Ready(processes, participants, promised, doubts + 1));
        doubt(key, participants, doubts);
      }
      case Participation.Clearing(var commit, int beats) when beats < CLEARING_BEATS_MAX -> {
        enter(key, new Participation.Clearing(commit, beats + 1), CLEARING_BEAT);
        reply(key, new PlacementMessage.Working(key));
      }
      case Participation.Clearing clearing -> {
        finish(key);
        reply(
            key,
            new PlacementMessage.Declined(key, "what should give way to it has not ended", false));
      }
      case Participation.Offered offered -> callOff(key);
      case Participation.Preparing preparing -> callOff(key);
      case Participation.Unwanted unwanted -> callOff(key);
    }
  }

  /** What {@code requester} had not let go yet is for a deputy to decide. */
  void requesterLost(AgentId requester) {
    for (RequestKey key : new ArrayList<>(requests.keySet())) {
      if (key.requester().agent().equals(requester)) {
        if (requests.get(key) instanceof Participation.Clearing) {
          callOff(key);
        } else {
          expire(key);
        }
      }
    }
  }

  private List<ProcessId> discard(RequestKey key, List<ProcessId> processes) {
    // On the disk, too, they are told to end before it is forgotten with whom they were.
    effects.add(new PlacementEffect.Discard(processes));
    finish(key);
    return processes;
  }

  private void run(RequestKey key, Participation.Running its) {
    requests.put(key, its);
    its.processes().forEach(process -> running.put(process, key));
    PlacementTimer timer = new PlacementTimer.HoldExpiry(key);
    effects.add(
        its.settled()
            ? new PlacementEffect.CancelTimer(timer)
            : new PlacementEffect.SetTimer(timer, SETTLE_PATIENCE));
  }

  private void enter(RequestKey key, Participation participation, Duration patience) {
    requests.put(key, participation);
    effects.add(new PlacementEffect.SetTimer(new PlacementTimer.HoldExpiry(key), patience));
  }

  private void finish(RequestKey key) {
    preemption.release(key);
    ledger.unhold(key);
    open.closed(key);
    if (requests.remove(key) != null) {
      effects.add(new PlacementEffect.CancelTimer(new PlacementTimer.HoldExpiry(key)));
    }
  }

  private void reply(RequestKey key, PlacementMessage message) {
    effects.add(new PlacementEffect.Send(key.requester().agent(), message));
  }
}
