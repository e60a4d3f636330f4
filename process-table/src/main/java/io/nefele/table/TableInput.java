package io.nefele.table;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.ProcessId;
import java.util.List;

/** What happens to a {@link ProcessTable}. */
public sealed interface TableInput {

  /** The agent has started; {@code recovered} are its own rows as its disk had them. */
  record Started(List<ProcessRow> recovered) implements TableInput {}

  /**
   * A process of this agent changed.
   *
   * @param awaited whether somebody at another agent waits for the news
   */
  record RowChanged(ProcessRow row, boolean awaited) implements TableInput {}

  /** A process of an earlier life of this agent runs on. */
  record Adopted(ProcessId process) implements TableInput {}

  /** Processes of this agent ended so long ago that nobody will ask any more. */
  record RowsForgotten(List<ProcessId> processes) implements TableInput {}

  /**
   * The level-0 group is now these, this agent among them, its leader first. Who was in it and is
   * not any more counts as lost until it is seen elsewhere: a view change is the earliest news of a
   * crash.
   *
   * @param nowMillis this agent's wall clock
   */
  record GroupChanged(List<AgentId> members, long nowMillis) implements TableInput {}

  /** This agent left its level-0 group of its own accord; the others there answer for it. */
  record GroupLeft() implements TableInput {}

  /**
   * An agent is gone from the fabric. Without effect for a member of the group, of which the view
   * tells: gossip's news may be late, and of the agent's earlier life.
   *
   * @param sinceMillis this agent's wall clock when it was found out
   */
  record AgentLost(AgentId agent, long sinceMillis) implements TableInput {}

  /** An agent lives, in another level-0 group. */
  record AgentElsewhere(AgentId agent) implements TableInput {}

  record Received(AgentBoot from, TableMessage message) implements TableInput {}

  /** The timer of {@link TableEffect.SetDigestTimer} is due. */
  record DigestDue() implements TableInput {}

  /** The timer of {@link TableEffect.SetNewsTimer} is due. */
  record NewsDue() implements TableInput {}
}
