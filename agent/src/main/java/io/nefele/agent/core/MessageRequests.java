package io.nefele.agent.core;

import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import io.nefele.mailbox.MailboxOutcome;
import io.nefele.mailbox.StoredState;
import io.nefele.table.Filter;
import io.nefele.table.ProcessRow;
import io.nefele.table.ProcessState;
import io.nefele.table.RowView;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.Request;
import io.nefele.wire.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Requests about messages: send, receive, and who is behind a name. */
final class MessageRequests {
  private static final Duration ERRAND_DEADLINE = Duration.ofSeconds(5);
  private static final Duration NAME_DEADLINE = Duration.ofSeconds(2);

  private final Fabric fabric;
  private final FabricReport report;
  private final Explanations explanations;
  private final Directory directory;
  private final Courier courier;
  private final LocalProcesses processes;
  private final Errands errands;
  private final Outbox outbox;

  MessageRequests(
      Fabric fabric,
      FabricReport report,
      Explanations explanations,
      Directory directory,
      Courier courier,
      LocalProcesses processes,
      Errands errands,
      Outbox outbox) {
    this.fabric = fabric;
    this.report = report;
    this.explanations = explanations;
    this.directory = directory;
    this.courier = courier;
    this.processes = processes;
    this.errands = errands;
    this.outbox = outbox;
  }

  void send(Instant now, ClientToken token, Name tenant, Request.Send send) {
    Duration timeout = Duration.ofMillis(send.timeoutMillis());
    Optional<ProcessId> from = send.as().map(as -> ownMailbox(now, tenant, as));
    resolve(
        now,
        token,
        tenant,
        send.to(),
        to ->
            courier.send(
                now,
                from,
                to,
                send.payload(),
                fabric.patience(to.agent(), timeout),
                outcome -> sent(token, send.to(), to, outcome)));
  }

  private void sent(ClientToken token, String to, ProcessId receiver, MailboxOutcome outcome) {
    switch (outcome) {
      case MailboxOutcome.Delivered delivered -> outbox.reply(token, new Response.Done());
      case MailboxOutcome.Refused(var reason) ->
          outbox.fail(token, ErrorKind.REFUSED, "'" + to + "': " + reason.text());
      case MailboxOutcome.Unreachable() when !explanations.isHeardOf(receiver) ->
          outbox.fail(token, ErrorKind.FAILED, explanations.unknown(receiver));
      case MailboxOutcome.Unreachable() ->
          outbox.fail(token, ErrorKind.UNREACHABLE, explanations.notReached(to, receiver));
      case MailboxOutcome.TimedOut() ->
          outbox.fail(token, ErrorKind.PARTIAL, "'" + to + "' did not answer in time");
      case MailboxOutcome.Received received ->
          outbox.fail(token, ErrorKind.FAILED, "'" + to + "' answered out of turn");
    }
  }

  void receive(Instant now, ClientToken token, Name tenant, String as, Duration timeout) {
    if (ProcessId.isProcessId(as)) {
      receiveAt(now, token, tenant, ProcessId.parse(as), timeout);
      return;
    }
    Name name = new Name(as);
    find(
        now,
        tenant,
        name,
        (rows, missing) ->
            receiveAt(
                now,
                token,
                tenant,
                rows.isEmpty() ? ownMailbox(now, tenant, as) : nearest(rows),
                timeout));
  }

  private void receiveAt(
      Instant now, ClientToken token, Name tenant, ProcessId mailbox, Duration timeout) {
    Optional<ProcessRow> own = directory.ownRow(mailbox).filter(row -> row.tenant().equals(tenant));
    if (own.isPresent()) {
      courier.receive(
          now, Optional.of(token), mailbox, timeout, outcome -> received(token, mailbox, outcome));
      return;
    }
    errands.run(
        tenant,
        mailbox,
        new Errand.Receive((int) timeout.toMillis()),
        timeout.plus(ERRAND_DEADLINE),
        outcome -> {
          if (outcome instanceof Errand.Outcome.Message(var envelope)) {
            received(token, mailbox, new MailboxOutcome.Received(envelope));
          } else if (outcome instanceof Errand.Outcome.NoMessage) {
            received(token, mailbox, new MailboxOutcome.TimedOut());
          } else {
            outbox.fail(
                token,
                ErrorKind.FAILED,
                explanations.of(mailbox, outcome).orElse(explanations.unknown(mailbox)));
          }
        });
  }

