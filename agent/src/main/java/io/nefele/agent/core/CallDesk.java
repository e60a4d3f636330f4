package io.nefele.agent.core;

import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import io.nefele.mailbox.CallEffect;
import io.nefele.mailbox.CallInput;
import io.nefele.mailbox.CallOutcome;
import io.nefele.mailbox.CallOutcome.Failure;
import io.nefele.mailbox.CallOutcome.Why;
import io.nefele.mailbox.CallTimer;
import io.nefele.mailbox.Calls;
import io.nefele.mailbox.MailboxOutcome;
import io.nefele.mailbox.RefusalReason;
import io.nefele.wire.Address;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.Request;
import io.nefele.wire.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Requests that want a reply. Each call has a passing mailbox of its own, to which the reply is
 * sent like any message: whoever can send can reply.
 */
final class CallDesk implements Courier.Listener {
  private final FabricReport report;
  private final Explanations explanations;
  private final Recipients recipients;
  private final PoolDesk pools;
  private final Courier courier;
  private final LocalProcesses processes;
  private final Outbox outbox;
  private final Calls calls = new Calls();
  private final Map<Long, Open> open = new LinkedHashMap<>();
  private long lastCall;

  private record Open(
      ClientToken token,
      Name tenant,
      Address to,
      Request.Call request,
      ProcessId box,
      Instant at,
      Set<ProcessId> tried) {

    /** Outside, who hears that nobody answers tries elsewhere, and it may be done twice. */
    ErrorKind certainly(ErrorKind kind, boolean notDone) {
      return notDone || !token.isOfOutside() ? kind : ErrorKind.PARTIAL;
    }
  }

  CallDesk(
      FabricReport report,
      Explanations explanations,
      Recipients recipients,
      PoolDesk pools,
      Courier courier,
      LocalProcesses processes,
      Outbox outbox) {
    this.report = report;
    this.explanations = explanations;
    this.recipients = recipients;
    this.pools = pools;
    this.courier = courier;
    this.processes = processes;
    this.outbox = outbox;
    courier.listen(this);
  }

  void call(Instant now, ClientToken token, Name tenant, Address to, Request.Call request) {
    long number = ++lastCall;
    ProcessId box = processes.nextId();
    open.put(number, new Open(token, tenant, to, request, box, now, new LinkedHashSet<>()));
    courier.openPassing(now, box, tenant);
    courier.readAll(
        now,
        box,
        envelope ->
            input(
                outbox.now(), new CallInput.Replied(number, envelope.from(), envelope.payload())));
    input(now, new CallInput.Asked(number, now.plusMillis(request.timeoutMillis())));
  }

  void clientGone(Instant now, long connection) {
    List<Long> gone =
        open.entrySet().stream()
            .filter(entry -> entry.getValue().token().connection() == connection)
            .map(Map.Entry::getKey)
            .toList();
    for (long number : gone) {
      Open call = open.remove(number);
      if (call != null) {
        courier.close(now, call.box);
        input(now, new CallInput.Cancelled(number));
      }
    }
  }

  void agentLost(Instant now, AgentId agent) {
    input(now, new CallInput.PeerGone(agent));
  }

  void timerFired(Instant now, CallTimer timer) {
    input(now, new CallInput.TimerFired(timer));
  }

  @Override
  public void news(Instant now, ProcessId mailbox, boolean isOpen, long pending) {
    input(now, new CallInput.News(mailbox, isOpen));
  }

  private void input(Instant now, CallInput input) {
    for (CallEffect effect : calls.step(now, input)) {
      switch (effect) {
        case CallEffect.Resolve(long number) -> resolve(now, number);
        case CallEffect.Attempt(long number, var to, var giveUpAt) ->
            attempt(now, number, to, Duration.between(now, giveUpAt));
        case CallEffect.Ask(var mailbox) -> courier.ask(now, mailbox);
        case CallEffect.Finished(long number, var outcome) -> finished(now, number, outcome);
        case CallEffect.SetTimer(var timer, var delay) ->
            outbox.setTimer(new AgentTimer.Call(timer), delay);
        case CallEffect.CancelTimer(var timer) -> outbox.cancelTimer(new AgentTimer.Call(timer));
      }
    }
  }

  private void resolve(Instant now, long number) {
    Open call = open.get(number);
    if (call == null) {
      return;
    }
    switch (call.to) {
      case Address.Of(var mailbox) -> input(now, new CallInput.Resolved(number, List.of(mailbox)));
      case Address.Any any -> {
        boolean isPool = pools.isOne(call.tenant, any.name());
        if (isPool && leavesTheChoice(any)) {
          pools.candidates(
              now,
              call.tenant,
              any.name(),
              Duration.between(call.at, now),
              mailboxes -> resolvedInPool(number, call, any.name(), mailboxes));
        } else if (isPool) {
          recipients.pool(
              now,
              call.tenant,
              any,
              (mailboxes, missing) -> resolvedInPool(number, call, any.name(), mailboxes));
        } else {
          Recipients.Found resolved =
              (mailboxes, missing) ->
                  input(outbox.now(), new CallInput.Resolved(number, mailboxes));
          if (call.tried.isEmpty()) {
            recipients.poolHeard(now, call.tenant, any, resolved);
          } else {
            recipients.pool(now, call.tenant, any, resolved);
          }
        }
      }
      case Address.All all -> throw notOne(call);
      case Address.Tenant tenant -> throw notOne(call);
      case Address.Outside outside -> throw notOne(call);
    }
  }

