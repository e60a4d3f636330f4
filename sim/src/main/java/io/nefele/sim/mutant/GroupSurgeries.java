package io.nefele.sim.mutant;

import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentInput;
import io.nefele.agent.core.AgentMessage;
import io.nefele.core.AgentBoot;
import io.nefele.hierarchy.HierarchyMessage;
import java.util.ArrayList;
import java.util.List;

/** What goes wrong with groups. */
final class GroupSurgeries {
  private GroupSurgeries() {}

  static final class NeverCloses implements Surgery {
    @Override
    public List<AgentEffect> effect(AgentEffect effect) {
      return effect instanceof AgentEffect.CloseGroup ? List.of() : List.of(effect);
    }
  }

  static final class MisreadsViews implements Surgery {
    private final AgentBoot self;

    MisreadsViews(AgentBoot self) {
      this.self = self;
    }

    @Override
    public List<AgentInput> input(AgentInput input) {
      if (input instanceof AgentInput.ViewInstalled(var group, var members)
          && members.contains(self)) {
        List<AgentBoot> misread = new ArrayList<>(members);
        misread.remove(self);
        misread.addFirst(self);
        return List.of(new AgentInput.ViewInstalled(group, misread));
      }
      return List.of(input);
    }
  }

  static final class RefusesAll implements Surgery {
    @Override
    public List<AgentEffect> effect(AgentEffect effect) {
      if (effect
          instanceof
          AgentEffect.Send(var to, AgentMessage.OfHierarchy(HierarchyMessage.Granted granted))) {
        return List.of(
            new AgentEffect.Send(
                to, new AgentMessage.OfHierarchy(new HierarchyMessage.Refused(granted.level()))));
      }
      return List.of(effect);
    }
  }

  static final class DeafAbove implements Surgery {
    @Override
    public List<AgentInput> input(AgentInput input) {
      return input instanceof AgentInput.ViewInstalled view && view.group().level() > 0
          ? List.of()
          : List.of(input);
    }
  }
}
