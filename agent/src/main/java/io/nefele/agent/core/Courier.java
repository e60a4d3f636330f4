package io.nefele.agent.core;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import io.nefele.mailbox.Envelope;
import io.nefele.mailbox.Header;
import io.nefele.mailbox.MailboxConfig;
import io.nefele.mailbox.MailboxCounters;
import io.nefele.mailbox.MailboxEffect;
import io.nefele.mailbox.MailboxInput;
import io.nefele.mailbox.MailboxMessage;
import io.nefele.mailbox.MailboxOutcome;
import io.nefele.mailbox.MailboxTimer;
import io.nefele.mailbox.Mailboxes;
import io.nefele.mailbox.RefusalReason;
import io.nefele.mailbox.StoreLimits;
import io.nefele.mailbox.StoredState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Carries messages between mailboxes: the mailbox core and the callers that wait for it.
 *
 * <p>Beside the mailboxes of processes there are <em>passing</em> ones, which live in the agent's
 * memory and die with it: where a reply or a report is waited for, and those of subscribers that
 * are no process. Only where their messages are kept is different.
 */
final class Courier {
  private final Outbox outbox;
  private final Mailboxes mailboxes;
  private final Map<Long, Waiting> callers = new LinkedHashMap<>();

  /** What waits in the passing mailboxes. */
  private final SortedMap<ProcessId, PassingBox> passing = new TreeMap<>();

  private final List<Listener> listeners = new ArrayList<>();
  private long lastCaller;

  private record Waiting(
      Optional<ClientToken> client, ProcessId mailbox, Consumer<MailboxOutcome> then) {
    boolean isOf(long connection) {
      return client.filter(its -> its.connection() == connection).isPresent();
    }
  }

  /** Who is told how mailboxes are. */
  interface Listener {
    void news(Instant now, ProcessId mailbox, boolean open, long pending);
  }

  Courier(AgentBoot self, Outbox outbox) {
    this.outbox = outbox;
    this.mailboxes = new Mailboxes(MailboxConfig.DEFAULT, self);
  }

  MailboxCounters counters() {
    return mailboxes.counters();
  }

  void open(Instant now, ProcessId mailbox, StoredState state) {
    input(now, new MailboxInput.Opened(mailbox, state));
  }

  /** Opens a mailbox that lives no longer than this agent; {@link #close} ends it before. */
  void openPassing(Instant now, ProcessId mailbox) {
    open(now, mailbox, new PassingBox(Optional.empty()));
  }

  /** The same, for a tenant, who may send to it by its id. */
  void openPassing(Instant now, ProcessId mailbox, Name tenant) {
    open(now, mailbox, new PassingBox(Optional.of(tenant)));
  }

  /** Whether {@code mailbox} is a passing one of {@code tenant}. */
  boolean isPassing(ProcessId mailbox, Name tenant) {
    PassingBox box = passing.get(mailbox);
    return box != null && box.tenant.equals(Optional.of(tenant));
  }

  private void open(Instant now, ProcessId mailbox, PassingBox box) {
    passing.put(mailbox, box);
    open(now, mailbox, StoredState.EMPTY);
  }

  /** How many messages wait in a mailbox of this server. */
  long pending(ProcessId mailbox) {
    return mailboxes.pending(mailbox);
  }

  void listen(Listener listener) {
    listeners.add(listener);
  }

  /** Asks how a mailbox is; the listeners hear of it. */
  void ask(Instant now, ProcessId mailbox) {
    input(now, new MailboxInput.AskRequested(mailbox));
  }

  void close(Instant now, ProcessId mailbox) {
    input(now, new MailboxInput.Closed(mailbox));
  }

  void send(
      Instant now,
      Optional<ProcessId> from,
      ProcessId to,
      List<Header> headers,
      Bytes payload,
      Duration timeout,
      Consumer<MailboxOutcome> then) {
    long caller = ++lastCaller;
    callers.put(caller, new Waiting(Optional.empty(), to, then));
    input(
        now,
        new MailboxInput.SendRequested(
            caller, from, to, headers, payload, now.toEpochMilli(), now.plus(timeout)));
  }

  /**
   * @param client who waits here for the message, if it is a client of this agent: if its
   *     connection closes, no message is taken for it any more
   */
  void receive(
      Instant now,
      Optional<ClientToken> client,
      ProcessId mailbox,
      Duration timeout,
      Consumer<MailboxOutcome> then) {
    long caller = ++lastCaller;
    callers.put(caller, new Waiting(client, mailbox, then));
    input(now, new MailboxInput.ReceiveRequested(caller, mailbox, timeout));
  }

  boolean isOpen(ProcessId mailbox) {
    return mailboxes.isOpen(mailbox);
  }

  /** Has a mailbox of this server read through its shared queue from now on. */
  void share(Instant now, ProcessId mailbox) {
    input(now, new MailboxInput.Shared(mailbox));
  }

  /** Hears when a sender may write to the shared queue, see {@link MailboxInput}. */
  void changeOver(
      Instant now,
      ClientToken client,
      ProcessId mailbox,
      Duration timeout,
      Consumer<MailboxOutcome> then) {
    long caller = ++lastCaller;
    callers.put(caller, new Waiting(Optional.of(client), mailbox, then));
    input(now, new MailboxInput.ChangeOverRequested(caller, mailbox, timeout));
  }

