package io.nefele.sim.mutant;

import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentInput;
import io.nefele.agent.core.AgentMessage;
import io.nefele.agent.depot.DepotEffect;
import io.nefele.agent.depot.DepotMessage;
import io.nefele.core.Bytes;
import java.util.List;

/** What goes wrong with programs on their way. */
final class ShippingSurgeries {
  private ShippingSurgeries() {}

  /** Has checked a chunk, and writes another. */
  static final class KeepsWhatItDidNotCheck implements Surgery {
    @Override
    public List<AgentEffect> effect(AgentEffect effect) {
      return effect
              instanceof AgentEffect.OfDepot(DepotEffect.Keep(var key, int chunk, var content))
          ? List.of(new AgentEffect.OfDepot(new DepotEffect.Keep(key, chunk, Bytes.utf8("other"))))
          : List.of(effect);
    }
  }

  static Surgery keepsProgramsToItself() {
    return Surgery.deafTo(
        input ->
            input
                instanceof
                AgentInput.MessageArrived(var from, AgentMessage.OfDepot(DepotMessage.Ask ask)));
  }
}
