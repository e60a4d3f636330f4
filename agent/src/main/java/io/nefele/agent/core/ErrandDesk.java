package io.nefele.agent.core;

import com.google.common.collect.ListMultimap;
import com.google.common.collect.MultimapBuilder;
import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import io.nefele.mailbox.MailboxOutcome;
import io.nefele.mailbox.RefusalReason;
import io.nefele.table.ProcessRow;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The doing side of errands: what only the agent of a process can do. A process of another tenant
 * is as unknown as one that never was.
 */
final class ErrandDesk {
  private static final int FOLLOW_MILLIS_MAX = 10_000;

  private final Directory directory;
  private final Courier courier;
  private final LocalProcesses processes;
  private final Spawner spawner;
  private final Fences fences;
  private final Supplier<Relocations> relocations;
  private final Outbox outbox;
  private final Map<Long, Reading> reading = new LinkedHashMap<>();
  private final ListMultimap<ProcessId, Consumer<Errand.Outcome>> feeding =
      MultimapBuilder.treeKeys().arrayListValues().build();
  private long lastToken;

  private record Reading(boolean ended, Consumer<Errand.Outcome> answer) {}

  ErrandDesk(
      Directory directory,
      Courier courier,
      LocalProcesses processes,
      Spawner spawner,
      Fences fences,
      Supplier<Relocations> relocations,
      Outbox outbox) {
    this.directory = directory;
    this.courier = courier;
    this.processes = processes;
    this.spawner = spawner;
    this.fences = fences;
    this.relocations = relocations;
    this.outbox = outbox;
  }

  void asked(Instant now, AgentId from, ErrandMessage.Ask ask) {
    Consumer<Errand.Outcome> answer =
        outcome ->
            outbox.send(
                from, new AgentMessage.OfErrand(new ErrandMessage.Answer(ask.number(), outcome)));
    if (ask.errand() instanceof Errand.IsCalledOff(var request)) {
      answer.accept(
          switch (spawner.fateOf(request)) {
            case CALLED_OFF -> new Errand.Outcome.Done();
            case OPEN -> new Errand.Outcome.Unknown();
            case NOTHING_TO_UNDO ->
                new Errand.Outcome.Failed("request " + request.text() + " was not called off");
          });
      return;
    }
    Optional<ProcessRow> row = own(ask.tenant(), ask.process());
    if (row.isEmpty()) {
      // Who is asked for a reply finds the caller's mailbox, of which no row tells.
      boolean passing =
          ask.errand() instanceof Errand.Find
              && ask.tenant().filter(its -> courier.isPassing(ask.process(), its)).isPresent();
      answer.accept(passing ? new Errand.Outcome.Done() : new Errand.Outcome.Unknown());
      return;
    }
    switch (ask.errand()) {
      case Errand.Signal(int signal) -> signal(now, row.get(), signal, answer);
      case Errand.Wait() ->
          processes.whenEnded(row.get(), last -> answer.accept(new Errand.Outcome.Ended(last)));
      case Errand.Superseded(var by, var supersedes) -> {
        Optional<ProcessId> stays = fences.superseded(now, row.get(), by, supersedes);
        answer.accept(
            stays.equals(Optional.of(by))
                ? new Errand.Outcome.Done()
                : new Errand.Outcome.Failed(
                    stays.map(other -> "it runs as " + other).orElse("it was told to end")));
      }
      case Errand.Describe() ->
          answer.accept(
              Restarts.template(row.get())
                  .<Errand.Outcome>map(Errand.Outcome.Described::new)
                  .orElseGet(
                      () ->
                          new Errand.Outcome.Failed(
                              "process "
                                  + row.get().id()
                                  + " has no restart policy and no health check, or was told to"
                                  + " end: nobody keeps what it was started by")));
      case Errand.Find() -> answer.accept(new Errand.Outcome.Done());
      case Errand.IsWell() ->
          answer.accept(
              row.get().isWell()
                  ? new Errand.Outcome.Done()
                  : new Errand.Outcome.Failed("process " + row.get().id() + " is not well"));
      case Errand.ReadLog(boolean standardError, long offset) ->
          readLog(row.get(), standardError, offset, 0, answer);
      case Errand.FollowLog(boolean standardError, long offset, int waitMillis) ->
          readLog(row.get(), standardError, offset, waitMillis, answer);
      case Errand.Feed(long offset, var content, boolean last) ->
          feed(row.get(), new AgentEffect.Feed(row.get().id(), offset, content, last), answer);
      case Errand.Resize(int rows, int columns) -> {
        outbox.add(new AgentEffect.Resize(row.get().id(), rows, columns));
        answer.accept(new Errand.Outcome.Done());
      }
      case Errand.GiveWay(int priority) ->
          relocations
              .get()
              .giveWay(
                  now,
                  row.get(),
                  priority,
                  given ->
                      answer.accept(
                          given
                              ? new Errand.Outcome.Done()
                              : new Errand.Outcome.Failed(
                                  "process " + row.get().id() + " does not give way")));
      case Errand.IsCalledOff called -> answer.accept(new Errand.Outcome.Unknown());
      case Errand.Join join -> join(row.get(), join, answer);
      case Errand.Receive(int timeoutMillis) -> receive(now, row.get(), timeoutMillis, answer);
    }
  }

