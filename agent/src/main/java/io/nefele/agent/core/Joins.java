package io.nefele.agent.core;

import io.nefele.core.Lifecycle;
import io.nefele.core.ProcessId;
import io.nefele.placement.ProcessTemplate;
import io.nefele.placement.Resources;
import io.nefele.placement.Terms;
import io.nefele.table.ProcessRow;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Processes that are made beside others: nothing is placed, for they share what those have. Once
 * such a process runs it is one like others.
 */
final class Joins {
  private final Outbox outbox;
  private final Map<ProcessId, Joining> joining = new LinkedHashMap<>();

  private record Joining(ProcessTemplate template, Consumer<Errand.Outcome> then) {}

  Joins(Outbox outbox) {
    this.outbox = outbox;
  }

  /** Has {@code process} made beside {@code row}'s. */
  void begin(ProcessId process, ProcessRow row, Errand.Join join, Consumer<Errand.Outcome> then) {
    ProcessTemplate template =
        new ProcessTemplate(
            row.tenant(),
            Optional.empty(),
            Resources.NONE,
            List.of(),
            List.of(),
            join.environment(),
            join.workingDirectory(),
            join.command(),
            new Terms(join.input(), 0, Lifecycle.ONCE));
    joining.put(process, new Joining(template, then));
    outbox.add(new AgentEffect.Spawn(process, template, false, Optional.of(row.id())));
  }

  /**
   * A process runs; whoever waits for it is told.
   *
   * @param enter is given what it was made by before that, if it was made beside another
   */
  void started(ProcessId process, Consumer<ProcessTemplate> enter) {
    Joining joined = joining.remove(process);
    if (joined != null) {
      enter.accept(joined.template);
      joined.then.accept(new Errand.Outcome.Joined(process));
    }
  }

  /** A process could not be made; whoever waits for it is told. */
  void failed(ProcessId process, String reason) {
    Joining joined = joining.remove(process);
    if (joined != null) {
      String command = joined.template.command().getFirst();
      joined.then.accept(new Errand.Outcome.Failed("'" + command + "': " + reason));
    }
  }
}
