package io.nefele.agent.core;

import io.nefele.core.Bytes;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import io.nefele.mailbox.Envelope;
import io.nefele.mailbox.MailboxOutcome;
import io.nefele.wire.Address;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.Request;
import io.nefele.wire.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/** Requests about messages, as clients put them. */
final class MessageRequests {
  private static final Duration ERRAND_DEADLINE = Duration.ofSeconds(5);

  private final FabricReport report;
  private final Explanations explanations;
  private final Recipients recipients;
  private final MailboxDesk mailboxes;
  private final Courier courier;
  private final Errands errands;
  private final SendRequests sends;
  private final CallDesk calls;
  private final TopicDesk topics;
  private final SharedQueues sharedQueues;
  private final OutsideRequests outside;
  private final Outbox outbox;
  private final Reached reached = new Reached();

  /** Makes an answer of a message that was taken. */
  private interface Form {
    Response of(Envelope envelope);
  }

  MessageRequests(
      FabricReport report,
      Explanations explanations,
      Recipients recipients,
      MailboxDesk mailboxes,
      Courier courier,
      Errands errands,
      SendRequests sends,
      CallDesk calls,
      TopicDesk topics,
      SharedQueues sharedQueues,
      OutsideRequests outside,
      Outbox outbox) {
    this.report = report;
    this.explanations = explanations;
    this.recipients = recipients;
    this.mailboxes = mailboxes;
    this.courier = courier;
    this.errands = errands;
    this.sends = sends;
    this.calls = calls;
    this.topics = topics;
    this.sharedQueues = sharedQueues;
    this.outside = outside;
    this.outbox = outbox;
  }

  void send(Instant now, ClientToken token, Acting acting, Request.Send send) {
    // One answer for all: who wants to hear of each asks to post.
    Consumer<Response> answer =
        response ->
            outbox.reply(
                token,
                response instanceof Response.Receipt(var rows, var missing)
                        && missing.isEmpty()
                        && rows.stream().allMatch(row -> row.failure().isEmpty())
                    ? new Response.Done()
                    : response instanceof Response.Failed
                        ? response
                        : new Response.Failed(
                            ErrorKind.PARTIAL, "'" + send.to() + "' was reached only in part"));
    put(now, token, acting, send.as(), send.to(), send.payload(), send.timeoutMillis(), answer);
  }

  void post(Instant now, ClientToken token, Acting acting, Request.Post post) {
    put(
        now,
        token,
        acting,
        post.as(),
        post.to(),
        post.payload(),
        post.timeoutMillis(),
        response -> outbox.reply(token, response));
  }

  private void put(
      Instant now,
      ClientToken token,
      Acting acting,
      Optional<String> as,
      String to,
      Bytes payload,
      int timeoutMillis,
      Consumer<Response> answer) {
    Name tenant = acting.tenant();
    SendRequests.Message message =
        new SendRequests.Message(
            tenant, sender(now, tenant, as), to, payload, Duration.ofMillis(timeoutMillis), answer);
    ifReached(token, acting, Address.parse(to), () -> sends.send(outbox.now(), message));
  }

  void call(Instant now, ClientToken token, Acting acting, Request.Call call) {
    Name tenant = acting.tenant();
    switch (Address.parse(call.to())) {
      case Address.Of of ->
          ifReached(token, acting, of, () -> calls.call(outbox.now(), token, tenant, of, call));
      case Address.Any any -> calls.call(now, token, tenant, any, call);
      case Address.Outside far -> outside.call(now, token, tenant, far, call);
      case Address.All all -> throw manyCalled(call);
      case Address.Tenant all -> throw manyCalled(call);
    }
  }

  /** A process of another tenant is as unknown as one that never was. */
  private void ifReached(ClientToken token, Acting acting, Address to, Runnable then) {
    if (!(to instanceof Address.Of(ProcessId process))
        || acting.everybody()
        || reached.contains(acting.tenant(), process)) {
      then.run();
      return;
    }
    errands.run(
        acting.scope(),
        process,
        new Errand.Find(),
        ERRAND_DEADLINE,
        outcome -> {
          if (outcome instanceof Errand.Outcome.Unknown
              || (outcome instanceof Errand.Outcome.Unreachable
                  && !explanations.isHeardOf(process))) {
            outbox.fail(token, ErrorKind.FAILED, explanations.unknown(process));
            return;
          }
          if (outcome instanceof Errand.Outcome.Done) {
            reached.add(acting.tenant(), process);
          }
          // Of one that can't be asked now, the sending says so.
          then.run();
        });
  }

  private static IllegalArgumentException manyCalled(Request.Call call) {
    return new IllegalArgumentException(
        "'" + call.to() + "' means many, and a call has one reply; call an id, a name or any:NAME");
  }

