package io.nefele.sim.mutant;

import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentMessage;
import io.nefele.core.AgentId;
import io.nefele.hierarchy.relay.Answer;
import io.nefele.hierarchy.relay.RelayMessage;
import java.util.List;

/** What goes wrong with questions to all agents. */
final class RelaySurgeries {
  private RelaySurgeries() {}

  static final class HandsOverTwice implements Surgery {
    @Override
    public List<AgentEffect> effect(AgentEffect effect) {
      return effect instanceof AgentEffect.Questioned ? List.of(effect, effect) : List.of(effect);
    }
  }

  static final class AnswersForOthers implements Surgery {
    @Override
    public List<AgentEffect> effect(AgentEffect effect) {
      if (effect
          instanceof
          AgentEffect.Send(
              var to,
              AgentMessage.OfRelay(RelayMessage.Answered(var id, Answer answer)))) {
        Answer other = new Answer(new AgentId(answer.agent().value() ^ 1), answer.content());
        return List.of(
            effect,
            new AgentEffect.Send(
                to, new AgentMessage.OfRelay(new RelayMessage.Answered(id, other))));
      }
      return List.of(effect);
    }
  }

  static Surgery passesNothingOn() {
    return Surgery.muteOn(
        effect -> effect instanceof AgentEffect.Send(var to, AgentMessage.OfRelay relay));
  }
}