  /** As {@link #receive}, for the reader of the mailbox's shared queue. */
  void passOn(
      Instant now,
      ClientToken client,
      ProcessId mailbox,
      Duration timeout,
      Consumer<MailboxOutcome> then) {
    long caller = ++lastCaller;
    callers.put(caller, new Waiting(Optional.of(client), mailbox, then));
    input(now, new MailboxInput.PassOnRequested(caller, mailbox, timeout));
  }

  /**
   * Those that wait for the mailbox on that connection wait no longer; no message is lost by it.
   */
  void stopWaiting(Instant now, long connection, ProcessId mailbox) {
    List<Long> waiting =
        callers.entrySet().stream()
            .filter(entry -> entry.getValue().mailbox().equals(mailbox))
            .filter(entry -> entry.getValue().isOf(connection))
            .map(Map.Entry::getKey)
            .toList();
    for (long caller : waiting) {
      input(now, new MailboxInput.TimerFired(new MailboxTimer.ReceiveTimeout(caller)));
    }
  }

  /** Hands over every message of a mailbox of this server, until it is closed. */
  void readAll(Instant now, ProcessId mailbox, Consumer<Envelope> reader) {
    receive(
        now,
        Optional.empty(),
        mailbox,
        Mailboxes.FOREVER,
        outcome -> {
          if (outcome instanceof MailboxOutcome.Received(Envelope envelope)) {
            reader.accept(envelope);
            readAll(outbox.now(), mailbox, reader);
          }
        });
  }

  /** Throws the oldest message of a mailbox of this server away. */
  void evict(Instant now, ProcessId mailbox, Consumer<MailboxOutcome> then) {
    long caller = ++lastCaller;
    callers.put(caller, new Waiting(Optional.empty(), mailbox, then));
    input(now, new MailboxInput.EvictRequested(caller, mailbox));
  }

  void clientGone(Instant now, long connection) {
    List<Long> gone =
        callers.entrySet().stream()
            .filter(entry -> entry.getValue().isOf(connection))
            .map(Map.Entry::getKey)
            .toList();
    for (long caller : gone) {
      callers.remove(caller);
      input(now, new MailboxInput.ReceiveCancelled(caller));
    }
  }

  void received(Instant now, AgentBoot from, MailboxMessage message) {
    input(now, new MailboxInput.Received(from, message));
  }

  void stored(Instant now, long token, Optional<RefusalReason> refusal) {
    input(
        now,
        refusal.isPresent()
            ? new MailboxInput.StoreRefused(token, refusal.get())
            : new MailboxInput.Stored(token));
  }

  void taken(Instant now, long token, Optional<Envelope> envelope) {
    input(now, new MailboxInput.Taken(token, envelope));
  }

  void agentLost(Instant now, AgentId agent) {
    input(now, new MailboxInput.PeerGone(agent));
  }

  void timerFired(Instant now, MailboxTimer timer) {
    input(now, new MailboxInput.TimerFired(timer));
  }

  private void input(Instant now, MailboxInput input) {
    for (MailboxEffect effect : mailboxes.step(now, input)) {
      switch (effect) {
        case MailboxEffect.Store(long token, var mailbox, var envelope) -> {
          PassingBox box = passing.get(mailbox);
          if (box != null) {
            stored(now, token, box.add(envelope));
          } else {
            outbox.add(new AgentEffect.Store(token, mailbox, envelope));
          }
        }
        case MailboxEffect.Take(long token, var mailbox) -> {
          PassingBox box = passing.get(mailbox);
          if (box != null) {
            taken(now, token, box.poll());
          } else {
            outbox.add(new AgentEffect.Take(token, mailbox));
          }
        }
        case MailboxEffect.Discard(var mailbox) -> {
          if (passing.remove(mailbox) == null) {
            outbox.add(new AgentEffect.Discard(mailbox));
          }
        }
        case MailboxEffect.News(var mailbox, boolean open, long pending) ->
            listeners.forEach(listener -> listener.news(now, mailbox, open, pending));
        case MailboxEffect.Send(var to, var message) ->
            outbox.send(to, new AgentMessage.OfMailbox(message));
        case MailboxEffect.SetTimer(var timer, var at) ->
            outbox.setTimer(new AgentTimer.Mailbox(timer), Duration.between(now, at));
        case MailboxEffect.CancelTimer(var timer) ->
            outbox.cancelTimer(new AgentTimer.Mailbox(timer));
        case MailboxEffect.Answer(long caller, var outcome) -> {
          Waiting waiting = callers.remove(caller);
          if (waiting != null) {
            waiting.then().accept(outcome);
          }
        }
      }
    }
  }

  /** The messages of a passing mailbox. */
  private static final class PassingBox {
    private static final StoreLimits LIMITS = new StoreLimits(10_000, 64L << 20);

    private final Optional<Name> tenant;
    private final Deque<Envelope> messages = new ArrayDeque<>();
    private long bytes;

    PassingBox(Optional<Name> tenant) {
      this.tenant = tenant;
    }

    Optional<RefusalReason> add(Envelope envelope) {
      int size = envelope.payload().size();
      if (!LIMITS.admit(messages.size(), bytes, size)) {
        return Optional.of(RefusalReason.FULL);
      }
      messages.add(envelope);
      bytes += size;
      return Optional.empty();
    }

    Optional<Envelope> poll() {
      Optional<Envelope> next = Optional.ofNullable(messages.poll());
      next.ifPresent(envelope -> bytes -= envelope.payload().size());
      return next;
    }
  }
}