  /** The answer to {@link AgentEffect.ReadLog}. */
  void logRead(long token, Bytes content, long end) {
    Reading done = reading.remove(token);
    if (done != null) {
      done.answer().accept(new Errand.Outcome.Output(content, end, done.ended()));
    }
  }

  private Optional<ProcessRow> own(Optional<Name> tenant, ProcessId process) {
    return directory.ownRow(process).filter(row -> tenant.map(row.tenant()::equals).orElse(true));
  }

  private void signal(Instant now, ProcessRow row, int signal, Consumer<Errand.Outcome> answer) {
    if (row.kind() == ProcessRow.Kind.MAILBOX) {
      answer.accept(new Errand.Outcome.Unknown());
    } else if (!row.state().isLive()) {
      answer.accept(new Errand.Outcome.Ended(row));
    } else {
      processes.signal(now, row, signal);
      answer.accept(new Errand.Outcome.Done());
    }
  }

  private void readLog(
      ProcessRow row,
      boolean standardError,
      long offset,
      int waitMillis,
      Consumer<Errand.Outcome> answer) {
    long token = ++lastToken;
    // Whether it has ended is asked before the read, so that the read then holds all it wrote.
    boolean ended = !row.state().isLive();
    int wait = ended ? 0 : Math.clamp(waitMillis, 0, FOLLOW_MILLIS_MAX);
    reading.put(token, new Reading(ended, answer));
    outbox.add(new AgentEffect.ReadLog(token, row.id(), standardError, offset, wait));
  }

  private void feed(ProcessRow row, AgentEffect.Feed feed, Consumer<Errand.Outcome> answer) {
    if (!row.state().isLive()) {
      answer.accept(new Errand.Outcome.Taken(feed.offset(), true));
      return;
    }
    feeding.put(row.id(), answer);
    outbox.add(feed);
  }

  /** The answer to {@link AgentEffect.Feed}. */
  void inputTaken(ProcessId process, long offset, boolean closed) {
    feeding
        .removeAll(process)
        .forEach(answer -> answer.accept(new Errand.Outcome.Taken(offset, closed)));
  }

  /** It takes no more; nobody says how much it has got. */
  void processEnded(ProcessId process) {
    inputTaken(process, 0, true);
  }

  private void join(ProcessRow row, Errand.Join join, Consumer<Errand.Outcome> answer) {
    if (!row.state().isLive() || row.kind() == ProcessRow.Kind.MAILBOX) {
      answer.accept(new Errand.Outcome.Ended(row));
      return;
    }
    processes.join(row, join, answer);
  }

  private void receive(
      Instant now, ProcessRow row, int timeoutMillis, Consumer<Errand.Outcome> answer) {
    courier.receive(
        now,
        Optional.empty(),
        row.id(),
        Duration.ofMillis(timeoutMillis),
        outcome ->
            answer.accept(
                switch (outcome) {
                  case MailboxOutcome.Received(var envelope) ->
                      new Errand.Outcome.Message(envelope);
                  case MailboxOutcome.TimedOut() -> new Errand.Outcome.NoMessage();
                  case MailboxOutcome.Refused(var reason) ->
                      reason == RefusalReason.SHARED
                          ? new Errand.Outcome.Failed("mailbox " + row.id() + ": " + reason.text())
                          : new Errand.Outcome.Unknown();
                  case MailboxOutcome.Delivered delivered -> new Errand.Outcome.Unknown();
                  case MailboxOutcome.Unreachable unreachable -> new Errand.Outcome.Unreachable();
                }));
  }
}
