package io.nefele.agent.core;

import io.nefele.agent.depot.BundleKey;
import io.nefele.core.Bytes;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import io.nefele.core.Sizing;
import io.nefele.core.Sizing.Source;
import io.nefele.placement.Constraint;
import io.nefele.placement.ProcessTemplate;
import io.nefele.table.Filter;
import io.nefele.table.ProcessRow;
import io.nefele.table.RowView;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.ProcessSpec;
import io.nefele.wire.Request;
import io.nefele.wire.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Requests about processes that there are: list, inspect, signal, wait, read what they wrote. */
final class ProcessRequests {
  private static final Duration PATIENT_DEADLINE = Duration.ofSeconds(30);

  private static final Duration ERRAND_DEADLINE = Duration.ofSeconds(5);

  private final FabricReport report;
  private final RowPresentation presentation;
  private final Explanations explanations;
  private final Directory directory;
  private final Errands errands;
  private final Outbox outbox;

  ProcessRequests(
      FabricReport report,
      RowPresentation presentation,
      Explanations explanations,
      Directory directory,
      Errands errands,
      Outbox outbox) {
    this.report = report;
    this.presentation = presentation;
    this.explanations = explanations;
    this.directory = directory;
    this.errands = errands;
    this.outbox = outbox;
  }

  void await(Instant now, ClientToken token, Acting acting, ProcessId process, int timeoutMillis) {
    errands.runPatiently(
        now,
        acting.scope(),
        process,
        new Errand.Wait(),
        Duration.ofMillis(timeoutMillis),
        outcome -> waited(token, process, outcome));
  }

  void readLog(ClientToken token, Acting acting, Request.ReadLog read) {
    errands.run(
        acting.scope(),
        read.process(),
        new Errand.ReadLog(read.standardError(), read.offset()),
        ERRAND_DEADLINE,
        outcome -> logRead(token, read.process(), outcome));
  }

  void followLog(Instant now, ClientToken token, Acting acting, Request.FollowLog follow) {
    errands.runPatiently(
        now,
        acting.scope(),
        follow.process(),
        new Errand.FollowLog(follow.standardError(), follow.offset(), follow.waitMillis()),
        PATIENT_DEADLINE,
        outcome -> logRead(token, follow.process(), outcome));
  }

  void feed(Instant now, ClientToken token, Acting acting, Request.Feed feed) {
    errands.runPatiently(
        now,
        acting.scope(),
        feed.process(),
        new Errand.Feed(feed.offset(), feed.content(), feed.last()),
        Duration.ofMillis(feed.timeoutMillis()),
        outcome -> {
          if (outcome instanceof Errand.Outcome.Taken(long offset, boolean closed)) {
            outbox.reply(token, new Response.Taken(offset, closed));
          } else {
            explain(token, feed.process(), outcome);
          }
        });
  }

  void resize(ClientToken token, Acting acting, Request.Resize resize) {
    errands.run(
        acting.scope(),
        resize.process(),
        new Errand.Resize(resize.rows(), resize.columns()),
        ERRAND_DEADLINE,
        outcome -> {
          if (outcome instanceof Errand.Outcome.Done) {
            outbox.reply(token, new Response.Done());
          } else {
            explain(token, resize.process(), outcome);
          }
        });
  }

  void join(ClientToken token, Acting acting, Request.Join join) {
    if (join.command().isEmpty() || join.command().getFirst().isEmpty()) {
      throw new IllegalArgumentException("the command is empty; name a program");
    }
    errands.run(
        acting.scope(),
        join.beside(),
        new Errand.Join(join.input(), join.environment(), join.workingDirectory(), join.command()),
        ERRAND_DEADLINE,
        outcome -> {
          switch (outcome) {
            case Errand.Outcome.Joined(var process) ->
                directory.whenKnown(
                    List.of(process),
                    () -> outbox.reply(token, new Response.Spawned(List.of(process))));
            case Errand.Outcome.Failed(String reason) ->
                outbox.fail(token, ErrorKind.REFUSED, reason);
            default -> explain(token, join.beside(), outcome);
          }
        });
  }

  void describe(ClientToken token, Acting acting, ProcessId process) {
    errands.run(
        acting.scope(),
        process,
        new Errand.Describe(),
        ERRAND_DEADLINE,
        outcome -> {
          switch (outcome) {
            case Errand.Outcome.Described(var template) ->
                outbox.reply(token, new Response.Described(spec(template)));
            case Errand.Outcome.Failed(String reason) ->
                outbox.fail(token, ErrorKind.FAILED, reason);
            default -> explain(token, process, outcome);
          }
        });
  }

