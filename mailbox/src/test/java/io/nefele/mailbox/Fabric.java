package io.nefele.mailbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.core.ProcessId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Three agents with two mailboxes each, a network that does to packets what it is told, stores that
 * finish when they are told, and a judge of every promise that {@link Mailboxes} makes. Each
 * payload is the message's own number, counted up in the order of sending.
 */
final class Fabric {
  static final int AGENTS = 3;
  static final int MAILBOXES = 2 * AGENTS;
  private static final StoreLimits LIMITS = new StoreLimits(3, 1000);

  final List<Node> nodes = new ArrayList<>();
  private final List<Packet> network = new ArrayList<>();
  private final Map<Integer, Message> messages = new LinkedHashMap<>();
  private final Map<Long, Integer> senders = new HashMap<>();
  private final TreeMap<Long, AgentId> receivers = new TreeMap<>();
  private Instant now = Instant.EPOCH;
  private long lastCaller;

  Fabric() {
    for (int i = 0; i < AGENTS; i++) {
      Node node = new Node(new AgentId(i + 1));
      nodes.add(node);
      for (int m = 0; m < 2; m++) {
        ProcessId mailbox = new ProcessId(new AgentBoot(node.agent, 1), m + 1);
        node.step(new MailboxInput.Opened(mailbox, StoredState.EMPTY));
        node.hosted.add(mailbox);
      }
    }
  }

  static ProcessId mailbox(int number) {
    return new ProcessId(new AgentBoot(new AgentId(number / 2 + 1), 1), number % 2 + 1);
  }

  void send(int agent, int mailbox, Duration patience) {
    Node node = nodes.get(agent);
    ProcessId to = mailbox(mailbox);
    int number = messages.size() + 1;
    messages.put(number, new Message(node.boot(), to, host(to).epoch));
    long caller = ++lastCaller;
    senders.put(caller, number);
    node.step(
        new MailboxInput.SendRequested(
            caller,
            Optional.of(new ProcessId(node.boot(), 9)),
            to,
            List.of(),
            Bytes.utf8("" + number),
            0,
            now.plus(patience)));
  }

  void receive(int mailbox, Duration timeout) {
    ProcessId at = mailbox(mailbox);
    long caller = ++lastCaller;
    receivers.put(caller, at.agent());
    host(at).step(new MailboxInput.ReceiveRequested(caller, at, timeout));
  }

  void cancelReceive() {
    if (!receivers.isEmpty()) {
      long caller = receivers.pollLastEntry().getKey();
      for (Node node : nodes) {
        node.step(new MailboxInput.ReceiveCancelled(caller));
      }
    }
  }

  void deliverPacket(int index) {
    if (!network.isEmpty()) {
      deliver(network.remove(index % network.size()));
    }
  }

  void dropPacket(int index) {
    if (!network.isEmpty()) {
      network.remove(index % network.size());
    }
  }

  void duplicatePacket(int index) {
    if (!network.isEmpty()) {
      network.add(network.get(index % network.size()));
    }
  }

  void advance(Duration duration) {
    Instant until = now.plus(duration);
    for (Node node = nextDue(until); node != null; node = nextDue(until)) {
      node.fireFirstTimer();
    }
    now = until;
  }

  void close(int mailbox) {
    ProcessId closed = mailbox(mailbox);
    Node node = host(closed);
    if (node.hosted.remove(closed)) {
      node.step(new MailboxInput.Closed(closed));
    }
  }

  /** Lets everything come to rest over a network without faults, then empties all mailboxes. */
  void settle() {
    advanceUntilQuiet();
    for (int i = 0; i < MAILBOXES; i++) {
      for (int n = 0; n <= LIMITS.messagesMax() + 1; n++) {
        receive(i, Duration.ZERO);
        advanceUntilQuiet();
      }
    }
    assertEquals(Map.of(), senders, "every sender is answered");
    assertEquals(Map.of(), receivers, "every receiver is answered");
    messages.forEach(
        (number, message) ->
            assertEquals(
                message.stored,
                message.received + message.deadLettered + message.lostByRestart,
                "message " + number + " was stored and is nowhere"));
  }

  private void advanceUntilQuiet() {
    for (int rounds = 0; rounds < 100; rounds++) {
      while (!network.isEmpty()) {
        deliver(network.removeFirst());
      }
      for (Node node : nodes) {
        while (node.runStore()) {
          // Until nothing is left.
        }
      }
      if (network.isEmpty()) {
        advance(Duration.ofSeconds(2));
      }
    }
  }

