package io.nefele.agent.core;

import io.nefele.core.AgentId;
import io.nefele.core.FabricName;
import io.nefele.core.Name;
import io.nefele.core.OutsideRules;
import io.nefele.wire.Address;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The doing side of what goes outside the fabric: for this agent's own clients, and for agents that
 * do not get there themselves. Where a name leads is looked up first and then decided on, and the
 * connection is made to just that address.
 */
final class OutsideDesk {
  /** More at a time are told to try another agent. */
  static final int OPEN_MAX = 128;

  private static final long BYTES_MAX = 128L << 20;

  private final Fabric fabric;
  private final Function<Name, OutsideRules> rules;
  private final Gateways gateways;
  private final LocalProcesses processes;
  private final Outbox outbox;
  private final Map<Long, Open> open = new LinkedHashMap<>();
  private long openBytes;
  private long lastToken;

  private record Open(
      AgentId asker, long number, OutsideOrder order, Instant connected, Instant until) {}

  /**
   * @param rules what this agent knows of what a tenant may reach
   */
  OutsideDesk(
      Fabric fabric,
      Function<Name, OutsideRules> rules,
      Gateways gateways,
      LocalProcesses processes,
      Outbox outbox) {
    this.fabric = fabric;
    this.rules = rules;
    this.gateways = gateways;
    this.processes = processes;
    this.outbox = outbox;
  }

  void asked(Instant now, AgentId from, OutsideMessage.Ask ask) {
    OutsideOrder order = ask.order();
    Open asked =
        new Open(
            from,
            ask.number(),
            order,
            now.plusMillis(order.connectMillis()),
            now.plusMillis(order.timeoutMillis()));
    if (!fabric.profile().outside()) {
      answer(asked, new OutsideOutcome.Elsewhere("it does not go outside"));
    } else if (open.size() >= OPEN_MAX
        || (openBytes > 0 && openBytes + order.payload().size() > BYTES_MAX)) {
      answer(asked, new OutsideOutcome.Elsewhere("too much goes outside through it at a time"));
    } else if (!mayPermit(order.rules(), order.gatewayOf(), order.to())
        || !mayPermit(rulesHere(order), order.gatewayOf(), order.to())) {
      answer(asked, new OutsideOutcome.Refused(forbidden(order.tenant(), order.rules())));
    } else if (order.gatewayOf().isPresent() && gateway(order).isEmpty()) {
      answer(asked, new OutsideOutcome.Elsewhere("it has not heard of that gateway"));
    } else {
      long token = ++lastToken;
      open.put(token, asked);
      openBytes += order.payload().size();
      outbox.add(
          new AgentEffect.LookUp(token, order.to().host(), leftMillis(now, asked.connected)));
    }
  }

  /** The answer to {@link AgentEffect.LookUp}. */
  void lookedUp(Instant now, long token, List<OutsideAddress> addresses) {
    Open asked = open.get(token);
    if (asked == null) {
      return;
    }
    OutsideOrder order = asked.order;
    List<OutsideAddress> permitted = new ArrayList<>();
    for (OutsideAddress address : addresses) {
      if (permits(order.rules(), order, address) && permits(rulesHere(order), order, address)) {
        permitted.add(address);
      }
    }
    if (addresses.isEmpty()) {
      finish(token, new OutsideOutcome.Refused("no address is known for " + order.to().host()));
    } else if (permitted.isEmpty()) {
      finish(
          token,
          new OutsideOutcome.Refused(
              where(addresses.getFirst()) + ", and " + forbidden(order.tenant(), order.rules())));
    } else {
      outbox.add(
          new AgentEffect.GoOutside(
              token,
              order.kind(),
              order.to(),
              gateway(order),
              permitted,
              order.payload(),
              leftMillis(now, asked.connected),
              leftMillis(now, asked.until)));
    }
  }

  /** The answer to {@link AgentEffect.GoOutside}. */
  void cameBack(long token, OutsideOutcome outcome) {
    finish(token, outcome);
  }

  private void finish(long token, OutsideOutcome outcome) {
    Open asked = open.remove(token);
    if (asked != null) {
      openBytes -= asked.order.payload().size();
      answer(asked, outcome);
    }
  }

  private void answer(Open asked, OutsideOutcome outcome) {
    outbox.send(
        asked.asker,
        new AgentMessage.OfOutside(
            new OutsideMessage.Answer(asked.number, processes.nextId(), outcome)));
  }

  private static int leftMillis(Instant now, Instant until) {
    return (int) Math.max(1, Duration.between(now, until).toMillis());
  }

  /** What this agent knows of the gateway that is to be reached, if it is one. */
  private Optional<Gateway> gateway(OutsideOrder order) {
    return order
        .gatewayOf()
        .flatMap(gateways::find)
        .filter(fabric -> Gateways.isOne(fabric, order.to()))
        .map(fabric -> new Gateway(fabric.name(), fabric.secret()));
  }

  /** The asker's word alone does not do: the tenant may have been made, or changed, since. */
  private OutsideRules rulesHere(OutsideOrder order) {
    return rules.apply(order.tenant());
  }

  /** Whether a message may go there, before anybody has looked up where that is. */
  static boolean mayPermit(OutsideRules its, Optional<FabricName> gatewayOf, Address.Server to) {
    return gatewayOf.filter(its::permits).isPresent() || its.mayPermit(to.host(), to.port());
  }

  private static boolean permits(OutsideRules its, OutsideOrder order, OutsideAddress address) {
    return order.gatewayOf().filter(its::permits).isPresent()
        || its.permits(order.to().host(), order.to().port(), address.bytes(), address.local());
  }

  private static String where(OutsideAddress address) {
    return "it is at "
        + address.text()
        + (address.local() ? ", which is the agent's own server" : "");
  }

  static String forbidden(Name tenant, OutsideRules its) {
    String reach = its.equals(OutsideRules.NONE) ? "nothing" : its.text();
    return "tenant '"
        + tenant
        + "' may reach "
        + reach
        + " outside the fabric; an operator changes that with 'nefele tenant grant "
        + tenant
        + " --outside RULES'";
  }
}
