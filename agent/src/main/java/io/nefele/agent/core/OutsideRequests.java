package io.nefele.agent.core;

import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.core.Name;
import io.nefele.core.OutsideRules;
import io.nefele.core.ProcessId;
import io.nefele.gossip.Member;
import io.nefele.mailbox.MailboxCounters;
import io.nefele.wire.Address;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.Frame;
import io.nefele.wire.Request;
import io.nefele.wire.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The asking side of what goes outside the fabric: whether the tenant may, which agent does it, and
 * that the client is answered once and in time. This agent does it itself if it gets there, or else
 * the nearest one that does.
 */
final class OutsideRequests {
  /** The distance class of whatever is not of the fabric. */
  static final String DISTANCE = "outside";

  /** An agent that is busy, or does not go outside any more, is followed by the next. */
  private static final int AGENTS_MAX = 3;

  /** Who does it gives up a little before the asker does, so that it can say how far it came. */
  private static final int MARGIN_MILLIS = 100;

  private final AgentId self;
  private final Fabric fabric;
  private final Function<Name, OutsideRules> rules;
  private final Outbox outbox;
  private final Map<Long, Open> open = new LinkedHashMap<>();
  private long lastNumber;
  private long accepted;
  private long refused;
  private long unanswered;

  private static final class Open {
    final OutsideOrder order;
    final Instant begun;
    final int timeoutMillis;
    final Deque<AgentId> agents;
    final Consumer<Response> answer;

    Open(
        OutsideOrder order,
        Instant begun,
        int timeoutMillis,
        Deque<AgentId> agents,
        Consumer<Response> answer) {
      this.order = order;
      this.begun = begun;
      this.timeoutMillis = timeoutMillis;
      this.agents = agents;
      this.answer = answer;
    }

    boolean isMessage() {
      return order.kind() != OutsideOrder.Kind.MEASURE;
    }
  }

  OutsideRequests(AgentId self, Fabric fabric, Function<Name, OutsideRules> rules, Outbox outbox) {
    this.self = self;
    this.fabric = fabric;
    this.rules = rules;
    this.outbox = outbox;
  }

  /** Answered by a {@link Response.Receipt}. */
  void send(Instant now, SendRequests.Message message, Address.Outside to) {
    begin(
        now,
        OutsideOrder.Kind.SEND,
        message.tenant(),
        to,
        message.payload(),
        (int) message.timeout().toMillis(),
        message.answer());
  }

  /** Answered by a {@link Response.Reply}. */
  void call(Instant now, ClientToken token, Name tenant, Address.Outside to, Request.Call call) {
    begin(
        now,
        OutsideOrder.Kind.CALL,
        tenant,
        to,
        call.payload(),
        call.timeoutMillis(),
        response -> outbox.reply(token, response));
  }

  /** How far away it is; answered by {@link Response.Mailboxes}. */
  void measure(
      Instant now, ClientToken token, Name tenant, Address.Outside to, int deadlineMillis) {
    begin(
        now,
        OutsideOrder.Kind.MEASURE,
        tenant,
        to,
        Bytes.EMPTY,
        deadlineMillis,
        response -> outbox.reply(token, response));
  }

  private void begin(
      Instant now,
      OutsideOrder.Kind kind,
      Name tenant,
      Address.Outside to,
      Bytes payload,
      int timeoutMillis,
      Consumer<Response> answer) {
    int margin = Math.min(MARGIN_MILLIS, timeoutMillis / 10);
    OutsideOrder order =
        new OutsideOrder(
            tenant, rules.apply(tenant), kind, to, payload, Math.max(1, timeoutMillis - margin));
    Open wanted = new Open(order, now, timeoutMillis, new ArrayDeque<>(agents()), answer);
    long number = ++lastNumber;
    open.put(number, wanted);
    if (!order.rules().mayPermit(to.host(), to.port())) {
      refuse(number, OutsideDesk.forbidden(order));
    } else if (payload.size() > Frame.MAX_PAYLOAD_BYTES) {
      refuse(number, "a message has at most " + Frame.MAX_PAYLOAD_BYTES + " bytes");
    } else if (wanted.agents.isEmpty()) {
      refuse(number, "no agent goes outside; start one with 'nefele agent --outside yes'");
    } else {
      outbox.setTimer(new AgentTimer.OutsideDue(number), Duration.ofMillis(timeoutMillis));
      ask(number, wanted);
    }
  }