  void receive(Instant now, ClientToken token, Acting acting, String as, Duration timeout) {
    take(
        now,
        token,
        acting,
        as,
        timeout,
        envelope ->
            new Response.Message(
                envelope.from(), envelope.to(), envelope.payload(), envelope.sentAtMillis()));
  }

  void take(Instant now, ClientToken token, Acting acting, String as, Duration timeout) {
    take(now, token, acting, as, timeout, MessageRequests::letter);
  }

  private static Response letter(Envelope envelope) {
    return new Response.Letter(
        envelope.from(),
        envelope.to(),
        PostOrder.header(envelope, PostOrder.TOPIC).orElse(""),
        envelope.payload(),
        envelope.sentAtMillis());
  }

  private void take(
      Instant now, ClientToken token, Acting acting, String as, Duration timeout, Form form) {
    withMailbox(
        now,
        acting.tenant(),
        as,
        mailbox -> takeAt(outbox.now(), token, acting, mailbox, timeout, form));
  }

  /** The mailbox that is meant, wherever it is; one of a new name is made here. */
  private void withMailbox(Instant now, Name tenant, String as, Consumer<ProcessId> then) {
    if (ProcessId.isProcessId(as)) {
      then.accept(ProcessId.parse(as));
      return;
    }
    recipients.nearest(
        now,
        tenant,
        new Name(as),
        found -> then.accept(found.orElseGet(() -> mailboxes.own(outbox.now(), tenant, as))));
  }

  private void takeAt(
      Instant now,
      ClientToken token,
      Acting acting,
      ProcessId mailbox,
      Duration timeout,
      Form form) {
    if (mailboxes.isHere(acting.tenant(), mailbox)) {
      courier.receive(
          now,
          Optional.of(token),
          mailbox,
          timeout,
          outcome -> taken(token, mailbox, outcome, form));
      return;
    }
    errands.run(
        acting.scope(),
        mailbox,
        new Errand.Receive((int) timeout.toMillis()),
        timeout.plus(ERRAND_DEADLINE),
        outcome -> {
          if (outcome instanceof Errand.Outcome.Message(var envelope)) {
            taken(token, mailbox, new MailboxOutcome.Received(envelope), form);
          } else if (outcome instanceof Errand.Outcome.NoMessage) {
            taken(token, mailbox, new MailboxOutcome.TimedOut(), form);
          } else {
            outbox.fail(
                token,
                ErrorKind.FAILED,
                explanations.of(mailbox, outcome).orElse(explanations.unknown(mailbox)));
          }
        });
  }

  private void taken(ClientToken token, ProcessId mailbox, MailboxOutcome outcome, Form form) {
    switch (outcome) {
      case MailboxOutcome.Received(var envelope) -> outbox.reply(token, form.of(envelope));
      case MailboxOutcome.TimedOut() ->
          outbox.fail(token, ErrorKind.PARTIAL, "no message came in the time given");
      case MailboxOutcome.Refused(var reason) ->
          outbox.fail(token, ErrorKind.FAILED, "mailbox " + mailbox + ": " + reason.text());
      case MailboxOutcome.Unreachable() ->
          outbox.fail(token, ErrorKind.UNREACHABLE, "mailbox " + mailbox + " is not reached");
      case MailboxOutcome.Delivered delivered ->
          outbox.fail(token, ErrorKind.FAILED, "mailbox " + mailbox + " answered out of turn");
    }
  }

  void lookup(Instant now, ClientToken token, Acting acting, Request.Lookup lookup) {
    Name tenant = acting.tenant();
    if (Address.leadsOutside(lookup.name())
        && Address.parse(lookup.name()) instanceof Address.Outside far) {
      outside.measure(now, token, tenant, far, lookup.deadlineMillis());
      return;
    }
    Name name = new Name(lookup.name());
    recipients.all(
        now,
        tenant,
        Optional.of(name),
        (found, missing) -> {
          if (found.isEmpty()) {
            outbox.fail(token, ErrorKind.FAILED, explanations.unknown(name, missing));
          } else {
            outbox.reply(
                token, new Response.Mailboxes(found.stream().map(report::mailbox).toList()));
          }
        });
  }

  void subscribe(Instant now, ClientToken token, Acting acting, Request.Subscribe request) {
    Name tenant = acting.tenant();
    if (request.as().isEmpty()) {
      ProcessId mailbox = mailboxes.openTemporary(now, tenant, token.connection());
      topics.subscribe(now, token, tenant, mailbox, false, request);
      return;
    }
    withOwn(
        now,
        token,
        tenant,
        request.as().get(),
        mailbox ->
            topics.subscribe(
                outbox.now(),
                token,
                tenant,
                mailbox,
                !mailboxes.isTemporary(tenant, mailbox),
                request));
  }

