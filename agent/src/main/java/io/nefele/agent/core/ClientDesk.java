package io.nefele.agent.core;

import static java.util.stream.Collectors.joining;

import io.nefele.core.Name;
import io.nefele.table.Filter;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.Request;
import io.nefele.wire.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Answers what programs ask of their agent. Every request is answered once, and what is wrong with
 * one is told in words that name the input and the remedy.
 */
final class ClientDesk {
  private final FabricReport report;
  private final StatusReport status;
  private final FabricRequests fabric;
  private final ProcessRequests processes;
  private final SpawnRequests spawns;
  private final MessageRequests messages;
  private final Outbox outbox;

  ClientDesk(
      FabricReport report,
      StatusReport status,
      FabricRequests fabric,
      ProcessRequests processes,
      SpawnRequests spawns,
      MessageRequests messages,
      Outbox outbox) {
    this.report = report;
    this.status = status;
    this.fabric = fabric;
    this.processes = processes;
    this.spawns = spawns;
    this.messages = messages;
    this.outbox = outbox;
  }

  void asked(Instant now, ClientToken token, Caller caller, Request request) {
    try {
      dispatch(now, token, caller.tenant(), request);
    } catch (IllegalArgumentException e) {
      // A value of the request that is none: a name or id of the wrong form, a negative amount.
      outbox.fail(token, ErrorKind.USAGE, String.valueOf(e.getMessage()));
    }
  }

  private void groups(ClientToken token, Name service) {
    report
        .groups(service)
        .ifPresentOrElse(
            groups -> outbox.reply(token, new Response.Groups(groups)),
            () ->
                outbox.fail(
                    token,
                    ErrorKind.USAGE,
                    "this agent takes part in no service '"
                        + service
                        + "'; it has "
                        + report.services().stream().map(Name::toString).collect(joining(", "))
                        + " (nefele agent --service NAME=K)"));
  }

  private void dispatch(Instant now, ClientToken token, Name tenant, Request request) {
    switch (request) {
      case Request.ListAgents() -> outbox.reply(token, new Response.Agents(report.agents()));
      case Request.ListGroups() -> outbox.reply(token, new Response.Groups(report.groups()));
      case Request.Status() -> outbox.reply(token, status.status(now));
      case Request.AskAgents(String subtree, int deadlineMillis) ->
          fabric.askAgents(now, token, subtree, deadlineMillis);
      case Request.ListEvents(String subtree, long sinceMillis, int deadlineMillis) ->
          fabric.listEvents(now, token, subtree, sinceMillis, deadlineMillis);
      case Request.ListServiceGroups(String service) -> groups(token, new Name(service));
      case Request.Spawn(var components, int deadlineMillis) ->
          spawns.spawn(now, token, tenant, components, deadlineMillis);
      case Request.Plan(var components, int holdMillis) ->
          spawns.plan(now, token, tenant, components, holdMillis);
      case Request.SpawnPlan(String plan) -> spawns.spawnPlan(now, token, tenant, plan);
      case Request.Explain(var process, int deadlineMillis) ->
          spawns.explain(now, token, tenant, process, deadlineMillis);
      case Request.ListProcesses(boolean allStates, int deadlineMillis) ->
          processes.list(
              now, token, Filter.ofTenant(Optional.of(tenant), !allStates), deadlineMillis);
      case Request.Inspect(var process, int deadlineMillis) ->
          processes.inspect(now, token, tenant, process, deadlineMillis);
      case Request.Signal(var targets, int signal) ->
          processes.signal(token, tenant, targets, signal);
      case Request.Wait(var process, int timeoutMillis) ->
          processes.await(now, token, tenant, process, timeoutMillis);
      case Request.ReadLog read -> processes.readLog(token, tenant, read);
      case Request.FollowLog follow -> processes.followLog(now, token, tenant, follow);
      case Request.Feed feed -> processes.feed(now, token, tenant, feed);
      case Request.Resize resize -> processes.resize(token, tenant, resize);
      case Request.Join join -> processes.join(token, tenant, join);
      case Request.Send send -> messages.send(now, token, tenant, send);
      case Request.Receive(String as, int timeoutMillis) ->
          messages.receive(now, token, tenant, as, Duration.ofMillis(timeoutMillis));
      case Request.Lookup(String name, int deadlineMillis) ->
          messages.lookup(now, token, tenant, new Name(name));
      case Request.Post post -> messages.post(now, token, tenant, post);
      case Request.Call call -> messages.call(now, token, tenant, call);
      case Request.Take(String as, int timeoutMillis) ->
          messages.take(now, token, tenant, as, Duration.ofMillis(timeoutMillis));
      case Request.Subscribe subscribe -> messages.subscribe(now, token, tenant, subscribe);
      case Request.Unsubscribe unsubscribe -> messages.unsubscribe(now, token, tenant, unsubscribe);
      case Request.Publish publish -> messages.publish(now, token, tenant, publish);
      case Request.CloseMailbox(String as) -> messages.closeMailbox(now, token, tenant, as);
    }
  }
}