  private void received(ClientToken token, ProcessId mailbox, MailboxOutcome outcome) {
    switch (outcome) {
      case MailboxOutcome.Received(var envelope) ->
          outbox.reply(
              token,
              new Response.Message(
                  envelope.from(), envelope.to(), envelope.payload(), envelope.sentAtMillis()));
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

  void lookup(Instant now, ClientToken token, Name tenant, Name name, int deadlineMillis) {
    directory.ask(
        now,
        new Filter(Optional.of(tenant), Optional.empty(), Optional.of(name), true),
        report.subtrees(),
        Duration.ofMillis(deadlineMillis),
        (rows, missing) -> {
          List<Response.MailboxRow> mailboxes =
              rows.stream()
                  .filter(view -> view.row().state().isLive())
                  .map(view -> report.mailbox(view.row().id()))
                  .toList();
          if (mailboxes.isEmpty()) {
            outbox.fail(token, ErrorKind.FAILED, explanations.unknown(name, missing));
          } else {
            outbox.reply(token, new Response.Mailboxes(mailboxes));
          }
        });
  }

  /** Finds the mailbox that an address means, and goes on with it; or tells the client. */
  private void resolve(
      Instant now, ClientToken token, Name tenant, String to, Consumer<ProcessId> then) {
    if (ProcessId.isProcessId(to)) {
      then.accept(ProcessId.parse(to));
      return;
    }
    Name name = new Name(to);
    find(
        now,
        tenant,
        name,
        (rows, missing) -> {
          if (rows.isEmpty()) {
            outbox.fail(token, ErrorKind.FAILED, explanations.unknown(name, missing));
          } else {
            then.accept(nearest(rows));
          }
        });
  }

  /** The live rows of that name; a lost one only if there is no other. */
  private void find(Instant now, Name tenant, Name name, Directory.Answered then) {
    directory.ask(
        now,
        new Filter(Optional.of(tenant), Optional.empty(), Optional.of(name), true),
        report.subtrees(),
        NAME_DEADLINE,
        (rows, missing) ->
            then.accept(
                rows.stream().filter(view -> view.row().state().isLive()).toList(), missing));
  }

  private ProcessId nearest(List<RowView> rows) {
    return rows.stream()
        .map(view -> view.row().id())
        .min(Comparator.comparing(report::distanceOf).thenComparing(Comparator.naturalOrder()))
        .orElseThrow();
  }

  /** The mailbox that the caller speaks for: of a process, or one by name, made if need be. */
  private ProcessId ownMailbox(Instant now, Name tenant, String as) {
    if (ProcessId.isProcessId(as)) {
      return ProcessId.parse(as);
    }
    Name name = new Name(as);
    return directory.ownRows().stream()
        .filter(row -> row.tenant().equals(tenant) && row.name().equals(Optional.of(name)))
        .filter(row -> row.state().isLive())
        .map(ProcessRow::id)
        .findFirst()
        .orElseGet(() -> newMailbox(now, tenant, name));
  }

  private ProcessId newMailbox(Instant now, Name tenant, Name name) {
    long nowMillis = now.toEpochMilli();
    ProcessId id = processes.nextId();
    directory.put(
        now,
        new ProcessRow(
            id,
            ProcessRow.Kind.MAILBOX,
            tenant,
            Optional.of(name),
            List.of(),
            ProcessState.RUNNING,
            Optional.empty(),
            nowMillis,
            nowMillis,
            0,
            0),
        true);
    courier.open(now, id, StoredState.EMPTY);
    return id;
  }
}
