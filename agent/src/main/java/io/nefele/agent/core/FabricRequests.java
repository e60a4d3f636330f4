package io.nefele.agent.core;

import io.nefele.core.AgentId;
import io.nefele.hierarchy.GroupId;
import io.nefele.wire.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Requests that all agents, or those of a subtree, have to answer. */
final class FabricRequests {
  private final FabricReport report;
  private final FabricQuestions questions;
  private final Outbox outbox;

  FabricRequests(FabricReport report, FabricQuestions questions, Outbox outbox) {
    this.report = report;
    this.questions = questions;
    this.outbox = outbox;
  }

  void askAgents(Instant now, ClientToken token, String subtree, int deadlineMillis) {
    questions.ask(
        now,
        subtree(subtree),
        new FabricQuestion.Status(),
        Duration.ofMillis(deadlineMillis),
        (replies, missing) -> {
          List<Response.AgentRow> rows = new ArrayList<>();
          replies.forEach(
              (agent, reply) -> {
                if (reply instanceof FabricQuestion.Reply.Free(var free)) {
                  report.agent(agent, free).ifPresent(rows::add);
                }
              });
          outbox.reply(token, new Response.AgentAnswers(rows, named(missing)));
        });
  }

  void listEvents(
      Instant now, ClientToken token, String subtree, long sinceMillis, int deadlineMillis) {
    questions.ask(
        now,
        subtree(subtree),
        new FabricQuestion.Events(sinceMillis),
        Duration.ofMillis(deadlineMillis),
        (replies, missing) -> {
          List<Response.EventRow> rows = new ArrayList<>();
          replies.forEach(
              (agent, reply) -> {
                if (reply instanceof FabricQuestion.Reply.Told(var events)) {
                  events.forEach(event -> rows.add(row(agent, event)));
                }
              });
          rows.sort(Comparator.comparingLong(Response.EventRow::atMillis)); // stable
          outbox.reply(token, new Response.Events(rows, named(missing)));
        });
  }

  void listProcessEvents(
      Instant now, ClientToken token, Acting acting, long sinceMillis, int deadlineMillis) {
    questions.ask(
        now,
        Optional.empty(),
        new FabricQuestion.ProcessEventsSince(acting.scope(), sinceMillis),
        Duration.ofMillis(deadlineMillis),
        (replies, missing) -> {
          List<ProcessEvent.ToldBy> told = new ArrayList<>();
          replies.forEach(
              (agent, reply) -> {
                if (reply instanceof FabricQuestion.Reply.Happened(var events)) {
                  events.forEach(event -> told.add(new ProcessEvent.ToldBy(agent, event)));
                }
              });
          List<Response.ProcessEventRow> rows =
              ProcessEvents.inOrder(told).stream().map(this::row).toList();
          outbox.reply(token, new Response.ProcessEvents(rows, named(missing)));
        });
  }

  private Response.ProcessEventRow row(ProcessEvent.ToldBy told) {
    ProcessEvent event = told.event();
    return new Response.ProcessEventRow(
        told.agent().toString(),
        report.nameOf(told.agent()),
        event.sequence(),
        event.atMillis(),
        event.kind().name().toLowerCase(Locale.ROOT),
        event.process(),
        event.tenant().toString(),
        event.name().map(Object::toString),
        event.why());
  }

  private Response.EventRow row(AgentId agent, LoggedEvent event) {
    return new Response.EventRow(
        agent.toString(),
        report.nameOf(agent),
        event.sequence(),
        event.atMillis(),
        event.kind(),
        event.group(),
        event.why());
  }

  private Optional<GroupId> subtree(String text) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        report
            .groupNamed(text)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "no group is called '" + text + "'; 'nefele groups --json' lists them")));
  }

  private List<String> named(List<AgentId> missing) {
    return missing.stream().map(agent -> "agent " + report.nameOf(agent)).toList();
  }
}
