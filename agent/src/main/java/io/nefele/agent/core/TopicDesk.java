package io.nefele.agent.core;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import io.nefele.mailbox.Interest;
import io.nefele.mailbox.InterestEffect;
import io.nefele.mailbox.InterestInput;
import io.nefele.mailbox.InterestMessage;
import io.nefele.mailbox.Interests;
import io.nefele.mailbox.Subscription;
import io.nefele.wire.Request;
import io.nefele.wire.Response;
import io.nefele.wire.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;

/** Subscriptions of this agent's mailboxes, and what is published here. */
final class TopicDesk implements Courier.Listener {
  /** For all agents to confirm that they know of a new subscription. */
  private static final Duration CONFIRM_PATIENCE = Duration.ofSeconds(1);

  private final AgentBoot self;
  private final Fabric fabric;
  private final FabricReport report;
  private final Rounds rounds;
  private final Subscriptions subscriptions;
  private final SlowSubscribers slow;
  private final Outbox outbox;
  private final Interests interests;
  private final Map<Long, Confirming> confirming = new LinkedHashMap<>();
  private long lastConfirming;

  /** A subscriber that waits until all know of its subscription. */
  private record Confirming(
      ClientToken token, ProcessId mailbox, long version, SortedSet<AgentId> silent) {}

  TopicDesk(
      AgentBoot self,
      Fabric fabric,
      FabricReport report,
      Rounds rounds,
      Courier courier,
      Subscriptions subscriptions,
      SlowSubscribers slow,
      Outbox outbox) {
    this.self = self;
    this.fabric = fabric;
    this.report = report;
    this.rounds = rounds;
    this.subscriptions = subscriptions;
    this.slow = slow;
    this.outbox = outbox;
    this.interests = new Interests(self);
    courier.listen(this);
  }

  /** What this agent knows of who is interested in what. */
  Interests interests() {
    return interests;
  }

  /** Takes over what was kept with the mailboxes of an earlier boot. */
  void recover(Instant now, SortedMap<ProcessId, List<Subscription>> kept) {
    kept.forEach(subscriptions::recover);
    changed(now);
  }

  void subscribe(
      Instant now,
      ClientToken token,
      Name tenant,
      ProcessId mailbox,
      boolean kept,
      Request.Subscribe request) {
    subscriptions.put(
        mailbox,
        new Subscription(
            tenant,
            Topic.checkPattern(request.pattern()),
            Subscription.WhenFull.valueOf(request.whenFull().name()),
            request.pendingMax(),
            request.waitMillis()));
    if (kept) {
      keep(mailbox);
    }
    long before = interests.version();
    changed(now);
    if (interests.version() == before) {
      outbox.reply(token, new Response.Subscribed(mailbox, List.of()));
      return;
    }
    SortedSet<AgentId> others = new TreeSet<>(fabric.others());
    long number = ++lastConfirming;
    confirming.put(number, new Confirming(token, mailbox, interests.version(), others));
    outbox.setTimer(new AgentTimer.ConfirmDue(number), CONFIRM_PATIENCE);
    confirmIfComplete(number);
  }

  /** Whether there was such a subscription. */
  boolean unsubscribe(Instant now, ProcessId mailbox, String pattern, boolean kept) {
    boolean removed = subscriptions.remove(mailbox, pattern);
    if (removed && kept) {
      keep(mailbox);
    }
    changed(now);
    return removed;
  }

  void publish(
      Instant now,
      ClientToken token,
      Name tenant,
      Optional<ProcessId> from,
      Request.Publish request) {
    String topic = Topic.check(request.topic());
    SortedSet<AgentId> agents =
        interests.interested(
            interest ->
                interest.tenant().equals(tenant) && Topic.matches(interest.pattern(), topic));
    if (!subscriptions.subscribers(tenant, topic).isEmpty()) {
      agents.add(self.agent());
    }
    rounds.begin(
        now,
        agents,
        new PostOrder(tenant, new PostOrder.Target.Subscribers(topic), from),
        request.payload(),
        Duration.ofMillis(request.timeoutMillis()),
        result -> outbox.reply(token, published(result)));
  }

  private Response.Published published(Rounds.Result result) {
    int[] fates = new int[PostReply.Fate.values().length];
    result
        .reports()
        .values()
        .forEach(its -> its.items().forEach(item -> fates[item.fate().ordinal()]++));
    int dropping = fates[PostReply.Fate.STORED_DROPPING.ordinal()];
    return new Response.Published(
        result.reports().size(),
        fates[PostReply.Fate.STORED.ordinal()] + dropping,
        fates[PostReply.Fate.WAITING.ordinal()],
        fates[PostReply.Fate.REFUSED.ordinal()],
        dropping,
        result.took().toNanos() / 1000,
        result.silent().stream().map(agent -> "agent " + report.nameOf(agent)).toList());
  }

  @Override
  public void news(Instant now, ProcessId mailbox, boolean open, long pending) {
    if (!open && subscriptions.removeAll(mailbox)) {
      slow.forget(mailbox);
      changed(now);
    }
  }

  void received(Instant now, AgentId from, InterestMessage message) {
    input(now, new InterestInput.Received(from, message));
  }

  void agentKnown(Instant now, AgentId agent) {
    fabric
        .profile(agent)
        .ifPresent(its -> input(now, new InterestInput.PeerKnown(agent, its.interests())));
  }

  void agentLost(Instant now, AgentId agent) {
    input(now, new InterestInput.PeerGone(agent));
    for (long number : List.copyOf(confirming.keySet())) {
      Confirming waiting = confirming.get(number);
      if (waiting != null && waiting.silent.remove(agent)) {
        confirmIfComplete(number);
      }
    }
  }

  void askAgain(Instant now) {
    input(now, new InterestInput.AskAgain());
  }

  void slowSubscribersDue(Instant now) {
    slow.lookAgain(now, subscriptions);
  }

  void confirmDue(long number) {
    Confirming waiting = confirming.remove(number);
    if (waiting != null) {
      outbox.reply(
          waiting.token,
          new Response.Subscribed(
              waiting.mailbox,
              waiting.silent.stream().map(agent -> "agent " + report.nameOf(agent)).toList()));
    }
  }

  private void confirmIfComplete(long number) {
    Confirming waiting = confirming.get(number);
    if (waiting != null && waiting.silent.isEmpty()) {
      outbox.cancelTimer(new AgentTimer.ConfirmDue(number));
      confirmDue(number);
    }
  }

  private void keep(ProcessId mailbox) {
    outbox.add(new AgentEffect.KeepNote(mailbox, Subscription.toBytes(subscriptions.of(mailbox))));
  }

  private void changed(Instant now) {
    SortedSet<Interest> own = subscriptions.interests();
    input(now, new InterestInput.Changed(own, fabric.others()));
  }

  private void input(Instant now, InterestInput input) {
    for (InterestEffect effect : interests.step(now, input)) {
      switch (effect) {
        case InterestEffect.Send(var to, var message) ->
            outbox.send(to, new AgentMessage.OfInterest(message));
        case InterestEffect.Advertise(long version) -> fabric.tellInterests(now, version);
        case InterestEffect.AskAgainSoon(var delay) ->
            outbox.setTimer(new AgentTimer.InterestsDue(), delay);
        case InterestEffect.Confirmed(var by, long version) -> {
          for (long number : List.copyOf(confirming.keySet())) {
            Confirming waiting = confirming.get(number);
            if (waiting != null && version >= waiting.version && waiting.silent.remove(by)) {
              confirmIfComplete(number);
            }
          }
        }
      }
    }
  }
}
