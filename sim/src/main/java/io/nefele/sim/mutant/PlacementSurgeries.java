package io.nefele.sim.mutant;

import io.nefele.agent.core.AgentConfig;
import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentInput;
import io.nefele.agent.core.AgentProfile;
import io.nefele.core.ProcessId;
import io.nefele.placement.Resources;
import io.nefele.wire.Response;
import java.util.ArrayList;
import java.util.List;

/** What goes wrong with spawns. */
final class PlacementSurgeries {
  private PlacementSurgeries() {}

  /** Twice the capacity. */
  static AgentConfig boasting(AgentConfig config) {
    AgentProfile profile = config.profile();
    Resources twice = profile.capacity().times(2);
    return new AgentConfig(
        config.self(),
        config.gossip(),
        config.membership(),
        new AgentProfile(
            profile.name(),
            profile.number(),
            profile.messages(),
            profile.isolation(),
            profile.limits(),
            twice,
            twice,
            profile.facts(),
            profile.interests(),
            profile.outside(),
            profile.groups()),
        config.services(),
        config.bundleBytesMax());
  }

  static final class LetsGoEarly implements Surgery {
    private final List<ProcessId> gated = new ArrayList<>();

    @Override
    public List<AgentInput> input(AgentInput input) {
      if (input instanceof AgentInput.ProcessGated(var process)) {
        gated.add(process);
      }
      return List.of(input);
    }

    @Override
    public List<AgentEffect> effect(AgentEffect effect) {
      if (gated.isEmpty()) {
        return List.of(effect);
      }
      AgentEffect release = new AgentEffect.Release(List.copyOf(gated));
      gated.clear();
      return List.of(effect, release);
    }
  }

  static final class Miscounts implements Surgery {
    @Override
    public List<AgentEffect> effect(AgentEffect effect) {
      return effect instanceof AgentEffect.Reply(var token, Response.Spawned(var ids))
          ? List.of(
              new AgentEffect.Reply(token, new Response.Spawned(ids.subList(0, ids.size() - 1))))
          : List.of(effect);
    }
  }

  static Surgery neverAborts() {
    return Surgery.muteOn(effect -> effect instanceof AgentEffect.Abort);
  }

  static final class SplitsASpawn implements Surgery {
    @Override
    public List<AgentEffect> effect(AgentEffect effect) {
      return effect instanceof AgentEffect.Release(var processes)
          ? List.of(new AgentEffect.Abort(processes))
          : List.of(effect);
    }
  }

  static Surgery forgetsWithWhom() {
    return Surgery.muteOn(effect -> effect instanceof AgentEffect.KeepOpenRequest);
  }

  static Surgery callsAllSpawnsOpen() {
    return Surgery.muteOn(effect -> effect instanceof AgentEffect.ForgetOpenRequest);
  }

  static Surgery forgetsExits() {
    return Surgery.deafTo(input -> input instanceof AgentInput.ProcessExited);
  }
}
