package io.nefele.agent.core;

import io.nefele.core.AgentBoot;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import io.nefele.mailbox.MailboxOutcome;
import io.nefele.mailbox.StoredState;
import io.nefele.placement.PlacementEffect;
import io.nefele.placement.ProcessTemplate;
import io.nefele.placement.Resources;
import io.nefele.table.Filter;
import io.nefele.table.ProcessRow;
import io.nefele.table.ProcessState;
import io.nefele.table.RowView;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.Request;
import io.nefele.wire.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Answers what programs ask of their agent. Every request is answered once, and what is wrong with
 * one is told in words that name the input and the remedy.
 */
final class ClientDesk {
  private static final Duration ERRAND_DEADLINE = Duration.ofSeconds(5);
  private static final Duration NAME_DEADLINE = Duration.ofSeconds(2);

  private final Fabric fabric;
  private final FabricReport report;
  private final Directory directory;
  private final Courier courier;
  private final LocalProcesses processes;
  private final Spawner spawner;
  private final Errands errands;
  private final Outbox outbox;

  ClientDesk(
      AgentBoot self,
      Fabric fabric,
      Directory directory,
      Courier courier,
      LocalProcesses processes,
      Spawner spawner,
      Errands errands,
      Outbox outbox) {
    this.fabric = fabric;
    this.report = new FabricReport(self, fabric, spawner);
    this.directory = directory;
    this.courier = courier;
    this.processes = processes;
    this.spawner = spawner;
    this.errands = errands;
    this.outbox = outbox;
  }

  void asked(Instant now, ClientToken token, Caller caller, Request request) {
    try {
      dispatch(now, token, caller, request);
    } catch (IllegalArgumentException e) {
      // A value of the request that is none: a name or id of the wrong form, a negative amount.
      outbox.fail(token, ErrorKind.USAGE, String.valueOf(e.getMessage()));
    }
  }

  private void dispatch(Instant now, ClientToken token, Caller caller, Request request) {
    Name tenant = caller.tenant();
    switch (request) {
      case Request.ListAgents() -> outbox.reply(token, new Response.Agents(report.agents()));
      case Request.ListGroups() -> outbox.reply(token, new Response.Groups(report.groups()));
      case Request.Spawn spawn -> spawn(now, token, tenant, spawn);
      case Request.ListProcesses(boolean allStates, int deadlineMillis) ->
          list(now, token, Filter.ofTenant(Optional.of(tenant), !allStates), deadlineMillis);
      case Request.Inspect(var process, int deadlineMillis) ->
          inspect(now, token, tenant, process, deadlineMillis);
      case Request.Signal(var targets, int signal) -> signal(token, tenant, targets, signal);
      case Request.Wait(var process, int timeoutMillis) ->
          errands.run(
              tenant,
              process,
              new Errand.Wait(),
              Duration.ofMillis(timeoutMillis),
              outcome -> waited(now, token, process, outcome));
      case Request.ReadLog(var process, boolean standardError, long offset) ->
          errands.run(
              tenant,
              process,
              new Errand.ReadLog(standardError, offset),
              ERRAND_DEADLINE,
              outcome -> logRead(token, process, outcome));
      case Request.Send send -> send(now, token, tenant, send);
      case Request.Receive(String as, int timeoutMillis) ->
          receive(now, token, tenant, as, Duration.ofMillis(timeoutMillis));
      case Request.Lookup(String name, int deadlineMillis) ->
          lookup(now, token, tenant, new Name(name), deadlineMillis);
    }
  }

  private void spawn(Instant now, ClientToken token, Name tenant, Request.Spawn spawn) {
    if (spawn.count() < 1) {
      throw new IllegalArgumentException("a spawn is of 1 process or more, not " + spawn.count());
    }
    if (!spawn.workingDirectory().startsWith("/")) {
      throw new IllegalArgumentException(
          "a working directory is absolute: '" + spawn.workingDirectory() + "'");
    }
    ProcessTemplate template =
        new ProcessTemplate(
            tenant,
            spawn.name().map(Name::new),
            new Resources(spawn.cpuMillis(), spawn.memoryBytes()),
            spawn.environment(),
            spawn.workingDirectory(),
            spawn.command());
    spawner.spawn(
        now,
        template,
        spawn.count(),
        report.circles(),
        new Spawner.Placed() {
          @Override
          public void placed(List<ProcessId> placed) {
            // So that who asks this agent next, by id or by name, finds them.
            directory.whenKnown(placed, () -> outbox.reply(token, new Response.Spawned(placed)));
          }

          @Override
          public void refused(PlacementEffect.Refusal refusal) {
            outbox.fail(token, ErrorKind.REFUSED, Refusals.text(refusal));
          }
        });
  }

  private void list(Instant now, ClientToken token, Filter filter, int deadlineMillis) {
    directory.ask(
        now,
        filter,
        report.subtrees(),
        Duration.ofMillis(deadlineMillis),
        (rows, missing) -> {
          List<Response.ProcessRow> answer =
              rows.stream()
                  .filter(view -> view.row().kind() == ProcessRow.Kind.PROCESS)
                  .map(report::row)
                  .toList();
          outbox.reply(token, new Response.Processes(answer, missing));
        });
  }