  /** Who has asked for a turn or a key gets it; anybody else whoever is free. */
  private static boolean leavesTheChoice(Address.Any any) {
    return any.choice() instanceof Address.Choice.Nearest
        || any.choice() instanceof Address.Choice.LeastLoaded;
  }

  private void resolvedInPool(long number, Open call, Name pool, List<ProcessId> mailboxes) {
    if (call.tried.containsAll(mailboxes)) {
      pools.wanted(call.tenant, pool, number);
      input(outbox.now(), new CallInput.Expected(number));
    } else {
      input(outbox.now(), new CallInput.Resolved(number, mailboxes));
    }
  }

  /** Nobody of the pool that a call waits for can be started. */
  void cannotStart(Instant now, long number, String reason) {
    Open call = open.remove(number);
    if (call != null) {
      courier.close(now, call.box);
      input(now, new CallInput.Cancelled(number));
      outbox.fail(
          call.token,
          call.certainly(ErrorKind.REFUSED, call.tried.isEmpty()),
          "nobody of pool '" + call.request.to() + "' can be started: " + reason);
    }
  }

  private static IllegalStateException notOne(Open call) {
    return new IllegalStateException("a call goes to one mailbox, not to " + call.to);
  }

  private void attempt(Instant now, long number, ProcessId to, Duration patience) {
    Open call = open.get(number);
    if (call == null) {
      return;
    }
    call.tried.add(to);
    courier.send(
        now,
        Optional.of(call.box),
        to,
        List.of(),
        call.request.payload(),
        patience,
        outcome -> input(outbox.now(), attempted(number, to, outcome)));
  }

  private static CallInput attempted(long number, ProcessId to, MailboxOutcome outcome) {
    return switch (outcome) {
      case MailboxOutcome.Delivered delivered -> new CallInput.Stored(number, to);
      case MailboxOutcome.Refused(RefusalReason reason) ->
          new CallInput.NotStored(
              number,
              to,
              switch (reason) {
                case UNKNOWN, CLOSED -> Why.ENDED;
                // SHARED refuses readers alone.
                case FULL, BUSY, STORAGE, SHARED -> Why.FULL;
                case TOO_LARGE -> Why.TOO_LARGE;
              });
      case MailboxOutcome.Unreachable unreachable ->
          new CallInput.NotStored(number, to, Why.NOT_REACHED);
      case MailboxOutcome.TimedOut timedOut -> new CallInput.NotStored(number, to, Why.NOT_REACHED);
      case MailboxOutcome.Received received -> new CallInput.NotStored(number, to, Why.NOT_REACHED);
    };
  }

  private void finished(Instant now, long number, CallOutcome outcome) {
    Open call = open.remove(number);
    if (call == null) {
      return;
    }
    courier.close(now, call.box);
    List<String> failures = outcome.failures().stream().map(CallDesk::text).toList();
    String tried = failures.isEmpty() ? "" : "; tried " + String.join(", ", failures);
    switch (outcome) {
      case CallOutcome.Answered(ProcessId by, Bytes payload, var before) -> {
        Response.MailboxRow row = report.mailbox(by);
        outbox.reply(
            call.token,
            new Response.Reply(
                by,
                payload,
                row.distance(),
                row.rttMicros(),
                Duration.between(call.at, now).toNanos() / 1000,
                failures));
      }
      case CallOutcome.NobodyLeft(var before) when before.isEmpty() ->
          outbox.fail(
              call.token, ErrorKind.FAILED, explanations.nobody(call.request.to(), List.of()));
      case CallOutcome.NobodyLeft(var before) -> {
        boolean refused = before.stream().anyMatch(f -> f.why() == Why.FULL);
        outbox.fail(
            call.token,
            call.certainly(
                refused ? ErrorKind.REFUSED : ErrorKind.FAILED,
                before.stream().noneMatch(CallDesk::mayHaveIt)),
            "nobody is left to answer '" + call.request.to() + "'" + tried);
      }
      case CallOutcome.TimedOut(var before) ->
          outbox.fail(
              call.token,
              ErrorKind.PARTIAL,
              "no reply from '"
                  + call.request.to()
                  + "' within "
                  + call.request.timeoutMillis()
                  + " ms; the request may have been carried out"
                  + tried);
    }
  }

  private static boolean mayHaveIt(Failure failure) {
    return switch (failure.why()) {
      case ENDED, AGENT_GONE, NOT_REACHED -> true;
      case FULL, TOO_LARGE -> false;
    };
  }

  private static String text(Failure failure) {
    return failure.mailbox() + " (" + failure.why().text() + ")";
  }
}
