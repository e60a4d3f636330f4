package io.nefele.agent.core;

import io.nefele.core.Name;
import io.nefele.core.Priority;
import io.nefele.core.ProcessId;
import io.nefele.placement.Component;
import io.nefele.placement.Victims;
import io.nefele.table.Filter;
import io.nefele.table.ProcessRow;
import io.nefele.table.ProcessState;
import io.nefele.table.RowView;
import io.nefele.table.tenant.Quota;
import io.nefele.table.tenant.RegistryEntry;
import io.nefele.table.tenant.Use;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Makes room in a tenant's quota: has processes of the tenant give way, wherever they run, to a
 * spawn of which each process matters more. The lowest priorities go first, of those the youngest,
 * and none if all of them would not be enough. The keeper of the quota is asked again after that
 * and has the last word.
 */
final class QuotaPreemption {
  private static final Duration ASK_DEADLINE = Duration.ofSeconds(2);

  /** Longer than a process that is told to end may take. */
  private static final Duration END_DEADLINE = Duration.ofSeconds(15);

  private final Tenancy tenancy;
  private final Directory directory;
  private final FabricReport report;
  private final Errands errands;

  QuotaPreemption(Tenancy tenancy, Directory directory, FabricReport report, Errands errands) {
    this.tenancy = tenancy;
    this.directory = directory;
    this.report = report;
    this.errands = errands;
  }

  /**
   * @param then whether processes have given way, so that it is worth to ask for the quota again
   */
  void makeRoom(
      Instant now, Name tenant, List<Component> components, Use wanted, Consumer<Boolean> then) {
    Optional<Quota> quota = tenancy.tenant(tenant).map(RegistryEntry.Tenant::quota);
    int priority =
        components.stream()
            .mapToInt(component -> Priority.of(component.template().labels()))
            .min()
            .orElse(Priority.MIN);
    if (quota.isEmpty()) {
      then.accept(false);
      return;
    }
    directory.ask(
        now,
        Filter.ofTenant(Optional.of(tenant), true),
        report.reach(),
        ASK_DEADLINE,
        (rows, missing) ->
            endAll(tenant, priority, victims(quota.get(), rows, wanted, priority), then));
  }

  private void endAll(Name tenant, int priority, List<ProcessId> victims, Consumer<Boolean> then) {
    if (victims.isEmpty()) {
      then.accept(false);
      return;
    }
    List<ProcessId> awaited = new ArrayList<>(victims);
    for (ProcessId victim : victims) {
      errands.run(
          Optional.of(tenant),
          victim,
          new Errand.GiveWay(priority),
          END_DEADLINE,
          outcome -> {
            awaited.remove(victim);
            if (awaited.isEmpty()) {
              then.accept(true);
            }
          });
    }
  }

  /** Who is to give way; empty if nobody has to, or all who may would not be enough. */
  static List<ProcessId> victims(Quota quota, List<RowView> views, Use wanted, int priority) {
    List<ProcessRow> rows = views.stream().map(RowView::row).filter(row -> counts(row)).toList();
    Use used = rows.stream().map(QuotaPreemption::use).reduce(Use.NONE, Use::plus);
    List<ProcessRow> candidates =
        rows.stream()
            .filter(row -> row.state() == ProcessState.RUNNING || row.awaitsRestart())
            .filter(row -> Priority.of(row.labels()) < priority)
            .sorted(
                Comparator.comparingInt((ProcessRow row) -> Priority.of(row.labels()))
                    .thenComparing(ProcessRow::startedAtMillis, Comparator.reverseOrder())
                    .thenComparing(ProcessRow::id))
            .toList();
    return new Victims<>(QuotaPreemption::use, Use.NONE, Use::plus, Use::minus)
            .choose(candidates, left -> quota.excess(used.minus(left), wanted).isEmpty())
            .orElse(List.of())
            .stream()
            .map(ProcessRow::id)
            .toList();
  }

  private static boolean counts(ProcessRow row) {
    return row.kind() == ProcessRow.Kind.PROCESS && row.state().isLive() && !row.isDisplaced();
  }

  private static Use use(ProcessRow row) {
    return Use.of(1, row.cpuMillis(), row.memoryBytes());
  }
}
