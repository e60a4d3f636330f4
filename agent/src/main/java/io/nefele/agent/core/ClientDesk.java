package io.nefele.agent.core;

import static java.util.stream.Collectors.joining;

import io.nefele.core.FabricName;
import io.nefele.core.Name;
import io.nefele.table.Filter;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.Request;
import io.nefele.wire.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Answers what programs ask of their agent. Every request is answered once, and what is wrong with
 * one is told in words that name the input and the remedy.
 */
final class ClientDesk {
  private final FabricReport report;
  private final StatusReport status;
  private final Tenancy tenancy;
  private final TenantRequests tenants;
  private final ClaimRequests claims;
  private final FabricRequests fabric;
  private final DrainRequests drains;
  private final Shipping shipping;
  private final HistoryRequests history;
  private final ProcessRequests processes;
  private final SpawnRequests spawns;
  private final MessageRequests messages;
  private final ExposeDesk exposures;
  private final OtherFabrics otherFabrics;
  private final PoolDesk pools;
  private final Outbox outbox;

  ClientDesk(
      FabricReport report,
      StatusReport status,
      Tenancy tenancy,
      TenantRequests tenants,
      ClaimRequests claims,
      FabricRequests fabric,
      DrainRequests drains,
      Shipping shipping,
      HistoryRequests history,
      ProcessRequests processes,
      SpawnRequests spawns,
      Messaging messaging,
      Outbox outbox) {
    this.report = report;
    this.status = status;
    this.tenancy = tenancy;
    this.tenants = tenants;
    this.claims = claims;
    this.fabric = fabric;
    this.drains = drains;
    this.shipping = shipping;
    this.history = history;
    this.processes = processes;
    this.spawns = spawns;
    this.messages = messaging.requests();
    this.exposures = messaging.exposures();
    this.otherFabrics = messaging.fabrics();
    this.pools = messaging.pools();
    this.outbox = outbox;
  }

