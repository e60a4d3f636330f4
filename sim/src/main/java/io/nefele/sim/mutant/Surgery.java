package io.nefele.sim.mutant;

import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentInput;
import java.util.List;
import java.util.function.Predicate;

/** What is done to one life of a mutant: its inputs and effects are changed on their way. */
interface Surgery {

  /** The inputs that the core gets in place of {@code input}. */
  default List<AgentInput> input(AgentInput input) {
    return List.of(input);
  }

  /** The effects that the world gets in place of {@code effect}. */
  default List<AgentEffect> effect(AgentEffect effect) {
    return List.of(effect);
  }

  /** Inputs that the core gets after the step, as if the world had given them. */
  default List<AgentInput> afterwards() {
    return List.of();
  }

  /** Of a life whose core does not get the inputs that are {@code unheard}. */
  static Surgery deafTo(Predicate<AgentInput> unheard) {
    return new Surgery() {
      @Override
      public List<AgentInput> input(AgentInput input) {
        return unheard.test(input) ? List.of() : List.of(input);
      }
    };
  }

  /** Of a life whose effects that are {@code undone} the world does not get. */
  static Surgery muteOn(Predicate<AgentEffect> undone) {
    return new Surgery() {
      @Override
      public List<AgentEffect> effect(AgentEffect effect) {
        return undone.test(effect) ? List.of() : List.of(effect);
      }
    };
  }
}