  /** Those that get outside, the first to be asked first. */
  private List<AgentId> agents() {
    if (fabric.profile().outside()) {
      return List.of(self);
    }
    List<AgentId> agents = new ArrayList<>();
    for (Member member : fabric.members()) {
      if (AgentProfile.of(member).filter(AgentProfile::outside).isPresent()
          && outbox.reaches(member.agent())) {
        agents.add(member.agent());
      }
    }
    agents.sort(
        Comparator.comparing((AgentId agent) -> fabric.rtt(agent).orElse(Duration.ofDays(1)))
            .thenComparing(Comparator.naturalOrder()));
    return agents.subList(0, Math.min(AGENTS_MAX, agents.size()));
  }

  private void ask(long number, Open wanted) {
    outbox.send(
        wanted.agents.getFirst(),
        new AgentMessage.OfOutside(new OutsideMessage.Ask(number, wanted.order)));
  }

  void answered(AgentId from, OutsideMessage.Answer answer) {
    Open wanted = open.get(answer.number());
    if (wanted == null || !from.equals(wanted.agents.peekFirst())) {
      return;
    }
    switch (answer.outcome()) {
      case OutsideOutcome.Done(var reply, long connectMicros) ->
          done(answer.number(), answer.by(), reply, connectMicros);
      case OutsideOutcome.Refused(var why) -> refuse(answer.number(), why);
      case OutsideOutcome.Unanswered(var why) -> giveUp(answer.number(), ErrorKind.PARTIAL, why);
      case OutsideOutcome.Elsewhere(var why) -> {
        wanted.agents.removeFirst();
        if (wanted.agents.isEmpty()) {
          refuse(answer.number(), "agent " + from + ": " + why);
        } else {
          ask(answer.number(), wanted);
        }
      }
    }
  }

  /** The client has waited long enough. */
  void due(long number) {
    Open wanted = open.get(number);
    if (wanted != null) {
      giveUp(number, ErrorKind.PARTIAL, "no answer within " + wanted.timeoutMillis + " ms");
    }
  }

  void agentLost(AgentId agent) {
    for (long number : List.copyOf(open.keySet())) {
      Open wanted = open.get(number);
      if (wanted != null && agent.equals(wanted.agents.peekFirst())) {
        giveUp(number, ErrorKind.UNREACHABLE, "agent " + agent + ", which went there, is gone");
      }
    }
  }

  /** With what went outside counted to what went to mailboxes. */
  MailboxCounters plus(MailboxCounters mailboxes) {
    long inFlight = open.values().stream().filter(Open::isMessage).count();
    return new MailboxCounters(
        mailboxes.sent() + accepted + refused + unanswered + inFlight,
        mailboxes.accepted() + accepted,
        mailboxes.refused() + refused,
        mailboxes.unanswered() + unanswered,
        mailboxes.inFlight() + inFlight,
        mailboxes.recovered(),
        mailboxes.stored(),
        mailboxes.delivered(),
        mailboxes.pending(),
        mailboxes.deadLettered());
  }

  private void done(long number, ProcessId by, Bytes reply, long connectMicros) {
    Open wanted = finish(number);
    accepted += wanted.isMessage() ? 1 : 0;
    long tookMicros = Duration.between(wanted.begun, outbox.now()).toNanos() / 1000;
    wanted.answer.accept(
        switch (wanted.order.kind()) {
          case SEND ->
              new Response.Receipt(
                  List.of(new Response.ReceiptRow(by, DISTANCE, connectMicros, tookMicros, "")),
                  List.of());
          case CALL ->
              new Response.Reply(by, reply, DISTANCE, connectMicros, tookMicros, List.of());
          case MEASURE ->
              new Response.Mailboxes(List.of(new Response.MailboxRow(by, DISTANCE, connectMicros)));
        });
  }

  private void refuse(long number, String why) {
    Open wanted = finish(number);
    refused += wanted.isMessage() ? 1 : 0;
    fail(wanted, ErrorKind.REFUSED, why);
  }

  private void giveUp(long number, ErrorKind kind, String why) {
    Open wanted = finish(number);
    unanswered += wanted.isMessage() ? 1 : 0;
    fail(wanted, kind, wanted.isMessage() ? why + "; the message may have been taken" : why);
  }

  private Open finish(long number) {
    Open wanted = open.remove(number);
    if (wanted == null) {
      throw new IllegalStateException("nothing outside is wanted under number " + number);
    }
    outbox.cancelTimer(new AgentTimer.OutsideDue(number));
    return wanted;
  }

  private static void fail(Open wanted, ErrorKind kind, String why) {
    wanted.answer.accept(new Response.Failed(kind, "'" + wanted.order.to().text() + "': " + why));
  }
}
