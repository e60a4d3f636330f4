package io.nefele.agent.core;

import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.core.FabricName;
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
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The asking side of what goes outside the fabric: whether the tenant may, which agent does it, and
 * that the client is answered once and in time. This agent does it itself if it gets there, or else
 * the nearest one that does.
 *
 * <p>To another fabric there may be several ways. The next is taken only if it was certainly not
 * done on those before: once somebody may have a message, nobody else gets it.
 */
final class OutsideRequests {
  /** The distance class of whatever is not of the fabric. */
  static final String DISTANCE = "outside";

  /** An agent that is busy, or does not go outside any more, is followed by the next. */
  private static final int AGENTS_MAX = 3;

  /** Who does it gives up a little before the asker does, so that it can say how far it came. */
  private static final int MARGIN_MILLIS = 100;

  /** To connect, where there is another way. */
  private static final int CONNECT_MILLIS_MAX = 2_000;

  private final AgentId self;
  private final Fabric fabric;
  private final Function<Name, OutsideRules> rules;
  private final Gateways gateways;
  private final Outbox outbox;
  private final Map<Long, Open> open = new LinkedHashMap<>();
  private long lastNumber;
  private long accepted;
  private long refused;
  private long unanswered;

  private static final class Open {
    final OutsideOrder.Kind kind;
    final Name tenant;
    final Address.Outside to;
    final Bytes payload;
    final Instant begun;
    final int timeoutMillis;
    final Consumer<Response> answer;

    /** Where it may be done: what is first is asked, or was and may do it yet. */
    final Deque<Address.Server> ways = new ArrayDeque<>();

    /** Who may do it, the same. */
    final Deque<AgentId> agents = new ArrayDeque<>();

    /** Where it was certainly not done, and why. */
    final List<String> failures = new ArrayList<>();

    Open(
        OutsideOrder.Kind kind,
        Name tenant,
        Address.Outside to,
        Bytes payload,
        Instant begun,
        int timeoutMillis,
        Consumer<Response> answer) {
      this.kind = kind;
      this.tenant = tenant;
      this.to = to;
      this.payload = payload;
      this.begun = begun;
      this.timeoutMillis = timeoutMillis;
      this.answer = answer;
    }

    boolean isMessage() {
      return kind != OutsideOrder.Kind.MEASURE;
    }

    int leftMillis(Instant now) {
      return timeoutMillis - (int) Duration.between(begun, now).toMillis();
    }

    int marginMillis() {
      return Math.min(MARGIN_MILLIS, timeoutMillis / 10);
    }

    Optional<FabricName> fabric() {
      return to instanceof Address.Fabric far ? Optional.of(far.fabric()) : Optional.empty();
    }
  }

  OutsideRequests(
      AgentId self,
      Fabric fabric,
      Function<Name, OutsideRules> rules,
      Gateways gateways,
      Outbox outbox) {
    this.self = self;
    this.fabric = fabric;
    this.rules = rules;
    this.gateways = gateways;
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
    Open wanted = new Open(kind, tenant, to, payload, now, timeoutMillis, answer);
    wanted.agents.addAll(agents());
    long number = ++lastNumber;
    open.put(number, wanted);
    if (to instanceof Address.Fabric far && gateways.find(far.fabric()).isEmpty()) {
      refuse(number, ErrorKind.FAILED, gateways.unknown(far.fabric()));
      return;
    }
    OutsideRules its = rules.apply(tenant);
    ways(wanted).stream()
        .filter(way -> OutsideDesk.mayPermit(its, wanted.fabric(), way))
        .forEach(wanted.ways::add);
    if (wanted.ways.isEmpty()) {
      refuse(number, ErrorKind.REFUSED, OutsideDesk.forbidden(tenant, its));
    } else if (payload.size() > Frame.MAX_PAYLOAD_BYTES) {
      refuse(
          number, ErrorKind.REFUSED, "a message has at most " + Frame.MAX_PAYLOAD_BYTES + " bytes");
    } else if (wanted.agents.isEmpty()) {
      refuse(
          number,
          ErrorKind.REFUSED,
          "no agent goes outside; start one with 'nefele agent --outside yes'");
    } else {
      ask(number, wanted);
    }
  }

