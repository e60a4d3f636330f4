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
  private long pending;

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

  /** The agents that have written here. */
  Set<AgentId> origins() {
    return streams.keySet();
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
  }

  /** The caller gets what is being taken for it just now, but waits no longer than that. */
  void expire(long caller) {
    for (Waiter waiter : waiters) {
      if (waiter.caller == caller) {
        waiter.expired = true;
      }
    }
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
    return Optional.of(handover);
  }

  /** Removes and returns the callers whose time is up, unless a message may be on its way. */
  List<Long> timedOut() {
    List<Long> callers = new ArrayList<>();
    if (!taking && !mayHaveMore) {
      waiters.stream().filter(waiter -> waiter.expired).forEach(w -> callers.add(w.caller));
      waiters.removeIf(waiter -> waiter.expired);
    }
    return callers;
  }

  /** Removes and returns all callers; nothing is handed over any more. */
  List<Long> close() {
    open = false;
    held = null;
    List<Long> callers = waiters.stream().map(waiter -> waiter.caller).toList();
    waiters.clear();
    return callers;
  }

  record Handover(long caller, Envelope envelope, boolean evicted) {}

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