  private @Nullable Node nextDue(Instant until) {
    Node due = null;
    for (Node node : nodes) {
      if (node.firstTimer().isAfter(until)) {
        continue;
      }
      if (due == null || node.firstTimer().isBefore(due.firstTimer())) {
        due = node;
      }
    }
    return due;
  }

  private void deliver(Packet packet) {
    host(packet.to).step(new MailboxInput.Received(packet.from, packet.message));
  }

  private Node host(ProcessId mailbox) {
    return host(mailbox.agent());
  }

  private Node host(AgentId agent) {
    return nodes.get((int) agent.value() - 1);
  }

  private Message messageOf(Envelope envelope) {
    Message message = messages.get(Integer.parseInt(envelope.payload().utf8()));
    assertNotNull(message);
    return message;
  }

  private void judge(long caller, MailboxOutcome outcome) {
    switch (outcome) {
      case MailboxOutcome.Delivered delivered ->
          assertEquals(1, sentBy(caller).stored, "delivered means stored");
      case MailboxOutcome.Refused refused when senders.containsKey(caller) -> {
        Message message = sentBy(caller);
        message.refused = true;
        assertTrue(
            message.stored == 0 || message.hostEpoch != host(message.to).epoch,
            "refused means not stored");
        assertTrue(
            refused.reason() != RefusalReason.FULL
                || message.foundFull
                || message.hostEpoch != host(message.to).epoch,
            "full means that the store was full");
      }
      case MailboxOutcome.Refused refused -> assertNotNull(receivers.remove(caller));
      case MailboxOutcome.Unreachable unreachable -> sentBy(caller);
      case MailboxOutcome.TimedOut timedOut -> assertNotNull(receivers.remove(caller));
      case MailboxOutcome.Received(Envelope envelope) -> {
        assertNotNull(receivers.remove(caller), "a receiver is answered once");
        received(envelope);
      }
    }
  }

  private Message sentBy(long caller) {
    Integer number = senders.remove(caller);
    assertNotNull(number, "a sender is answered once");
    Message message = messages.get(number);
    assertNotNull(message);
    return message;
  }

  private void received(Envelope envelope) {
    Message message = messageOf(envelope);
    message.received++;
    assertEquals(1, message.received, "received once");
    int number = Integer.parseInt(envelope.payload().utf8());
    messages.forEach(
        (other, later) -> {
          boolean sameStream = later.origin.equals(message.origin) && later.to.equals(message.to);
          assertTrue(
              other <= number || !sameStream || later.received == 0,
              "message " + other + " was received before " + number);
        });
  }

  /** An agent: its core is lost at a restart, its store is not. */
  final class Node {
    private final AgentId agent;
    private final InMemoryMailboxStore store = new InMemoryMailboxStore(LIMITS);
    private final List<ProcessId> hosted = new ArrayList<>();
    private final Deque<MailboxEffect> storeWork = new ArrayDeque<>();
    private final Map<MailboxTimer, Instant> timers = new LinkedHashMap<>();
    private final Map<Integer, Message> takenNotHandedOver = new TreeMap<>();
    private int epoch = 1;
    private Mailboxes core;

    Node(AgentId agent) {
      this.agent = agent;
      this.core = new Mailboxes(MailboxConfig.DEFAULT, boot());
    }

    AgentBoot boot() {
      return new AgentBoot(agent, epoch);
    }

    void restart() {
      takenNotHandedOver.values().forEach(message -> message.lostByRestart += message.stored);
      takenNotHandedOver.clear();
      storeWork.clear();
      timers.clear();
      senders.values().removeIf(number -> messageNumbered(number).origin.agent().equals(agent));
      // Clients that wait at this agent lose their connection.
      receivers.values().removeIf(agent::equals);
      epoch++;
      core = new Mailboxes(MailboxConfig.DEFAULT, boot());
      for (ProcessId mailbox : store.mailboxes()) {
        if (!hosted.contains(mailbox)) {
          discard(mailbox);
        }
      }
      for (ProcessId mailbox : hosted) {
        step(new MailboxInput.Opened(mailbox, store.recover(mailbox)));
      }
    }