  /**
   * @param programs what was found out about those that are to be started
   */
  void asked(
      Instant now, ClientToken token, Caller caller, Request request, List<ProgramFacts> programs) {
    try {
      Optional<Name> as =
          request instanceof Request.As(var tenant, var unused)
              ? Optional.of(new Name(tenant))
              : Optional.empty();
      Request asked = request instanceof Request.As(var unused, var inner) ? inner : request;
      switch (tenancy.judge(caller, as)) {
        case Tenancy.Verdict.As(var acting) ->
            dispatch(now, token, caller, acting, asked, programs);
        case Tenancy.Verdict.No(var reason) -> outbox.fail(token, ErrorKind.REFUSED, reason);
      }
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

  private void dispatch(
      Instant now,
      ClientToken token,
      Caller caller,
      Acting acting,
      Request request,
      List<ProgramFacts> programs) {
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
          spawns.spawn(now, token, acting.tenant(), components, programs, deadlineMillis);
      case Request.Plan(var components, int holdMillis) ->
          spawns.plan(now, token, acting.tenant(), components, programs, holdMillis);
      case Request.SpawnPlan(String plan) -> spawns.spawnPlan(now, token, acting.tenant(), plan);
      case Request.Explain(var process, int deadlineMillis) ->
          spawns.explain(now, token, acting.tenant(), process, deadlineMillis);
      case Request.ListProcesses(boolean allStates, int deadlineMillis) ->
          processes.list(now, token, Filter.ofTenant(acting.scope(), !allStates), deadlineMillis);
      case Request.StreamProcesses(boolean allStates, int deadlineMillis) ->
          processes.stream(now, token, Filter.ofTenant(acting.scope(), !allStates), deadlineMillis);
      case Request.Inspect(var process, int deadlineMillis) ->
          processes.inspect(token, acting, process, deadlineMillis);
      case Request.Describe(var process) -> processes.describe(token, acting, process);
      case Request.Signal(var targets, int signal) ->
          processes.signal(token, acting, targets, signal);
      case Request.Wait(var process, int timeoutMillis) ->
          processes.await(now, token, acting, process, timeoutMillis);
      case Request.ReadLog read -> processes.readLog(token, acting, read);
      case Request.FollowLog follow -> processes.followLog(now, token, acting, follow);
      case Request.Feed feed -> processes.feed(now, token, acting, feed);
      case Request.Resize resize -> processes.resize(token, acting, resize);
      case Request.Join join -> processes.join(token, acting, join);
      case Request.Send send -> messages.send(now, token, acting, send);
      case Request.Receive(String as, int timeoutMillis) ->
          messages.receive(now, token, acting, as, Duration.ofMillis(timeoutMillis));
      case Request.As nested ->
          outbox.fail(token, ErrorKind.USAGE, "a request is made as one tenant, not as two");
      case Request.ListProcessEvents(long sinceMillis, int deadlineMillis) ->
          fabric.listProcessEvents(now, token, acting, sinceMillis, deadlineMillis);
      case Request.ListTenants(int deadlineMillis) -> tenants.list(token, acting, deadlineMillis);
      case Request.CreateTenant create -> tenants.create(token, acting, create);
      case Request.RemoveTenant(String name, int deadlineMillis) ->
          tenants.remove(now, token, acting, new Name(name), deadlineMillis);
      case Request.GrantTenant grant -> tenants.grant(token, acting, grant);
      case Request.Drain drain -> drains.drain(token, acting, drain);
      case Request.OfferBundle offer -> shipping.offer(token, acting.tenant(), offer);
      case Request.PutChunk put -> shipping.put(token, acting.tenant(), put);
      case Request.ListBundles() -> shipping.list(token, acting);
      case Request.SetOutside outside -> tenants.setOutside(token, acting, outside);
      case Request.Expose expose -> exposures.expose(token, acting, expose);
      case Request.ExposeGateway expose -> exposures.expose(token, acting, expose);
      case Request.PutFabric put -> otherFabrics.put(token, acting, put);
      case Request.RemoveFabric(String name) ->
          otherFabrics.remove(token, acting, new FabricName(name));
      case Request.ListFabrics() -> otherFabrics.list(token);
      case Request.Unexpose(int port) -> exposures.unexpose(token, acting, port);
      case Request.ListExposures() -> exposures.list(token, acting);
      case Request.PutPool put -> pools.put(token, acting, put);
      case Request.RemovePool(String name) -> pools.remove(now, token, acting, name);
      case Request.ListPools() -> pools.list(token, acting);
      case Request.SetQuota quota -> tenants.setQuota(token, acting, quota);
      case Request.SetDefaults defaults -> tenants.setDefaults(token, acting, defaults);
      case Request.ListHistory() -> history.list(token, acting);
      case Request.Claim claim -> claims.claim(token, acting.tenant(), claim);
      case Request.Release(var process, String name) ->
          claims.release(token, acting.tenant(), process, new Name(name));
      case Request.Lookup lookup -> messages.lookup(now, token, acting, lookup);
      case Request.Post post -> messages.post(now, token, acting, post);
      case Request.Call call -> messages.call(now, token, acting, call);
      case Request.Take(String as, int timeoutMillis) ->
          messages.take(now, token, acting, as, Duration.ofMillis(timeoutMillis));
      case Request.Subscribe subscribe -> messages.subscribe(now, token, acting, subscribe);
      case Request.Unsubscribe unsubscribe -> messages.unsubscribe(now, token, acting, unsubscribe);
      case Request.Publish publish -> messages.publish(now, token, acting, publish);
      case Request.OpenSharedQueue(String as) ->
          messages.openSharedQueue(now, token, acting, caller.uid(), as);
      case Request.FindSharedQueue(String to) -> messages.findSharedQueue(now, token, acting, to);
      case Request.TakeForQueue(String as, int timeoutMillis) ->
          messages.takeForQueue(now, token, acting, as, Duration.ofMillis(timeoutMillis));
      case Request.LeaveSharedQueue(String as) -> messages.leaveSharedQueue(now, token, acting, as);
      case Request.CloseMailbox(String as) -> messages.closeMailbox(now, token, acting, as);
    }
  }
}
