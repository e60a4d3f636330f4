package io.nefele.sim.check;

import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentMessage;
import io.nefele.core.ProcessId;
import io.nefele.sim.world.Life;
import io.nefele.sim.world.ProcessHost;
import io.nefele.sim.world.Violation;
import io.nefele.sim.world.Watcher;
import io.nefele.table.HoldingsMessage;
import io.nefele.table.ProcessRow;
import io.nefele.table.QueryMessage;
import io.nefele.wire.Response;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Invariants T1 to T6 and T8: the process table invents nothing, loses nothing, is the same to all,
 * knows of every row lately, tells of one tenant all that it tells of it among all, and is held by
 * groups as a whole.
 */
public final class TableChecker implements Watcher {
  /** Two digests of a group at rest, and half of one for all that is on its way. */
  private static final long OLDEST_MILLIS = 25_000;

  private final Sometimes sometimes;

  /** Looked up, never iterated. */
  private final Set<ProcessId> written = new HashSet<>();

  private SortedMap<ProcessId, ProcessHost.Entry> runningBefore = new TreeMap<>();

  /** That an agent was asked itself, since its rows were in no other answer. */
  private Optional<Violation> overlooked = Optional.empty();

  public TableChecker(Sometimes sometimes) {
    this.sometimes = sometimes;
  }

  @Override
  public void effect(Life life, AgentEffect effect) {
    switch (effect) {
      case AgentEffect.Persist(ProcessRow row) -> {
        if (!row.id().agent().equals(life.boot().agent())) {
          throw new Violation("T3", life + " writes the row of another agent: " + row.id());
        }
        written.add(row.id());
      }
      case AgentEffect.Reply(var token, Response.Spawned(var ids)) -> {
        for (ProcessId id : ids) {
          if (!written.contains(id)) {
            throw new Violation("T1", life + " tells of " + id + ", which nobody wrote down");
          }
        }
      }
      case AgentEffect.Send(
              var to,
              AgentMessage.OfHoldings(HoldingsMessage.Nothing(long question, var groups)))
          when !groups.isEmpty() ->
          sometimes.happened(Sometimes.Thing.GROUP_LEFT_OUT);
      case AgentEffect.Send(
              var to,
              AgentMessage.OfQuery(
                  QueryMessage.Ask(long query, var filter, boolean own, boolean presented)))
          when own && filter.tenant().isEmpty() ->
          overlooked =
              Optional.of(new Violation("T8", "whoever answered " + life + " lacks rows of " + to));
      default -> {}
    }
  }

  /** To be called a second before everybody is asked for all processes. */
  public void beforeAsking(List<Life> core) {
    runningBefore = running(core);
    overlooked = Optional.empty();
  }

  /** T8; to be called once all answers are there. While groups change it does not hold. */
  public Optional<Violation> overlooked() {
    return overlooked;
  }

  /** T1, T2, T4 and T5, from the answer of one agent; to be called once the answer is there. */
  public Optional<Violation> answered(Life asked, Response answer, List<Life> core) {
    if (!(answer instanceof Response.Processes(var rows, var missing))) {
      return Optional.of(new Violation("A1", asked + " answers " + answer));
    }
    if (!missing.isEmpty()) {
      return Optional.of(new Violation("T4", asked + " had no answer from " + missing));
    }
    SortedMap<ProcessId, Response.ProcessRow> told = new TreeMap<>();
    for (Response.ProcessRow row : rows) {
      if (!written.contains(row.id())) {
        return Optional.of(new Violation("T1", asked + " invents " + row.id()));
      }
      if (told.put(row.id(), row) != null) {
        return Optional.of(new Violation("T4", asked + " lists " + row.id() + " twice"));
      }
      if (row.state().equals("lost")) {
        sometimes.happened(Sometimes.Thing.LOST_ROW_TOLD);
      }
    }
    SortedMap<ProcessId, ProcessHost.Entry> still = running(core);
    // The same run of it: one that was started again meanwhile is another.
    still.entrySet().retainAll(runningBefore.entrySet());
    for (ProcessId process : still.keySet()) {
      Response.ProcessRow row = told.get(process);
      if (row == null || !row.state().equals("running")) {
        return Optional.of(
            new Violation("T2", process + " runs, and " + asked + " tells of it: " + row));
      }
      if (row.ageMillis() > OLDEST_MILLIS) {
        return Optional.of(
            new Violation("T5", asked + " has heard nothing of " + process + " lately: " + row));
      }
    }
    return Optional.empty();
  }

  /**
   * T6, from what one agent answered about all processes and about those of {@code tenant}.
   *
   * @param core of which processes count that ran all the time
   */
  public Optional<Violation> answeredOfTenant(
      Life asked, String tenant, Response ofAll, Response ofTenant, List<Life> core) {
    if (!(ofAll instanceof Response.Processes(var all, var silent))) {
      return Optional.of(new Violation("A1", asked + " answers " + ofAll));
    }
    if (!(ofTenant instanceof Response.Processes(var rows, var missing))) {
      // Nobody has made the tenant yet.
      return all.stream().anyMatch(row -> row.tenant().equals(tenant))
          ? Optional.of(new Violation("A1", asked + " answers " + ofTenant))
          : Optional.empty();
    }
    if (!missing.isEmpty()) {
      return Optional.of(new Violation("T4", asked + " had no answer from " + missing));
    }
    Set<ProcessId> told = new HashSet<>();
    for (Response.ProcessRow row : rows) {
      if (!row.tenant().equals(tenant)) {
        return Optional.of(new Violation("T6", asked + " tells " + tenant + " of " + row));
      }
      told.add(row.id());
    }
    SortedMap<ProcessId, ProcessHost.Entry> still = running(core);
    still.entrySet().retainAll(runningBefore.entrySet());
    for (Response.ProcessRow row : all) {
      if (row.tenant().equals(tenant) && still.containsKey(row.id()) && !told.contains(row.id())) {
        return Optional.of(
            new Violation("T6", asked + " does not tell " + tenant + " of its " + row));
      }
    }
    return Optional.empty();
  }

  private static SortedMap<ProcessId, ProcessHost.Entry> running(List<Life> core) {
    SortedMap<ProcessId, ProcessHost.Entry> running = new TreeMap<>();
    for (Life life : core) {
      life.server()
          .processes()
          .entries()
          .forEach(
              (id, entry) -> {
                boolean ours = id.agent().equals(life.boot().agent());
                if (ours && entry.stage() == ProcessHost.Stage.RUNNING) {
                  running.put(id, entry);
                }
              });
    }
    return running;
  }
}
