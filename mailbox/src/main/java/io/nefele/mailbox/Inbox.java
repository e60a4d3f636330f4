package io.nefele.mailbox;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.ProcessId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A mailbox hosted here: who wrote to it, who waits for a message, what is taken but not handed
 * over.
 */
final class Inbox {
  final ProcessId mailbox;
  private final TreeMap<AgentId, IncomingStream> streams = new TreeMap<>();
  private final Deque<Waiter> waiters = new ArrayDeque<>();

  /** Taken for a client that had gone when it came; goes to the next one, before all others. */
  private @Nullable Envelope held;

  private boolean taking;
  private boolean mayHaveMore;
  private boolean open = true;
  private boolean shared;
  private long pending;
  private long storesBegun;
  private long storesEnded;
  private long handedOver;

  /** How many were handed over when the reader of the shared queue asked last; -1: it never did. */
  private long passedOn = -1;

  private final List<ChangingOver> changingOver = new ArrayList<>();

  Inbox(ProcessId mailbox, StoredState state) {
    this.mailbox = mailbox;
    this.pending = state.pending();
    this.mayHaveMore = pending > 0;
    for (StoredState.Stream stream : state.streams()) {
      streams.put(stream.origin().agent(), IncomingStream.recovered(stream));
    }
  }

  boolean isOpen() {
    return open;
  }

  /** Messages stored and not handed over. */
  long pending() {
    return pending;
  }

  /** The stream of the sender; empty if a later boot of the same agent has written already. */
  Optional<IncomingStream> stream(AgentBoot origin) {
    IncomingStream stream = streams.get(origin.agent());
    if (stream == null || stream.origin().epoch() < origin.epoch()) {
      stream = new IncomingStream(origin);
      streams.put(origin.agent(), stream);
    }
    return stream.origin().equals(origin) ? Optional.of(stream) : Optional.empty();
  }

  void stored() {
    pending++;
    mayHaveMore = true;
  }

  void storeBegins() {
    storesBegun++;
  }

  void storeEnds() {
    storesEnded++;
  }

  /** Whether its messages are read from a shared queue. */
  boolean isShared() {
    return shared;
  }

  /** Makes it shared; removes and returns the callers that wait to read it otherwise. */
  List<Long> share() {
    shared = true;
    List<Long> callers = waiters.stream().filter(w -> !w.evicts).map(w -> w.caller).toList();
    waiters.removeIf(waiter -> !waiter.evicts);
    return callers;
  }

  /** The reader of the shared queue asks: what it was handed over is in the queue. */
  void passedOn() {
    passedOn = handedOver;
  }

  /** The caller wants to hear when all that is stored here, or being stored, is in the queue. */
  void changeOver(long caller) {
    changingOver.add(new ChangingOver(caller, storesBegun));
  }

  /** Removes and returns the callers for whom that is so. */
  List<Long> changedOver() {
    List<Long> callers = new ArrayList<>();
    for (ChangingOver each : changingOver) {
      if (each.last < 0 && storesEnded >= each.storesBegun) {
        each.last = handedOver + pending;
      }
      if (each.last >= 0 && passedOn >= each.last) {
        callers.add(each.caller);
      }
    }
    changingOver.removeIf(each -> callers.contains(each.caller));
    return callers;
  }

  /** The agents that have written here. */
  Set<AgentId> origins() {
    return streams.keySet();
  }

  /** Whether somebody waits for the next message. */
  boolean isAwaited() {
    return !waiters.isEmpty();
  }

  void await(long caller, boolean onlyIfThere) {
    waiters.add(new Waiter(caller, onlyIfThere, false));
  }

  /** The caller gets the oldest message, if there is one, before all who wait to read it. */
  void awaitToEvict(long caller) {
    waiters.addFirst(new Waiter(caller, true, true));
  }

  void forget(long caller) {
    waiters.removeIf(waiter -> waiter.caller == caller);
    changingOver.removeIf(each -> each.caller == caller);
  }

  /** The caller gets what is being taken for it just now, but waits no longer than that. */
  void expire(long caller) {
    for (Waiter waiter : waiters) {
      if (waiter.caller == caller) {
        waiter.expired = true;
      }
    }
    changingOver.stream()
        .filter(each -> each.caller == caller)
        .forEach(each -> each.expired = true);
  }

  /** Whether a message should be taken for somebody; if so, the next call says no until taken. */
  boolean beginTake() {
    if (taking || !mayHaveMore || held != null || waiters.isEmpty()) {
      return false;
    }
    taking = true;
    return true;
  }

  void taken(Optional<Envelope> envelope) {
    taking = false;
    if (envelope.isPresent()) {
      held = envelope.get();
    } else {
      mayHaveMore = false;
    }
  }

  /** A message and the caller it is for, if there are both. */
  Optional<Handover> handOver() {
    if (held == null || waiters.isEmpty()) {
      return Optional.empty();
    }
    Waiter first = waiters.remove();
    Handover handover = new Handover(first.caller, held, first.evicts);
    held = null;
    pending--;
    handedOver++;
    return Optional.of(handover);
  }

  /** Removes and returns the callers whose time is up, unless a message may be on its way. */
  List<Long> timedOut() {
    List<Long> callers = new ArrayList<>();
    if (!taking && !mayHaveMore) {
      waiters.stream().filter(waiter -> waiter.expired).forEach(w -> callers.add(w.caller));
      waiters.removeIf(waiter -> waiter.expired);
    }
    changingOver.stream().filter(each -> each.expired).forEach(each -> callers.add(each.caller));
    changingOver.removeIf(each -> each.expired);
    return callers;
  }

  /** Removes and returns all callers; nothing is handed over any more. */
  List<Long> close() {
    open = false;
    held = null;
    List<Long> callers = new ArrayList<>();
    waiters.forEach(waiter -> callers.add(waiter.caller));
    changingOver.forEach(each -> callers.add(each.caller));
    waiters.clear();
    changingOver.clear();
    return callers;
  }

  record Handover(long caller, Envelope envelope, boolean evicted) {}

  /** A sender that waits to change over to the shared queue. */
  private static final class ChangingOver {
    final long caller;
    final long storesBegun;

    /** As {@link #handedOver} counts: the last message that has to come before; -1: not known. */
    long last = -1;

    boolean expired;

    ChangingOver(long caller, long storesBegun) {
      this.caller = caller;
      this.storesBegun = storesBegun;
    }
  }

  private static final class Waiter {
    final long caller;
    final boolean evicts;
    boolean expired;

    Waiter(long caller, boolean expired, boolean evicts) {
      this.caller = caller;
      this.expired = expired;
      this.evicts = evicts;
    }
  }
}
