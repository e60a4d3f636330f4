package io.nefele.agent.core;

import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.core.Name;
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
 * Names that are called from outside the fabric, at ports of this agent. What comes in there is a
 * call as a client's is. All agents know what is exposed, and an agent that returns exposes it
 * anew.
 */
final class ExposeDesk {
  private static final int PORT_MAX = 65_535;
  private static final int TIMEOUT_MILLIS_MAX = 3_600_000;

  private final AgentId self;
  private final Tenancy tenancy;
  private final FabricReport report;
  private final CallDesk calls;
  private final Outbox outbox;

  /** Who waits until a port is listened on. */
  private final SortedMap<Integer, Opening> opening = new TreeMap<>();

  private record Opening(ClientToken token, Exposed exposed) {}

  ExposeDesk(AgentId self, Tenancy tenancy, FabricReport report, CallDesk calls, Outbox outbox) {
    this.self = self;
    this.tenancy = tenancy;
    this.report = report;
    this.calls = calls;
    this.outbox = outbox;
  }

  /** What this agent exposed in its last life. */
  void start() {
    for (Exposed exposed : tenancy.exposed()) {
      if (exposed.agent().equals(self)) {
        outbox.add(new AgentEffect.Listen(exposed.port(), exposed.web()));
      }
    }
  }

  void expose(ClientToken token, Acting acting, Request.Expose expose) {
    Name name = new Name(expose.name());
    int port = expose.port();
    int timeoutMillis = expose.timeoutMillis();
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
      Exposed exposed =
          new Exposed(self, port, true, expose.web(), acting.tenant(), name, timeoutMillis);
      opening.put(port, new Opening(token, exposed));
      outbox.add(new AgentEffect.Listen(port, expose.web()));
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
    Exposed its = exposed.get();
    tenancy.decide(
        new Exposed(self, port, false, its.web(), its.tenant(), its.name(), its.timeoutMillis()));
    outbox.add(new AgentEffect.StopListening(port));
    outbox.reply(token, new Response.Done());
  }

  void list(ClientToken token, Acting acting) {
    List<Response.ExposureRow> rows =
        tenancy.exposed().stream()
            .filter(exposed -> acting.reaches(exposed.tenant()))
            .map(
                exposed ->
                    new Response.ExposureRow(
                        exposed.agent().toString(),
                        report.plainNameOf(exposed.agent()),
                        exposed.port(),
                        exposed.web(),
                        exposed.tenant().toString(),
                        exposed.name().toString(),
                        exposed.timeoutMillis()))
            .toList();
    outbox.reply(token, new Response.Exposures(rows));
  }

  /** Somebody outside calls; what may have changed since the port was opened holds. */
  void called(Instant now, ClientToken token, int port, Bytes payload) {
    Optional<Exposed> exposed =
        at(port).filter(its -> tenancy.outside(its.tenant()).permitsExposing(port));
    if (exposed.isEmpty()) {
      outbox.fail(token, ErrorKind.REFUSED, "port " + port + " leads nowhere");
      return;
    }
    Exposed its = exposed.get();
    calls.call(
        now,
        token,
        its.tenant(),
        new Address.Any(its.name(), new Address.Choice.Nearest()),
        new Request.Call("any:" + its.name(), payload, its.timeoutMillis()));
  }

  private Optional<Exposed> at(int port) {
    return tenancy.exposed().stream()
        .filter(its -> its.agent().equals(self) && its.port() == port)
        .findFirst();
  }
}
