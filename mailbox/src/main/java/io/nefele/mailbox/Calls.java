package io.nefele.mailbox;

import io.nefele.core.AgentId;
import io.nefele.core.Core;
import io.nefele.core.ProcessId;
import io.nefele.mailbox.CallOutcome.Failure;
import io.nefele.mailbox.CallOutcome.Why;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Requests that want a reply, with failover: a call goes to the best of a pool of mailboxes, and to
 * the next one as soon as it is certain that no reply will come from there, or its agent is gone.
 *
 * <ul>
 *   <li>A call succeeds by a reply, by nothing else. Who has the request and is slow is waited for
 *       until the deadline; only one that is gone is replaced.
 *   <li>A request is carried out <em>at least once</em> if there was a failover: the one that
 *       vanished may have done the work and lost its reply. {@link CallOutcome#failures} tells.
 *   <li>Who is alone in its pool is waited for while its agent restarts: it has the request, and
 *       goes on.
 * </ul>
 *
 * <p>That a mailbox closed is told by its host at once. As that news can be lost, whoever has a
 * request is asked twice a second whether it is still there.
 */
public final class Calls implements Core<CallInput, CallEffect> {
  private static final Duration PROBE_INTERVAL = Duration.ofMillis(500);
  private static final Duration AGAIN_PAUSE = Duration.ofMillis(250);
  private static final Duration EXPECTED_PAUSE = Duration.ofMillis(50);

  /** To confirm a request, where others could be asked instead. */
  private static final Duration ATTEMPT_PATIENCE = Duration.ofSeconds(1);

  private final Map<Long, Open> open = new LinkedHashMap<>();

  @Override
  public List<CallEffect> step(Instant now, CallInput input) {
    List<CallEffect> effects = new ArrayList<>();
    switch (input) {
      case CallInput.Asked(long number, Instant deadline) -> {
        open.put(number, new Open(number, deadline));
        Duration patience = Duration.between(now, deadline);
        effects.add(new CallEffect.SetTimer(new CallTimer.Deadline(number), patience));
        effects.add(new CallEffect.Resolve(number));
      }
      case CallInput.Resolved(long number, List<ProcessId> pool) ->
          find(number).ifPresent(call -> resolved(now, call, pool, effects));
      case CallInput.Expected(long number) ->
          find(number)
              .filter(call -> call.current().isEmpty())
              .ifPresent(
                  call ->
                      effects.add(
                          new CallEffect.SetTimer(new CallTimer.Again(number), EXPECTED_PAUSE)));
      case CallInput.Stored(long number, ProcessId at) ->
          find(number).filter(call -> call.isAt(at)).ifPresent(call -> stored(call, effects));
      case CallInput.NotStored(long number, ProcessId at, Why why) ->
          find(number)
              .filter(call -> call.isAt(at))
              .ifPresent(call -> failed(now, call, why, effects));
      case CallInput.Replied(long number, var from, var payload) ->
          find(number)
              .ifPresent(
                  call ->
                      from.or(call::last)
                          .ifPresent(
                              by ->
                                  finish(
                                      call,
                                      new CallOutcome.Answered(by, payload, call.failures),
                                      effects)));
      case CallInput.News(ProcessId mailbox, boolean isOpen) -> {
        if (!isOpen) {
          for (Open call : all()) {
            if (call.isAt(mailbox)) {
              failed(now, call, Why.ENDED, effects);
            }
          }
        }
      }
      case CallInput.PeerGone(AgentId agent) -> {
        for (Open call : all()) {
          if (call.current().filter(at -> at.agent().equals(agent)).isPresent()) {
            agentGone(now, call, effects);
          }
        }
      }
      case CallInput.Cancelled(long number) -> find(number).ifPresent(call -> end(call, effects));
      case CallInput.TimerFired(CallTimer.Deadline(long number)) ->
          find(number)
              .ifPresent(
                  call -> finish(call, new CallOutcome.TimedOut(call.failuresAtEnd()), effects));
      case CallInput.TimerFired(CallTimer.Probe(long number)) ->
          find(number).ifPresent(call -> probe(call, effects));
      case CallInput.TimerFired(CallTimer.Again(long number)) ->
          find(number).ifPresent(call -> effects.add(new CallEffect.Resolve(number)));
    }
    return effects;
  }

  private void resolved(Instant now, Open call, List<ProcessId> pool, List<CallEffect> effects) {
    call.pool = pool;
    if (call.current().isEmpty()) {
      next(now, call, true, effects);
    } else if (call.agentGone && call.untried().isPresent()) {
      failed(now, call, Why.AGENT_GONE, effects);
    }
  }

  private void stored(Open call, List<CallEffect> effects) {
    call.stored = true;
    effects.add(new CallEffect.SetTimer(new CallTimer.Probe(call.number), PROBE_INTERVAL));
  }

  private void agentGone(Instant now, Open call, List<CallEffect> effects) {
    if (call.untried().isPresent()) {
      failed(now, call, Why.AGENT_GONE, effects);
    } else {
      call.agentGone = true;
    }
  }

  private void probe(Open call, List<CallEffect> effects) {
    if (!call.stored) {
      return;
    }
    call.current().ifPresent(at -> effects.add(new CallEffect.Ask(at)));
    if (call.agentGone) {
      effects.add(new CallEffect.Resolve(call.number));
    }
    effects.add(new CallEffect.SetTimer(new CallTimer.Probe(call.number), PROBE_INTERVAL));
  }

  private void failed(Instant now, Open call, Why why, List<CallEffect> effects) {
    call.fail(why);
    next(now, call, false, effects);
  }

  /**
   * Goes on with the best one that was not tried.
   *
   * @param fresh whether the pool was looked up just now
   */
  private void next(Instant now, Open call, boolean fresh, List<CallEffect> effects) {
    Optional<ProcessId> untried = call.untried();
    if (untried.isPresent()) {
      call.begin(untried.get());
      Instant patient = now.plus(ATTEMPT_PATIENCE);
      boolean alone = call.untried().isEmpty() || patient.isAfter(call.deadline);
      effects.add(
          new CallEffect.Attempt(call.number, untried.get(), alone ? call.deadline : patient));
    } else if (!fresh) {
      // Perhaps somebody has taken a dead one's place.
      effects.add(new CallEffect.Resolve(call.number));
    } else if (call.mayTryAgain()) {
      effects.add(new CallEffect.SetTimer(new CallTimer.Again(call.number), AGAIN_PAUSE));
    } else {
      finish(call, new CallOutcome.NobodyLeft(call.failures), effects);
    }
  }

  private void finish(Open call, CallOutcome outcome, List<CallEffect> effects) {
    end(call, effects);
    effects.add(new CallEffect.Finished(call.number, outcome));
  }

  private void end(Open call, List<CallEffect> effects) {
    open.remove(call.number);
    effects.add(new CallEffect.CancelTimer(new CallTimer.Deadline(call.number)));
    effects.add(new CallEffect.CancelTimer(new CallTimer.Probe(call.number)));
    effects.add(new CallEffect.CancelTimer(new CallTimer.Again(call.number)));
  }

  private Optional<Open> find(long number) {
    return Optional.ofNullable(open.get(number));
  }

  private List<Open> all() {
    return List.copyOf(open.values());
  }

  /** A call that is not answered. */
  private static final class Open {
    final long number;
    final Instant deadline;
    final List<Failure> failures = new ArrayList<>();

    /** Those who did not answer, and why the last time. */
    private final Map<ProcessId, Why> tried = new LinkedHashMap<>();

    List<ProcessId> pool = List.of();
    boolean stored;
    boolean agentGone;
    private Optional<ProcessId> current = Optional.empty();

    Open(long number, Instant deadline) {
      this.number = number;
      this.deadline = deadline;
    }

    /** Who was sent the request and has not failed. */
    Optional<ProcessId> current() {
      return current;
    }

    /** Who was asked last. */
    Optional<ProcessId> last() {
      return current.or(
          () -> failures.isEmpty() ? Optional.empty() : Optional.of(failures.getLast().mailbox()));
    }

    boolean isAt(ProcessId mailbox) {
      return current.equals(Optional.of(mailbox));
    }

    Optional<ProcessId> untried() {
      return pool.stream()
          .filter(mailbox -> !isAt(mailbox) && !tried.containsKey(mailbox))
          .findFirst();
    }

    void begin(ProcessId mailbox) {
      current = Optional.of(mailbox);
      stored = false;
      agentGone = false;
    }

    void fail(Why why) {
      ProcessId failed = current.orElseThrow();
      tried.put(failed, why);
      failures.add(new Failure(failed, why));
      current = Optional.empty();
      stored = false;
      agentGone = false;
    }

    /** The one that the caller waited for to the end is among them. */
    List<Failure> failuresAtEnd() {
      List<Failure> all = new ArrayList<>(failures);
      if (agentGone) {
        all.add(new Failure(current.orElseThrow(), Why.AGENT_GONE));
      }
      return all;
    }

    /** Whether one of the pool may answer yet; from now on it counts as untried. */
    boolean mayTryAgain() {
      return tried.values().removeIf(why -> why == Why.AGENT_GONE || why == Why.NOT_REACHED);
    }
  }
}
