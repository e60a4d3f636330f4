package io.nefele.sim.mutant;

import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentMessage;
import io.nefele.sim.world.Clients;
import io.nefele.table.history.HistoryMessage;
import io.nefele.table.history.ProgramUse;
import java.util.List;
import java.util.stream.Stream;

/** What goes wrong with what is known of programs. */
final class HistorySurgeries {
  private HistorySurgeries() {}

  static Surgery keepsHistoriesToItself() {
    return Surgery.muteOn(
        effect -> effect instanceof AgentEffect.Send(var to, AgentMessage.OfHistory history));
  }

  /** Tells of all programs as of those of one tenant, too. */
  static final class MixesTenants implements Surgery {
    @Override
    public List<AgentEffect> effect(AgentEffect effect) {
      return effect
              instanceof
              AgentEffect.Send(var to, AgentMessage.OfHistory(HistoryMessage.News(var uses)))
          ? List.of(
              new AgentEffect.Send(
                  to,
                  new AgentMessage.OfHistory(
                      new HistoryMessage.News(
                          uses.stream()
                              .flatMap(use -> Stream.of(use, asOfTheSmall(use)))
                              .toList()))))
          : List.of(effect);
    }

    private static ProgramUse asOfTheSmall(ProgramUse use) {
      ProgramUse.Key key = use.key();
      return new ProgramUse(
          new ProgramUse.Key(Clients.SMALL_TENANT, key.program(), key.origin()),
          use.stamp(),
          use.label(),
          use.runs(),
          use.memory(),
          use.cpu());
    }
  }
}
