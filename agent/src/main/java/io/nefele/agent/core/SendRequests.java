package io.nefele.agent.core;

import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import io.nefele.mailbox.MailboxOutcome;
import io.nefele.mailbox.RefusalReason;
import io.nefele.wire.Address;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Messages to one of a pool, to all of a name, to all of a tenant, to somebody outside. */
final class SendRequests {
  private final Fabric fabric;
  private final FabricReport report;
  private final Explanations explanations;
  private final Recipients recipients;
  private final Courier courier;
  private final Rounds rounds;
  private final OutsideRequests outside;

  /**
   * A message to be sent.
   *
   * @param to as the client wrote it
   * @param answer gets a {@link Response.Receipt} or a {@link Response.Failed}
   */
  record Message(
      Name tenant,
      Optional<ProcessId> from,
      String to,
      Bytes payload,
      Duration timeout,
      Consumer<Response> answer) {

    void fail(ErrorKind kind, String why) {
      answer.accept(new Response.Failed(kind, why));
    }
  }

  SendRequests(
      Fabric fabric,
      FabricReport report,
      Explanations explanations,
      Recipients recipients,
      Courier courier,
      Rounds rounds,
      OutsideRequests outside) {
    this.fabric = fabric;
    this.report = report;
    this.explanations = explanations;
    this.recipients = recipients;
    this.courier = courier;
    this.rounds = rounds;
    this.outside = outside;
  }

  void send(Instant now, Message message) {
    Address address = Address.parse(message.to);
    switch (address) {
      case Address.Of(ProcessId mailbox) -> attempt(now, message, List.of(mailbox), 0, false);
      case Address.Any any ->
          recipients.poolHeard(
              now,
              message.tenant,
              any,
              (mailboxes, missing) -> sendToOne(message, mailboxes, missing, true));
      case Address.All(Name name) -> sendToAll(now, message, Optional.of(name));
      case Address.Tenant() -> sendToAll(now, message, Optional.empty());
      case Address.Outside far -> outside.send(now, message, far);
    }
  }

  private void sendToOne(
      Message message, List<ProcessId> pool, List<String> missing, boolean heard) {
    if (pool.isEmpty()) {
      message.fail(ErrorKind.FAILED, explanations.nobody(message.to, missing));
    } else {
      attempt(recipients.now(), message, pool, 0, heard);
    }
  }

  /**
   * Tries one of the pool; a definite no sends the message on to the next.
   *
   * @param heard whether the pool is as it was a moment ago
   */
  private void attempt(
      Instant now, Message message, List<ProcessId> pool, int index, boolean heard) {
    ProcessId to = pool.get(index);
    courier.send(
        now,
        message.from,
        to,
        List.of(),
        message.payload,
        fabric.patience(to.agent(), message.timeout),
        outcome -> attempted(message, pool, index, heard, outcome));
  }

  private void attempted(
      Message message, List<ProcessId> pool, int index, boolean heard, MailboxOutcome outcome) {
    ProcessId to = pool.get(index);
    switch (outcome) {
      case MailboxOutcome.Delivered(boolean sameServer, Duration elapsed) ->
          message.answer.accept(new Response.Receipt(List.of(row(to, elapsed, "")), List.of()));
      case MailboxOutcome.Refused(RefusalReason reason)
          when reason != RefusalReason.TOO_LARGE && index + 1 < pool.size() ->
          attempt(recipients.now(), message, pool, index + 1, heard);
      case MailboxOutcome.Refused(RefusalReason reason) when heard && reason.isOfOneThatEnded() ->
          sendAnew(message);
      case MailboxOutcome.Refused(RefusalReason reason) ->
          message.fail(
              ErrorKind.REFUSED,
              "'"
                  + message.to
                  + "': "
                  + reason.text()
                  + (pool.size() > 1 ? "; so it is with all " + pool.size() : ""));
      case MailboxOutcome.Unreachable() when !explanations.isHeardOf(to) ->
          message.fail(ErrorKind.FAILED, explanations.unknown(to));
      case MailboxOutcome.Unreachable() ->
          message.fail(ErrorKind.UNREACHABLE, explanations.notReached(message.to, to));
      case MailboxOutcome.TimedOut() ->
          message.fail(ErrorKind.PARTIAL, "'" + message.to + "' did not answer in time");
      case MailboxOutcome.Received received ->
          message.fail(ErrorKind.FAILED, "'" + message.to + "' answered out of turn");
    }
  }

  /** Perhaps somebody has taken the place of those that were heard of. */
  private void sendAnew(Message message) {
    if (Address.parse(message.to) instanceof Address.Any any) {
      recipients.pool(
          recipients.now(),
          message.tenant,
          any,
          (mailboxes, missing) -> sendToOne(message, mailboxes, missing, false));
    }
  }

  private void sendToAll(Instant now, Message message, Optional<Name> name) {
    recipients.all(
        now,
        message.tenant,
        name,
        (mailboxes, missing) -> {
          List<ProcessId> to =
              mailboxes.stream()
                  .filter(id -> name.isPresent() || !message.from.equals(Optional.of(id)))
                  .toList();
          if (to.isEmpty()) {
            message.fail(ErrorKind.FAILED, explanations.nobody(message.to, missing));
            return;
          }
          SortedSet<AgentId> agents = new TreeSet<>();
          to.forEach(mailbox -> agents.add(mailbox.agent()));
          PostOrder.Target target =
              name.<PostOrder.Target>map(PostOrder.Target.Named::new)
                  .orElseGet(PostOrder.Target.Everyone::new);
          rounds.begin(
              recipients.now(),
              agents,
              new PostOrder(message.tenant, target, message.from),
              message.payload,
              message.timeout,
              result -> spread(message, to, missing, result));
        });
  }

  private void spread(
      Message message, List<ProcessId> expected, List<String> missing, Rounds.Result result) {
    List<Response.ReceiptRow> rows = new ArrayList<>();
    SortedSet<ProcessId> left = new TreeSet<>(expected);
    for (PostReply reports : result.reports().values()) {
      for (PostReply.Item item : reports.items()) {
        left.remove(item.mailbox());
        rows.add(row(item.mailbox(), result.took(), item.why()));
      }
    }
    for (ProcessId mailbox : left) {
      String why =
          result.silent().contains(mailbox.agent())
              ? "its agent did not answer in time"
              : "it has ended";
      rows.add(row(mailbox, result.took(), why));
    }
    boolean any = rows.stream().anyMatch(row -> row.failure().isEmpty());
    if (any) {
      message.answer.accept(new Response.Receipt(rows, missing));
    } else {
      message.fail(
          result.silent().isEmpty() ? ErrorKind.FAILED : ErrorKind.PARTIAL,
          "'"
              + message.to
              + "' reached none of "
              + rows.size()
              + ": "
              + rows.getFirst().id()
              + " "
              + rows.getFirst().failure());
    }
  }

  private Response.ReceiptRow row(ProcessId mailbox, Duration took, String failure) {
    Response.MailboxRow where = report.mailbox(mailbox);
    return new Response.ReceiptRow(
        mailbox, where.distance(), where.rttMicros(), took.toNanos() / 1000, failure);
  }
}