  /**
   * What {@link Wish} makes that template of. What was filled in is no wish of whoever asked for
   * the process, and is filled in anew.
   */
  private static ProcessSpec spec(ProcessTemplate template) {
    Sizing sizing = template.terms().sizing();
    int cpuMillis = sizing.cpu() == Source.ASKED ? template.demand().cpuMillis() : 0;
    long memoryBytes = sizing.memory() == Source.ASKED ? template.demand().memoryBytes() : 0;
    return ProcessSpec.of(template.command())
        .name(template.name().map(Name::text))
        .cpuMillis(cpuMillis)
        .memoryBytes(memoryBytes)
        .resources(template.demand().otherTexts())
        .constraints(template.constraints().stream().map(Constraint::text).toList())
        .labels(template.labels())
        .environment(template.environment())
        .workingDirectory(template.workingDirectory())
        .input(template.terms().input())
        .pids(template.terms().pids())
        .lifecycle(template.terms().lifecycle())
        .bundle(BundleKey.of(template).map(key -> key.id().toString()))
        .build();
  }

  private void explain(ClientToken token, ProcessId process, Errand.Outcome outcome) {
    outbox.fail(
        token,
        outcome instanceof Errand.Outcome.Unreachable ? ErrorKind.PARTIAL : ErrorKind.FAILED,
        explanations.of(process, outcome).orElse("process " + process + " can't do that"));
  }

  void list(Instant now, ClientToken token, Filter filter, int deadlineMillis) {
    directory.askWhereThereAreAny(
        now,
        filter,
        report.reach(),
        Duration.ofMillis(deadlineMillis),
        (rows, missing) -> {
          List<RowView> processes =
              rows.stream().filter(view -> view.row().kind() == ProcessRow.Kind.PROCESS).toList();
          outbox.reply(token, new Response.Processes(presentation.rows(processes), missing));
        });
  }

  void stream(Instant now, ClientToken token, Filter filter, int deadlineMillis) {
    directory.stream(
        now,
        filter,
        report.reach(),
        Duration.ofMillis(deadlineMillis),
        new Directory.Streaming() {
          @Override
          public void come(Bytes rows) {
            outbox.reply(token, new Response.PresentedProcesses(rows));
          }

          @Override
          public void end(List<String> missing) {
            outbox.reply(token, new Response.Processes(List.of(), missing));
          }
        });
  }

  void inspect(ClientToken token, Acting acting, ProcessId process, int deadlineMillis) {
    Filter filter = new Filter(acting.scope(), Optional.of(process), Optional.empty(), false);
    directory.whenKnown(
        List.of(process),
        () ->
            directory.ask(
                outbox.now(),
                filter,
                report.reach(),
                Duration.ofMillis(deadlineMillis),
                (rows, missing) -> inspected(token, process, rows, missing)));
  }

  private void inspected(
      ClientToken token, ProcessId process, List<RowView> rows, List<String> missing) {
    if (!rows.isEmpty()) {
      outbox.reply(token, new Response.Processes(presentation.rows(rows), missing));
    } else if (missing.isEmpty()) {
      outbox.fail(token, ErrorKind.FAILED, explanations.unknown(process));
    } else {
      outbox.fail(
          token,
          ErrorKind.PARTIAL,
          "process " + process + " was not found; no answer from " + missing);
    }
  }

  void signal(ClientToken token, Acting acting, List<ProcessId> targets, int signal) {
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
          acting.scope(),
          target,
          new Errand.Signal(signal),
          ERRAND_DEADLINE,
          outcome -> {
            explanations.of(target, outcome).ifPresent(failures::add);
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

  private void waited(ClientToken token, ProcessId process, Errand.Outcome outcome) {
    if (outcome instanceof Errand.Outcome.Ended(ProcessRow last)) {
      outbox.reply(
          token,
          new Response.Processes(presentation.rows(List.of(new RowView(last, 0))), List.of()));
    } else if (outcome instanceof Errand.Outcome.Unreachable && explanations.isHeardOf(process)) {
      outbox.fail(token, ErrorKind.PARTIAL, explanations.notEnded(process));
    } else {
      outbox.fail(token, ErrorKind.FAILED, explanations.unknown(process));
    }
  }

  private void logRead(ClientToken token, ProcessId process, Errand.Outcome outcome) {
    if (outcome instanceof Errand.Outcome.Output(var content, long end, boolean ended)) {
      outbox.reply(token, new Response.Output(content, end, ended));
    } else {
      outbox.fail(
          token,
          ErrorKind.FAILED,
          explanations.of(process, outcome).orElse(explanations.unknown(process)));
    }
  }
}
