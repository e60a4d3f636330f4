package io.nefele.agent.core;

import io.nefele.core.AgentId;
import io.nefele.core.Durations;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * That processes of this server may be moved, within the disruption budgets of their names: asked
 * of the keeper of each name's budget, and said again while it is made use of.
 */
final class Permits {
  private static final Duration REPEAT = Durations.divide(DisruptionBudgets.LEASE, 4);

  private final Keepers keepers;
  private final DisruptionBudgets budgets = new DisruptionBudgets();
  private final Outbox outbox;
  private final SortedMap<ProcessId, Permit> permits = new TreeMap<>();
  private boolean repeating;

  private static final class Permit {
    final Name tenant;
    final Name name;
    final int budget;
    final Consumer<Boolean> then;
    boolean held;

    Permit(Name tenant, Name name, int budget, Consumer<Boolean> then) {
      this.tenant = tenant;
      this.name = name;
      this.budget = budget;
      this.then = then;
    }
  }

  Permits(Keepers keepers, Outbox outbox) {
    this.keepers = keepers;
    this.outbox = outbox;
  }

  /** Agents have come or gone, or this one has started. */
  void fabricChanged(Instant now) {
    budgets.fabricChanged(now);
  }

  /**
   * Asks that a process may be moved.
   *
   * @param budget how many of the name may be down at a time
   * @param then whether it may; it then has to be {@linkplain #giveBack given back}
   */
  void ask(ProcessId process, Name tenant, Name name, int budget, Consumer<Boolean> then) {
    permits.put(process, new Permit(tenant, name, budget, then));
    ask(process);
    if (!repeating) {
      repeating = true;
      outbox.setTimer(new AgentTimer.PermitsDue(), REPEAT);
    }
  }

  /** The process is up again, or will not be moved. */
  void giveBack(ProcessId process) {
    Permit permit = permits.remove(process);
    if (permit != null) {
      send(permit, new DisruptionMessage.Over(permit.tenant, permit.name, process));
    }
  }

  void repeatDue() {
    repeating = !permits.isEmpty();
    List.copyOf(permits.keySet()).forEach(this::ask);
    if (repeating) {
      outbox.setTimer(new AgentTimer.PermitsDue(), REPEAT);
    }
  }

  void received(Instant now, AgentId from, DisruptionMessage message) {
    switch (message) {
      case DisruptionMessage.May may ->
          outbox.send(
              from,
              new AgentMessage.OfDisruption(
                  new DisruptionMessage.Answer(may.process(), budgets.asked(now, may))));
      case DisruptionMessage.Over over -> budgets.over(over);
      case DisruptionMessage.Answer(var process, boolean granted) -> answered(process, granted);
    }
  }

  private void answered(ProcessId process, boolean granted) {
    Permit permit = permits.get(process);
    if (permit == null || permit.held) {
      return;
    }
    permit.held = granted;
    if (!granted) {
      permits.remove(process);
    }
    permit.then.accept(granted);
  }

  private void ask(ProcessId process) {
    Permit permit = permits.get(process);
    if (permit != null) {
      send(
          permit,
          new DisruptionMessage.May(
              permit.tenant, permit.name, permit.budget, process, permit.held));
    }
  }

  private void send(Permit permit, DisruptionMessage message) {
    outbox.send(keepers.of(permit.tenant, permit.name), new AgentMessage.OfDisruption(message));
  }
}