  private List<? extends Address.Server> ways(Open wanted) {
    return switch (wanted.to) {
      case Address.Server server -> List.of(server);
      case Address.Fabric(var name, var to) ->
          gateways.find(name).stream()
              .flatMap(found -> gateways.inOrder(found).stream())
              .map(gateway -> Gateways.asking(gateway, wanted.kind, to))
              .toList();
    };
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
    int left = Math.max(1, wanted.leftMillis(outbox.now()));
    int millis = Math.max(1, left - wanted.marginMillis());
    int ways = wanted.ways.size();
    // One that swallows connections must not use up the time of those behind it.
    int connectMillis = ways == 1 ? millis : Math.clamp(millis / ways, 1, CONNECT_MILLIS_MAX);
    OutsideOrder order =
        new OutsideOrder(
            wanted.tenant,
            rules.apply(wanted.tenant),
            wanted.kind,
            wanted.ways.getFirst(),
            wanted.fabric(),
            wanted.payload,
            connectMillis,
            millis);
    outbox.setTimer(new AgentTimer.OutsideDue(number), Duration.ofMillis(left));
    outbox.send(
        wanted.agents.getFirst(),
        new AgentMessage.OfOutside(new OutsideMessage.Ask(number, order)));
  }

  void answered(AgentId from, OutsideMessage.Answer answer) {
    long number = answer.number();
    Open wanted = open.get(number);
    if (wanted == null || !from.equals(wanted.agents.peekFirst())) {
      return;
    }
    switch (answer.outcome()) {
      case OutsideOutcome.Done(var reply, long connectMicros) -> {
        gatewayIsThere(wanted);
        done(number, answer.by(), reply, connectMicros);
      }
      case OutsideOutcome.Declined(var kind, var why) -> {
        gatewayIsThere(wanted);
        refuse(number, kind, why);
      }
      case OutsideOutcome.Refused(var why) -> refused(number, wanted, why);
      case OutsideOutcome.Unanswered(var why) -> giveUp(number, ErrorKind.PARTIAL, why);
      case OutsideOutcome.Elsewhere(var why) -> {
        wanted.agents.removeFirst();
        if (wanted.agents.isEmpty()) {
          refuse(number, ErrorKind.REFUSED, "agent " + from + ": " + why);
        } else {
          ask(number, wanted);
        }
      }
    }
  }

  private void gatewayIsThere(Open wanted) {
    if (wanted.to instanceof Address.Fabric far
        && wanted.ways.getFirst() instanceof Address.Web gateway) {
      gateways.worked(far.fabric(), gateway);
    }
  }

  /** It was certainly not done on the first of the ways. */
  private void refused(long number, Open wanted, String why) {
    if (!(wanted.to instanceof Address.Fabric far)
        || !(wanted.ways.removeFirst() instanceof Address.Web gateway)) {
      refuse(number, ErrorKind.REFUSED, why);
      return;
    }
    gateways.failed(far.fabric(), gateway);
    wanted.failures.add(Gateways.name(gateway) + " (" + why + ")");
    if (wanted.ways.isEmpty() || wanted.leftMillis(outbox.now()) <= wanted.marginMillis()) {
      refuse(
          number,
          ErrorKind.REFUSED,
          "no gateway of fabric "
              + far.fabric()
              + " took it: "
              + String.join(", ", wanted.failures)
              + "; 'nefele fabric' lists them");
      return;
    }
    // Under another number, so that nothing which is late is taken for an answer to this.
    finish(number);
    long next = ++lastNumber;
    open.put(next, wanted);
    ask(next, wanted);
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
        switch (wanted.kind) {
          case SEND ->
              new Response.Receipt(
                  List.of(new Response.ReceiptRow(by, DISTANCE, connectMicros, tookMicros, "")),
                  List.of());
          case CALL ->
              new Response.Reply(
                  by, reply, DISTANCE, connectMicros, tookMicros, List.copyOf(wanted.failures));
          case MEASURE ->
              new Response.Mailboxes(List.of(new Response.MailboxRow(by, DISTANCE, connectMicros)));
        });
  }

  private void refuse(long number, ErrorKind kind, String why) {
    Open wanted = finish(number);
    refused += wanted.isMessage() ? 1 : 0;
    fail(wanted, kind, why);
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
    wanted.answer.accept(new Response.Failed(kind, "'" + wanted.to.text() + "': " + why));
  }
}
