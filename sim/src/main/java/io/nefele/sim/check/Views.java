package io.nefele.sim.check;

import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentInput;
import io.nefele.core.AgentBoot;
import io.nefele.hierarchy.GroupId;
import io.nefele.sim.world.Life;
import io.nefele.sim.world.Watcher;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What each life was told last of the groups that it is in. */
public final class Views implements Watcher {
  /** By the life's serial; looked up, never iterated. */
  private final Map<Integer, SortedMap<GroupId, List<AgentBoot>>> views = new HashMap<>();

  /** The groups that {@code life} was told of and has not left, lowest level first. */
  SortedMap<GroupId, List<AgentBoot>> of(Life life) {
    return views.getOrDefault(life.serial(), new TreeMap<>());
  }

  /** The members of {@code group} as {@code life} was told; none if it was not yet. */
  List<AgentBoot> of(Life life, GroupId group) {
    return of(life).getOrDefault(group, List.of());
  }

  /** Takes note; to be called after all who want to know what was told before. */
  @Override
  public void input(Life life, AgentInput input) {
    if (input instanceof AgentInput.ViewInstalled(var group, var members)) {
      views.computeIfAbsent(life.serial(), unused -> new TreeMap<>()).put(group, members);
    }
  }

  @Override
  public void effect(Life life, AgentEffect effect) {
    if (effect instanceof AgentEffect.CloseGroup(var group)) {
      of(life).remove(group);
    }
  }
}
