package io.nefele.sim.world;

import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentInput;
import io.nefele.sim.plan.Fault;

/**
 * Sees everything that happens, in order, on the simulation's thread. Throws {@link Violation} if
 * it must not have happened.
 */
public interface Watcher {

  /** A life began; its first input follows. */
  default void began(Life life) {}

  /** A life ended: by a crash, a goodbye or because a later one took over. */
  default void ended(Life life, String how) {}

  /** A fault is about to be done. */
  default void fault(Fault fault) {}

  /** An input is about to be taken. */
  default void input(Life life, AgentInput input) {}

  /** An effect is about to be carried out. */
  default void effect(Life life, AgentEffect effect) {}
}