  void unsubscribe(Instant now, ClientToken token, Acting acting, Request.Unsubscribe request) {
    Name tenant = acting.tenant();
    withOwn(
        now,
        token,
        tenant,
        request.as(),
        mailbox -> {
          boolean kept = !mailboxes.isTemporary(tenant, mailbox);
          if (topics.unsubscribe(outbox.now(), mailbox, request.pattern(), kept)) {
            outbox.reply(token, new Response.Done());
          } else {
            outbox.fail(
                token,
                ErrorKind.FAILED,
                "mailbox " + mailbox + " has not subscribed to '" + request.pattern() + "'");
          }
        });
  }

  void publish(Instant now, ClientToken token, Acting acting, Request.Publish request) {
    Name tenant = acting.tenant();
    topics.publish(now, token, tenant, sender(now, tenant, request.as()), request);
  }

  void closeMailbox(Instant now, ClientToken token, Acting acting, String as) {
    Name tenant = acting.tenant();
    withOwn(
        now,
        token,
        tenant,
        as,
        mailbox -> {
          if (mailboxes.close(outbox.now(), tenant, mailbox)) {
            outbox.reply(token, new Response.Done());
          } else {
            outbox.fail(
                token,
                ErrorKind.REFUSED,
                "mailbox '" + as + "' belongs to a process, and is closed when that ends");
          }
        });
  }

  void openSharedQueue(Instant now, ClientToken token, Acting acting, int uid, String as) {
    Name tenant = acting.tenant();
    withOwn(
        now,
        token,
        tenant,
        as,
        mailbox -> {
          if (mailboxes.isTemporary(tenant, mailbox)) {
            outbox.fail(
                token,
                ErrorKind.REFUSED,
                "mailbox '"
                    + as
                    + "' ends with a connection and is read over the agent; take a name");
          } else {
            sharedQueues.open(token, mailbox, tenant, uid);
          }
        });
  }

  void findSharedQueue(Instant now, ClientToken token, Acting acting, String to) {
    Name tenant = acting.tenant();
    switch (Address.parse(to)) {
      case Address.Of(ProcessId mailbox) -> tellQueue(token, tenant, mailbox);
      case Address.Any any ->
          recipients.pool(
              now,
              tenant,
              any,
              (found, missing) -> {
                if (found.isEmpty()) {
                  outbox.fail(token, ErrorKind.FAILED, explanations.nobody(to, missing));
                } else {
                  tellQueue(token, tenant, found.getFirst());
                }
              });
      case Address.All all -> throw notOne(to);
      case Address.Tenant all -> throw notOne(to);
      case Address.Outside far -> throw notOne(to);
    }
  }

  /** A mailbox of another tenant is as unknown here as one of another server. */
  private void tellQueue(ClientToken token, Name tenant, ProcessId mailbox) {
    if (mailboxes.isHere(tenant, mailbox)) {
      sharedQueues.tellSender(outbox.now(), token, mailbox);
    } else {
      outbox.reply(token, new Response.SharedQueue(mailbox, ""));
    }
  }

  private static IllegalArgumentException notOne(String to) {
    return new IllegalArgumentException("'" + to + "' is not one mailbox; take an id or a name");
  }

  void takeForQueue(Instant now, ClientToken token, Acting acting, String as, Duration timeout) {
    withOwn(
        now,
        token,
        acting.tenant(),
        as,
        mailbox ->
            courier.passOn(
                outbox.now(),
                token,
                mailbox,
                timeout,
                outcome -> taken(token, mailbox, outcome, MessageRequests::letter)));
  }

  void leaveSharedQueue(Instant now, ClientToken token, Acting acting, String as) {
    withOwn(
        now,
        token,
        acting.tenant(),
        as,
        mailbox -> {
          courier.stopWaiting(outbox.now(), token.connection(), mailbox);
          outbox.reply(token, new Response.Done());
        });
  }

  void clientGone(Instant now, long connection) {
    courier.clientGone(now, connection);
    calls.clientGone(now, connection);
    mailboxes.clientGone(now, connection);
  }

  /** As {@link #withMailbox}, for what only the agent of the mailbox can do. */
  private void withOwn(
      Instant now, ClientToken token, Name tenant, String as, Consumer<ProcessId> then) {
    withMailbox(
        now,
        tenant,
        as,
        mailbox -> {
          if (mailboxes.isHere(tenant, mailbox)) {
            then.accept(mailbox);
          } else {
            outbox.fail(
                token,
                ErrorKind.FAILED,
                "mailbox '" + as + "' is not at this agent; ask the agent of " + mailbox);
          }
        });
  }

  private Optional<ProcessId> sender(Instant now, Name tenant, Optional<String> as) {
    return as.map(its -> mailboxes.own(now, tenant, its));
  }
}
