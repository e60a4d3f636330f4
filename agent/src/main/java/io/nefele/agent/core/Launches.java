package io.nefele.agent.core;

import io.nefele.agent.depot.BundleKey;
import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.ProcessId;
import io.nefele.placement.ProcessTemplate;
import io.nefele.placement.RequestKey;
import io.nefele.placement.Shipment;
import io.nefele.table.ProcessRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Has the process host make processes, those whose program comes over the fabric only when that is
 * here.
 */
final class Launches {
  /** Less than any requester has patience. */
  private static final Duration BEAT = Duration.ofSeconds(2);

  private final AgentBoot self;
  private final Shipping shipping;
  private final Outbox outbox;
  private final Failed failed;

  private final SortedMap<ProcessId, Waiting> waiting = new TreeMap<>();

  /** Of the processes of this server, those that wait among them. */
  private final SortedMap<ProcessId, BundleKey> bundles = new TreeMap<>();

  private boolean beating;

  private record Waiting(long token, Optional<RequestKey> request) {}

  /** Is told of each process whose program can't be had. */
  interface Failed {
    void failed(ProcessId process, String reason);
  }

  Launches(AgentBoot self, Shipping shipping, Failed failed, Outbox outbox) {
    this.self = self;
    this.shipping = shipping;
    this.failed = failed;
    this.outbox = outbox;
  }

  /** Starts again a process of this server. */
  void start(ProcessId process, ProcessTemplate template) {
    start(process, template, false, Optional.empty(), List.of());
  }

  /**
   * @param request of which it is; it hears while the program is still on its way
   * @param participants all agents that make processes of the request
   */
  void start(
      ProcessId process,
      ProcessTemplate template,
      boolean gated,
      Optional<RequestKey> request,
      List<AgentId> participants) {
    AgentEffect spawn =
        new AgentEffect.Spawn(process, template, gated || StartGates.areFor(template));
    Optional<Shipment> shipment = template.terms().shipment();
    if (shipment.isEmpty()) {
      outbox.add(spawn);
      return;
    }
    BundleKey key = new BundleKey(template.tenant(), shipment.get().bundle());
    bundles.put(process, key);
    if (shipping.isWhole(key)) {
      shipping.want(key, List.of(), List.of(), reason -> outbox.add(spawn));
      return;
    }
    List<AgentId> origins = new ArrayList<>(List.of(shipment.get().origin()));
    request.ifPresent(its -> origins.add(its.requester().agent()));
    template.terms().supersedes().reversed().forEach(old -> origins.add(old.agent()));
    long token =
        shipping.want(
            key,
            participants,
            origins.stream().distinct().filter(agent -> !agent.equals(self.agent())).toList(),
            reason -> {
              waiting.remove(process);
              reason.ifPresentOrElse(
                  why -> {
                    bundles.remove(process);
                    failed.failed(process, why);
                  },
                  () -> outbox.add(spawn));
            });
    waiting.put(process, new Waiting(token, request));
    if (!beating) {
      beating = true;
      outbox.setTimer(new AgentTimer.ShippingBeat(), BEAT);
    }
  }

  /** Returns whether the process waited for its program; it is not made then. */
  boolean cancel(ProcessId process) {
    boolean waited = putOff(process);
    if (waited) {
      bundles.remove(process);
    }
    return waited;
  }

  /** As {@link #cancel}, of a process that is to be made later. */
  boolean putOff(ProcessId process) {
    Waiting its = waiting.remove(process);
    if (its == null) {
      return false;
    }
    shipping.unwant(its.token);
    return true;
  }

  boolean isWaiting(ProcessId process) {
    return waiting.containsKey(process);
  }

  /** The requests whose programs are still on their way, if that has gone on for long. */
  List<RequestKey> beat() {
    SortedSet<RequestKey> requests = new TreeSet<>();
    waiting.values().forEach(its -> its.request.ifPresent(requests::add));
    beating = !waiting.isEmpty();
    if (beating) {
      outbox.setTimer(new AgentTimer.ShippingBeat(), BEAT);
    }
    return List.copyOf(requests);
  }

  /** A process from before the agent's start is still there, or is to be started again. */
  void adopted(ProcessRow row) {
    Restarts.template(row)
        .flatMap(template -> template.terms().shipment())
        .ifPresent(
            shipment -> bundles.put(row.id(), new BundleKey(row.tenant(), shipment.bundle())));
  }

  /** A process is no more. */
  void gone(ProcessId process) {
    bundles.remove(process);
  }

  boolean uses(BundleKey key) {
    return bundles.containsValue(key);
  }
}
