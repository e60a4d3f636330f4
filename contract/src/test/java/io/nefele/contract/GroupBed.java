package io.nefele.contract;

import io.nefele.core.AgentBoot;
import io.nefele.hierarchy.GroupId;
import java.util.List;

/**
 * Agents that do nothing but use a group transport, and the links between them. All they do and
 * hear goes to a {@link Trace}.
 */
public interface GroupBed extends AutoCloseable {

  /** Starts an agent that all others know, and that knows them. */
  AgentBoot start();

  /** Starts the next life of a crashed agent, where the last one listened. */
  AgentBoot restart(AgentBoot crashed);

  void open(AgentBoot agent, GroupId group, List<AgentBoot> contacts);

  void close(AgentBoot agent, GroupId group);

  /** Broadcasts a number that the agent has not used in this group. */
  void broadcast(AgentBoot agent, GroupId group, int number);

  /** Sends a number that the pair has not used. */
  void send(AgentBoot from, AgentBoot to, int number);

  /** Kills the agent: its connections break, nobody is told. */
  void crash(AgentBoot agent);

  /** Nothing gets from one side to the other any more, while no connection breaks. */
  void cut(List<AgentBoot> side, List<AgentBoot> other);

  void heal();

  Trace trace();

  /**
   * Lets time go by until {@code condition} holds of the trace.
   *
   * @throws AssertionError if it does not within the bed's patience
   */
  void await(String what, Trace.Condition condition);

  @Override
  void close();
}
