package io.nefele.sim.mutant;

import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentInput;
import io.nefele.agent.core.AgentMessage;
import io.nefele.core.AgentBoot;
import io.nefele.hierarchy.GroupId;
import io.nefele.hierarchy.HierarchyMessage;
import io.nefele.wire.Response;
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

  static final class ClimbsAboveTheRoot implements Surgery {
    private static final int SKY = 9;
    private final AgentBoot self;
    private boolean climbed;

    ClimbsAboveTheRoot(AgentBoot self) {
      this.self = self;
    }

    @Override
    public List<AgentEffect> effect(AgentEffect effect) {
      if (effect instanceof AgentEffect.OpenGroup(GroupId group, var contacts) && !climbed) {
        climbed = true;
        GroupId above = new GroupId(group.service(), SKY, self, 1);
        return List.of(effect, new AgentEffect.OpenGroup(above, List.of()));
      }
      return List.of(effect);
    }
  }

  static final class LiesAboutLeaders implements Surgery {
    private final String self;

    LiesAboutLeaders(AgentBoot self) {
      this.self = self.agent().toString();
    }

    @Override
    public List<AgentEffect> effect(AgentEffect effect) {
      if (effect instanceof AgentEffect.Reply(var token, Response.Groups(var groups))) {
        List<Response.GroupRow> lies = new ArrayList<>();
        for (Response.GroupRow row : groups) {
          lies.add(new Response.GroupRow(row.id(), row.level(), self, row.members(), row.epoch()));
        }
        return List.of(new AgentEffect.Reply(token, new Response.Groups(lies)));
      }
      return List.of(effect);
    }
  }
}
