package io.nefele.agent.core;

import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.core.Name;
import io.nefele.table.tenant.RegistryEntry.Behind;
import io.nefele.table.tenant.RegistryEntry.Exposed;
import io.nefele.wire.Address;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.Request;
import io.nefele.wire.Response;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Names that are called from outside the fabric, at ports of this agent, and gateways, at which
 * other fabrics reach all mailboxes of a tenant. What comes in there is done as if a client of the
 * tenant asked for it. All agents know what is exposed, and an agent that returns exposes it anew.
 */
final class ExposeDesk {
  private static final int PORT_MAX = 65_535;
  private static final int TIMEOUT_MILLIS_MAX = 3_600_000;

  private final AgentId self;
  private final Tenancy tenancy;
  private final FabricReport report;
  private final MessageRequests messages;
  private final Outbox outbox;

  /** Who waits until a port is listened on. */
  private final SortedMap<Integer, Opening> opening = new TreeMap<>();

  private record Opening(ClientToken token, Exposed exposed) {}

  ExposeDesk(
      AgentId self, Tenancy tenancy, FabricReport report, MessageRequests messages, Outbox outbox) {
    this.self = self;
    this.tenancy = tenancy;
    this.report = report;
    this.messages = messages;
    this.outbox = outbox;
  }

  /** What this agent exposed in its last life. */
  void start() {
    for (Exposed exposed : tenancy.exposed()) {
      if (exposed.agent().equals(self)) {
        outbox.add(new AgentEffect.Listen(exposed.port(), exposed.behind()));
      }
    }
  }

  void expose(ClientToken token, Acting acting, Request.Expose expose) {
    Behind named = new Behind.Named(new Name(expose.name()), expose.web());
    expose(token, acting, expose.port(), expose.timeoutMillis(), named);
  }

  void expose(ClientToken token, Acting acting, Request.ExposeGateway expose) {
    OtherFabrics.checkSecret(expose.key());
    Behind everybody = new Behind.Everybody(expose.key());
    expose(token, acting, expose.port(), expose.timeoutMillis(), everybody);
  }

  private void expose(
      ClientToken token, Acting acting, int port, int timeoutMillis, Behind behind) {
    if (port < 1 || port > PORT_MAX) {
      throw new IllegalArgumentException("a port is 1 to " + PORT_MAX + ", not " + port);
    }
    if (timeoutMillis < 1 || timeoutMillis > TIMEOUT_MILLIS_MAX) {
      throw new IllegalArgumentException(
          "a reply is waited for from 1 to " + TIMEOUT_MILLIS_MAX + " ms, not " + timeoutMillis);
    }
    Optional<Exposed> taken = at(port);
    if (!tenancy.outside(acting.tenant()).permitsExposing(port)) {
      outbox.fail(
          token,
          ErrorKind.REFUSED,
          "tenant '"
              + acting.tenant()
              + "' may not be called from outside at port "
              + port
              + "; an operator lets it with 'nefele tenant grant "
              + acting.tenant()
              + " --outside expose:"
              + port
              + "'");
    } else if (taken.isPresent() || opening.containsKey(port)) {
      outbox.fail(
          token,
          ErrorKind.REFUSED,
          "port "
              + port
              + " of this agent leads to another name; 'nefele unexpose "
              + port
              + "' ends that");
    } else {
      Exposed exposed = new Exposed(self, port, true, acting.tenant(), timeoutMillis, behind);
      opening.put(port, new Opening(token, exposed));
      outbox.add(new AgentEffect.Listen(port, behind));
    }
  }

  /** The answer to {@link AgentEffect.Listen}. */
  void listening(int port) {
    Opening done = opening.remove(port);
    if (done != null) {
      tenancy.decide(done.exposed);
      outbox.reply(done.token, new Response.Done());
    }
  }