  private void inspect(
      Instant now, ClientToken token, Name tenant, ProcessId process, int deadlineMillis) {
    Filter filter = new Filter(Optional.of(tenant), Optional.of(process), Optional.empty(), false);
    directory.ask(
        now,
        filter,
        report.subtrees(),
        Duration.ofMillis(deadlineMillis),
        (rows, missing) -> {
          if (!rows.isEmpty()) {
            outbox.reply(
                token, new Response.Processes(rows.stream().map(report::row).toList(), missing));
          } else if (missing.isEmpty()) {
            outbox.fail(token, ErrorKind.FAILED, unknown(process));
          } else {
            outbox.fail(
                token,
                ErrorKind.PARTIAL,
                "process " + process + " was not found; no answer from " + missing);
          }
        });
  }

  private void signal(ClientToken token, Name tenant, List<ProcessId> targets, int signal) {
    if (targets.isEmpty() || signal < 1 || signal > 64) {
      throw new IllegalArgumentException(
          "a signal 1 to 64 goes to 1 process or more; got signal "
              + signal
              + " for "
              + targets.size());
    }
    List<String> failures = new ArrayList<>();
    int[] left = {targets.size()};
    for (ProcessId target : targets) {
      errands.run(
          tenant,
          target,
          new Errand.Signal(signal),
          ERRAND_DEADLINE,
          outcome -> {
            trouble(target, outcome).ifPresent(failures::add);
            if (--left[0] > 0) {
              return;
            }
            if (failures.isEmpty()) {
              outbox.reply(token, new Response.Done());
            } else {
              outbox.fail(token, ErrorKind.FAILED, String.join("; ", failures));
            }
          });
    }
  }

  private void waited(Instant now, ClientToken token, ProcessId process, Errand.Outcome outcome) {
    if (outcome instanceof Errand.Outcome.Ended(ProcessRow last)) {
      outbox.reply(
          token, new Response.Processes(List.of(report.row(new RowView(last, 0))), List.of()));
    } else {
      ErrorKind kind =
          outcome instanceof Errand.Outcome.Unreachable ? ErrorKind.PARTIAL : ErrorKind.FAILED;
      outbox.fail(token, kind, trouble(process, outcome).orElse("process " + process + " runs"));
    }
  }

  private void logRead(ClientToken token, ProcessId process, Errand.Outcome outcome) {
    if (outcome instanceof Errand.Outcome.Output(var content, long end, boolean ended)) {
      outbox.reply(token, new Response.Output(content, end, ended));
    } else {
      outbox.fail(token, ErrorKind.FAILED, trouble(process, outcome).orElse(unknown(process)));
    }
  }

  private void send(Instant now, ClientToken token, Name tenant, Request.Send send) {
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
                timeout,
                outcome -> sent(token, send.to(), outcome)));
  }

  private void sent(ClientToken token, String to, MailboxOutcome outcome) {
    switch (outcome) {
      case MailboxOutcome.Delivered delivered -> outbox.reply(token, new Response.Done());
      case MailboxOutcome.Refused(var reason) ->
          outbox.fail(token, ErrorKind.REFUSED, "'" + to + "': " + reason.text());
      case MailboxOutcome.Unreachable() ->
          outbox.fail(
              token,
              ErrorKind.UNREACHABLE,
              "'" + to + "' was not reached in time; the message may or may not be stored");
      case MailboxOutcome.TimedOut() ->
          outbox.fail(token, ErrorKind.PARTIAL, "'" + to + "' did not answer in time");
      case MailboxOutcome.Received received ->
          outbox.fail(token, ErrorKind.FAILED, "'" + to + "' answered out of turn");
    }
  }

  private void receive(Instant now, ClientToken token, Name tenant, String as, Duration timeout) {
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
                token, ErrorKind.FAILED, trouble(mailbox, outcome).orElse(unknown(mailbox)));
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

  private void lookup(Instant now, ClientToken token, Name tenant, Name name, int deadlineMillis) {
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
            outbox.fail(token, ErrorKind.FAILED, unknown(name, missing));
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
            outbox.fail(token, ErrorKind.FAILED, unknown(name, missing));
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
            0));
    courier.open(now, id, StoredState.EMPTY);
    return id;
  }

  /** What to tell of an errand that did not do what it should. */
  private Optional<String> trouble(ProcessId process, Errand.Outcome outcome) {
    return switch (outcome) {
      case Errand.Outcome.Done done -> Optional.empty();
      case Errand.Outcome.Output output -> Optional.empty();
      case Errand.Outcome.Message message -> Optional.empty();
      case Errand.Outcome.NoMessage none -> Optional.of("no message came in the time given");
      case Errand.Outcome.Unknown unknown -> Optional.of(unknown(process));
      case Errand.Outcome.Ended(var row) ->
          Optional.of(
              "process "
                  + process
                  + " has ended"
                  + row.exitCode().map(code -> " with exit code " + code).orElse(""));
      case Errand.Outcome.Unreachable unreachable -> Optional.of(unreachable(process));
    };
  }

  private String unreachable(ProcessId process) {
    if (fabric.isLost(process.agent())) {
      return "process " + process + " is lost: its agent is gone, until it returns";
    }
    return fabric.bootOf(process.agent()).isPresent()
        ? "no answer from the agent of " + process + "; 'nefele ps' shows what is known"
        : unknown(process);
  }

  private static String unknown(ProcessId process) {
    return "there is no process " + process + "; 'nefele ps --all-states' lists yours";
  }

  private static String unknown(Name name, List<String> missing) {
    return "nobody has the name '"
        + name
        + "'; 'nefele ps' lists your processes"
        + (missing.isEmpty() ? "" : "; no answer from " + missing);
  }
}
