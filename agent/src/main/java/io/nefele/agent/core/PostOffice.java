package io.nefele.agent.core;

import io.nefele.agent.core.PostReply.Fate;
import io.nefele.agent.core.PostReply.Item;
import io.nefele.core.AgentBoot;
import io.nefele.core.Bytes;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import io.nefele.mailbox.Envelope;
import io.nefele.mailbox.Header;
import io.nefele.mailbox.MailboxOutcome;
import io.nefele.mailbox.Subscription;
import io.nefele.table.ProcessRow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;

/**
 * Where an agent takes messages that are for many of its mailboxes: a passing mailbox with a number
 * that no process gets. It puts each into those that it is for, and reports to the sender what
 * became of it. As it is a mailbox like others, what comes there comes in order and once.
 */
final class PostOffice {
  private static final int COUNTER = Integer.MAX_VALUE;
  private static final Duration LOCAL_PATIENCE = Duration.ofSeconds(10);
  private static final Duration REPORT_PATIENCE = Duration.ofSeconds(10);

  private final AgentBoot self;
  private final Directory directory;
  private final Courier courier;
  private final Subscriptions subscriptions;
  private final SlowSubscribers slow;
  private final Outbox outbox;

  /** A message that is being put into mailboxes. */
  private final class Handling {
    final Optional<ProcessId> reportTo;
    final int expected;
    final List<Item> items = new ArrayList<>();

    Handling(Optional<ProcessId> reportTo, int expected) {
      this.reportTo = reportTo;
      this.expected = expected;
    }

    void done(Instant now, Item item) {
      items.add(item);
      reportIfComplete(now);
    }

    void reportIfComplete(Instant now) {
      if (items.size() == expected) {
        Bytes report = PostReply.CODEC.toBytes(new PostReply(items));
        reportTo.ifPresent(
            box ->
                courier.send(
                    now,
                    Optional.of(of(self)),
                    box,
                    List.of(),
                    report,
                    REPORT_PATIENCE,
                    outcome -> {
                      // Whoever has asked waits no longer: nothing to do.
                    }));
      }
    }
  }

  PostOffice(
      AgentBoot self,
      Directory directory,
      Courier courier,
      Subscriptions subscriptions,
      SlowSubscribers slow,
      Outbox outbox) {
    this.self = self;
    this.directory = directory;
    this.courier = courier;
    this.subscriptions = subscriptions;
    this.slow = slow;
    this.outbox = outbox;
  }

  /** The post office of an agent. */
  static ProcessId of(AgentBoot agent) {
    return new ProcessId(agent, COUNTER);
  }

  void open(Instant now) {
    courier.openPassing(now, of(self));
    courier.readAll(now, of(self), envelope -> arrived(outbox.now(), envelope));
  }

  private void arrived(Instant now, Envelope envelope) {
    Optional<PostOrder> order = PostOrder.of(envelope);
    if (order.isEmpty()) {
      return;
    }
    switch (order.get().target()) {
      case PostOrder.Target.Named(Name name) ->
          spread(now, envelope, order.get(), mailboxes(order.get(), Optional.of(name)));
      case PostOrder.Target.Everyone() ->
          spread(now, envelope, order.get(), mailboxes(order.get(), Optional.empty()));
      case PostOrder.Target.Subscribers(String topic) -> publish(now, envelope, order.get(), topic);
    }
  }

  private List<ProcessId> mailboxes(PostOrder order, Optional<Name> name) {
    Stream<ProcessRow> rows =
        name.isPresent()
            ? directory.ownRows(order.tenant(), name.get()).stream()
            : directory.ownRows().stream()
                .filter(row -> row.tenant().equals(order.tenant()) && !isSender(order, row));
    return rows.filter(row -> row.state().isLive()).map(ProcessRow::id).toList();
  }

  private static boolean isSender(PostOrder order, ProcessRow row) {
    return order.sender().equals(Optional.of(row.id()));
  }

  private void spread(Instant now, Envelope envelope, PostOrder order, List<ProcessId> mailboxes) {
    Handling handling = new Handling(envelope.from(), mailboxes.size());
    for (ProcessId mailbox : mailboxes) {
      courier.send(
          now,
          order.sender(),
          mailbox,
          List.of(),
          envelope.payload(),
          LOCAL_PATIENCE,
          outcome -> handling.done(outbox.now(), item(mailbox, outcome)));
    }
    handling.reportIfComplete(now);
  }

  private void publish(Instant now, Envelope envelope, PostOrder order, String topic) {
    SortedMap<ProcessId, Subscription> to = subscriptions.subscribers(order.tenant(), topic);
    List<Header> headers = List.of(new Header(PostOrder.TOPIC, Bytes.utf8(topic)));
    Handling handling = new Handling(envelope.from(), to.size());
    to.forEach(
        (mailbox, subscription) ->
            slow.deliver(
                now,
                mailbox,
                subscription,
                new SlowSubscribers.Post(order.sender(), headers, envelope.payload()),
                (at, item) -> handling.done(at, item)));
    handling.reportIfComplete(now);
  }

  static Item item(ProcessId mailbox, MailboxOutcome outcome) {
    return switch (outcome) {
      case MailboxOutcome.Delivered delivered -> new Item(mailbox, Fate.STORED, "");
      case MailboxOutcome.Refused(var reason) -> new Item(mailbox, Fate.REFUSED, reason.text());
      case MailboxOutcome.Unreachable unreachable -> notStored(mailbox);
      case MailboxOutcome.TimedOut timedOut -> notStored(mailbox);
      case MailboxOutcome.Received received -> notStored(mailbox);
    };
  }

  private static Item notStored(ProcessId mailbox) {
    return new Item(mailbox, Fate.REFUSED, "it was not stored in time");
  }
}
