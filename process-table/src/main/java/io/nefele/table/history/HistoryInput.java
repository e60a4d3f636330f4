package io.nefele.table.history;

import io.nefele.core.AgentId;
import io.nefele.core.Name;
import io.nefele.core.ProgramId;
import java.util.List;
import java.util.Optional;

/** What happens to {@link Histories}. */
public sealed interface HistoryInput {

  /**
   * The agent has started; the first input.
   *
   * @param recovered what this agent had seen when its disk was last written
   */
  record Started(List<ProgramUse> recovered) implements HistoryInput {}

  /**
   * A process of this server has used something.
   *
   * @param label what its program is called
   * @param before what was said of the same run so far
   */
  record Observed(Name tenant, ProgramId program, String label, Optional<Ran> before, Ran ran)
      implements HistoryInput {}

  record Received(AgentId from, HistoryMessage message) implements HistoryInput {}

  /** The tenant is no more: nobody of its name is to learn of it. */
  record TenantRemoved(Name tenant) implements HistoryInput {}

  /** The timer of {@link HistoryEffect.SetNewsTimer} is due. */
  record NewsDue() implements HistoryInput {}

  /** The timer of {@link HistoryEffect.SetComparisonTimer} is due. */
  record ComparisonDue() implements HistoryInput {}
}
