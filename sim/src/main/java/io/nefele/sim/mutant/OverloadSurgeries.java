package io.nefele.sim.mutant;

import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentInput;
import io.nefele.agent.core.AgentTimer;
import io.nefele.gossip.GossipMessage;
import io.nefele.gossip.GossipTimer;
import io.nefele.hierarchy.HierarchyTimer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** What goes wrong where there is too much to do. */
final class OverloadSurgeries {
  private static final Duration RUMOUR_INTERVAL = Duration.ofMillis(200);
  private static final Duration POOR_ACK_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration JOIN_TIMEOUT = Duration.ofSeconds(3);

  private OverloadSurgeries() {}

  /** Waits for news to be told no longer than an agent at its best. */
  static final class ShoutsWhenSlow implements Surgery {
    @Override
    public List<AgentEffect> effect(AgentEffect effect) {
      return effect
                  instanceof
                  AgentEffect.SetTimer(
                      AgentTimer.Gossip(GossipTimer.RumoursDue due),
                      Duration delay)
              && delay.compareTo(RUMOUR_INTERVAL) > 0
          ? List.of(new AgentEffect.SetTimer(new AgentTimer.Gossip(due), RUMOUR_INTERVAL))
          : List.of(effect);
    }
  }

  /** Repeats what it has asked last over a stream, a few times whenever it has news. */
  static final class LooksAboutWhenSlow implements Surgery {
    private static final int TIMES = 4;

    private Optional<AgentEffect> last = Optional.empty();
    private boolean poor;

    @Override
    public List<AgentInput> input(AgentInput input) {
      poor &= !(input instanceof AgentInput.GossipArrived(var from, GossipMessage.Ack ack));
      return List.of(input);
    }

    @Override
    public List<AgentEffect> effect(AgentEffect effect) {
      List<AgentEffect> effects = new ArrayList<>(List.of(effect));
      switch (effect) {
        case AgentEffect.SendStream(var to, GossipMessage.Ping ping) -> last = Optional.of(effect);
        case AgentEffect.SetTimer(AgentTimer.Gossip(GossipTimer.AckOverdue due), var delay) ->
            poor = delay.compareTo(POOR_ACK_TIMEOUT) >= 0;
        case AgentEffect.SetTimer(AgentTimer.Gossip(GossipTimer.RumoursDue due), var delay)
            when poor ->
            last.ifPresent(ping -> effects.addAll(Collections.nCopies(TIMES, ping)));
        default -> {}
      }
      return effects;
    }
  }

  static Surgery beginsAnew() {
    return new Surgery() {
      @Override
      public List<AgentEffect> effect(AgentEffect effect) {
        return effect
                instanceof
                AgentEffect.SetTimer(
                    AgentTimer.Hierarchy(var service, HierarchyTimer.ViewOverdue due),
                    var delay)
            ? List.of(
                new AgentEffect.SetTimer(new AgentTimer.Hierarchy(service, due), JOIN_TIMEOUT))
            : List.of(effect);
      }
    };
  }
}