    /** Does the oldest piece of work of the store; no if there is none. */
    boolean runStore() {
      MailboxEffect work = storeWork.poll();
      switch (work) {
        case null -> {
          return false;
        }
        case MailboxEffect.Store(long token, ProcessId mailbox, Envelope envelope) ->
            step(
                store
                    .append(mailbox, envelope)
                    .map(reason -> refused(token, envelope, reason))
                    .orElseGet(() -> stored(token, envelope)));
        case MailboxEffect.Take(long token, ProcessId mailbox) -> {
          Optional<Envelope> taken = store.take(mailbox);
          taken.ifPresent(
              e -> takenNotHandedOver.put(Integer.parseInt(e.payload().utf8()), messageOf(e)));
          step(new MailboxInput.Taken(token, taken));
        }
        case MailboxEffect.Discard(ProcessId mailbox) -> discard(mailbox);
        case MailboxEffect other -> throw new AssertionError("no work of a store: " + other);
      }
      return true;
    }

    private MailboxInput refused(long token, Envelope envelope, RefusalReason reason) {
      messageOf(envelope).foundFull = true;
      return new MailboxInput.StoreRefused(token, reason);
    }

    private MailboxInput stored(long token, Envelope envelope) {
      Message message = messageOf(envelope);
      if (!hosted.contains(envelope.to())) {
        // The mailbox was closed in the meantime and goes with this message in it.
        return new MailboxInput.Stored(token);
      }
      message.stored++;
      assertEquals(1, message.stored, "stored once");
      assertTrue(!message.refused || message.hostEpoch != epoch, "a refused message was stored");
      return new MailboxInput.Stored(token);
    }

    private void discard(ProcessId mailbox) {
      for (var left = store.take(mailbox); left.isPresent(); left = store.take(mailbox)) {
        Message message = messageOf(left.get());
        message.deadLettered += message.stored;
      }
      store.delete(mailbox);
      takenNotHandedOver
          .values()
          .removeIf(
              message -> {
                boolean here = message.to.equals(mailbox);
                message.deadLettered += here ? message.stored : 0;
                return here;
              });
    }

    private void fireFirstTimer() {
      MailboxTimer first =
          timers.entrySet().stream().min(Map.Entry.comparingByValue()).orElseThrow().getKey();
      Instant at = firstTimer();
      now = at.isAfter(now) ? at : now;
      timers.remove(first);
      step(new MailboxInput.TimerFired(first));
    }

    private Instant firstTimer() {
      return timers.values().stream().min(Instant::compareTo).orElse(Instant.MAX);
    }

    private void step(MailboxInput input) {
      List<MailboxEffect> effects = core.step(now, input);
      for (MailboxEffect effect : effects) {
        switch (effect) {
          case MailboxEffect.Store work -> storeWork.add(work);
          case MailboxEffect.Take work -> storeWork.add(work);
          case MailboxEffect.Discard work -> storeWork.add(work);
          case MailboxEffect.Send(AgentId to, MailboxMessage message) ->
              network.add(new Packet(boot(), to, message));
          case MailboxEffect.News news -> {}
          case MailboxEffect.SetTimer(MailboxTimer timer, Instant at) -> timers.put(timer, at);
          case MailboxEffect.CancelTimer(MailboxTimer timer) -> timers.remove(timer);
          case MailboxEffect.Answer(long caller, MailboxOutcome outcome) -> {
            if (outcome instanceof MailboxOutcome.Received(Envelope envelope)) {
              takenNotHandedOver.remove(Integer.parseInt(envelope.payload().utf8()));
            }
            judge(caller, outcome);
          }
        }
      }
      checkCounters();
    }

    private void checkCounters() {
      MailboxCounters c = core.counters();
      assertEquals(c.sent(), c.accepted() + c.refused() + c.unanswered() + c.inFlight());
      assertEquals(c.recovered() + c.stored(), c.delivered() + c.pending() + c.deadLettered());
    }
  }

  private Message messageNumbered(int number) {
    Message message = messages.get(number);
    assertNotNull(message);
    return message;
  }

  private record Packet(AgentBoot from, AgentId to, MailboxMessage message) {}

  /** What has happened to one message. */
  private static final class Message {
    final AgentBoot origin;
    final ProcessId to;
    final int hostEpoch;
    boolean foundFull;
    boolean refused;
    int stored;
    int received;
    int deadLettered;
    int lostByRestart;

    Message(AgentBoot origin, ProcessId to, int hostEpoch) {
      this.origin = origin;
      this.to = to;
      this.hostEpoch = hostEpoch;
    }
  }
}