  /** The answer to {@link AgentEffect.Listen}, too. */
  void listenFailed(int port, String why) {
    Opening failed = opening.remove(port);
    if (failed != null) {
      outbox.fail(failed.token, ErrorKind.REFUSED, why);
    }
  }

  void unexpose(ClientToken token, Acting acting, int port) {
    Optional<Exposed> exposed = at(port).filter(its -> acting.reaches(its.tenant()));
    if (exposed.isEmpty()) {
      outbox.fail(
          token,
          ErrorKind.FAILED,
          "nothing is exposed at port " + port + " of this agent; 'nefele expose' lists what is");
      return;
    }
    tenancy.decide(exposed.get().closed());
    outbox.add(new AgentEffect.StopListening(port));
    outbox.reply(token, new Response.Done());
  }

  void list(ClientToken token, Acting acting) {
    List<Response.ExposureRow> rows =
        tenancy.exposed().stream()
            .filter(exposed -> acting.reaches(exposed.tenant()))
            .map(this::row)
            .toList();
    outbox.reply(token, new Response.Exposures(rows));
  }

  private Response.ExposureRow row(Exposed exposed) {
    return new Response.ExposureRow(
        exposed.agent().toString(),
        report.plainNameOf(exposed.agent()),
        exposed.port(),
        switch (exposed.behind()) {
          case Behind.Named(var name, boolean web) -> web;
          case Behind.Everybody everybody -> true;
        },
        exposed.tenant().toString(),
        switch (exposed.behind()) {
          case Behind.Named(var name, boolean web) -> name.toString();
          case Behind.Everybody everybody -> Response.ExposureRow.GATEWAY;
        },
        exposed.timeoutMillis());
  }

  /** Somebody outside calls; what may have changed since the port was opened holds. */
  void called(Instant now, ClientToken token, int port, Bytes payload) {
    Optional<Exposed> open = permitted(port);
    if (open.isPresent() && open.get().behind() instanceof Behind.Named(var name, boolean web)) {
      Request.Call call = new Request.Call("any:" + name, payload, open.get().timeoutMillis());
      messages.call(now, token, asTenant(open.get()), call);
    } else {
      leadsNowhere(token, port);
    }
  }

  /** Another fabric wants something; it holds as well. */
  void came(Instant now, AgentInput.CameThroughGateway came) {
    ClientToken token = came.token();
    Optional<Exposed> open = permitted(came.port());
    if (open.isEmpty() || !(open.get().behind() instanceof Behind.Everybody)) {
      leadsNowhere(token, came.port());
      return;
    }
    String to = came.to();
    int timeoutMillis = open.get().timeoutMillis();
    Acting acting = asTenant(open.get());
    try {
      if (Address.parse(to) instanceof Address.Outside) {
        throw new IllegalArgumentException(
            "'" + to + "' is outside of this fabric, and its gateways lead to nobody there");
      }
      if (came.kind() == OutsideOrder.Kind.CALL) {
        messages.call(now, token, acting, new Request.Call(to, came.payload(), timeoutMillis));
      } else {
        messages.send(
            now,
            token,
            acting,
            new Request.Send(Optional.empty(), to, came.payload(), timeoutMillis));
      }
    } catch (IllegalArgumentException e) {
      outbox.fail(token, ErrorKind.USAGE, String.valueOf(e.getMessage()));
    }
  }

  /** What comes in may do what a client of the tenant may, and no more. */
  private static Acting asTenant(Exposed exposed) {
    return new Acting(exposed.tenant(), false, false);
  }

  private void leadsNowhere(ClientToken token, int port) {
    outbox.fail(token, ErrorKind.REFUSED, "port " + port + " leads nowhere");
  }

  private Optional<Exposed> permitted(int port) {
    return at(port).filter(its -> tenancy.outside(its.tenant()).permitsExposing(port));
  }

  private Optional<Exposed> at(int port) {
    return tenancy.exposed().stream()
        .filter(its -> its.agent().equals(self) && its.port() == port)
        .findFirst();
  }
}
