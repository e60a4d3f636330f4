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
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What goes wrong with groups. */
final class GroupSurgeries {
  private GroupSurgeries() {}

  static Surgery neverCloses() {
    return Surgery.muteOn(effect -> effect instanceof AgentEffect.CloseGroup);
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
                to,
                new AgentMessage.OfHierarchy(
                    new HierarchyMessage.Refused(granted.service(), granted.level(), false))));
      }
      return List.of(effect);
    }
  }

  static Surgery deafAbove() {
    return Surgery.deafTo(
        input -> input instanceof AgentInput.ViewInstalled view && view.group().level() > 0);
  }

  static final class KeepsTheLost implements Surgery {
    private final SortedMap<GroupId, Integer> sizes = new TreeMap<>();

    @Override
    public List<AgentInput> input(AgentInput input) {
      if (input instanceof AgentInput.ViewInstalled(var group, var members)) {
        Integer before = sizes.put(group, members.size());
        return before == null || before <= members.size() ? List.of(input) : List.of();
      }
      return List.of(input);
    }
  }

  static final class ClimbsAboveTheRoot implements Surgery {
    private final AgentBoot self;
    private final int level;
    private boolean climbed;

    ClimbsAboveTheRoot(AgentBoot self, int level) {
      this.self = self;
      this.level = level;
    }

    @Override
    public List<AgentEffect> effect(AgentEffect effect) {
      if (effect instanceof AgentEffect.OpenGroup(GroupId group, var contacts) && !climbed) {
        climbed = true;
        GroupId above = new GroupId(group.service(), level, self, 1);
        return List.of(effect, new AgentEffect.OpenGroup(above, List.of()));
      }
      return List.of(effect);
    }
  }

  /** The last member of a view gets it in another order. */
  static AgentInput reordered(AgentBoot at, AgentInput input) {
    if (input instanceof AgentInput.ViewInstalled(var group, var members)
        && members.size() > 2
        && members.getLast().equals(at)) {
      List<AgentBoot> other = new ArrayList<>(members);
      other.add(1, other.removeLast());
      return new AgentInput.ViewInstalled(group, other);
    }
    return input;
  }

  /** Everybody sees a member that nobody is. */
  static AgentInput haunted(AgentInput input) {
    if (input instanceof AgentInput.ViewInstalled(var group, var members)) {
      List<AgentBoot> more = new ArrayList<>(members);
      more.add(new AgentBoot(members.getFirst().agent(), Integer.MAX_VALUE));
      return new AgentInput.ViewInstalled(group, more);
    }
    return input;
  }

  static final class LeavesWithItsLeader implements Surgery {
    private final AgentBoot self;
    private final SortedMap<GroupId, AgentBoot> leaders = new TreeMap<>();

    LeavesWithItsLeader(AgentBoot self) {
      this.self = self;
    }

    @Override
    public List<AgentInput> input(AgentInput input) {
      if (input instanceof AgentInput.ViewInstalled(var group, var members)) {
        AgentBoot before = leaders.put(group, members.getFirst());
        if (before != null && !members.contains(before)) {
          List<AgentBoot> without = new ArrayList<>(members);
          without.remove(self);
          return List.of(input, new AgentInput.ViewInstalled(group, without));
        }
      }
      return List.of(input);
    }
  }

  static Surgery hasNoDeputies() {
    return Surgery.muteOn(
        effect ->
            effect
                instanceof
                AgentEffect.Send(var to, AgentMessage.OfHierarchy(HierarchyMessage.Mirror mirror)));
  }

  static final class IsRestless implements Surgery {
    private final SortedSet<GroupId> open = new TreeSet<>();

    @Override
    public List<AgentEffect> effect(AgentEffect effect) {
      return switch (effect) {
        case AgentEffect.OpenGroup(var group, var contacts) -> {
          open.add(group);
          yield List.of(effect);
        }
        case AgentEffect.CloseGroup(var group) -> {
          open.remove(group);
          yield List.of(effect);
        }
        case AgentEffect.SendDatagram datagram when !open.isEmpty() ->
            List.of(
                effect,
                new AgentEffect.CloseGroup(open.first()),
                new AgentEffect.OpenGroup(open.first(), List.of()));
        default -> List.of(effect);
      };
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
