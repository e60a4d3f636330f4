package io.nefele.contract;

import io.nefele.core.AgentBoot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The rules about the views of one group. The port gives views no number, so they are told apart by
 * their members; a member that has left and opened the group again under the same boot may stand in
 * an old view and in a new one, so that views with it are compared at each member alone.
 */
final class GroupViews {
  private final Map<AgentBoot, Integer> openings = new HashMap<>();
  private final Map<AgentBoot, List<List<AgentBoot>>> installed = new LinkedHashMap<>();
  private final Map<AgentBoot, Set<AgentBoot>> missed = new HashMap<>();
  private final Map<Set<AgentBoot>, List<AgentBoot>> orders = new HashMap<>();

  void opened(AgentBoot agent) {
    openings.merge(agent, 1, Integer::sum);
    installed.put(agent, new ArrayList<>());
    missed.put(agent, new HashSet<>());
    missed.values().forEach(gone -> gone.remove(agent));
  }

  void gone(AgentBoot agent) {
    installed.remove(agent);
    missed.remove(agent);
  }

  void installed(AgentBoot at, List<AgentBoot> members) {
    List<List<AgentBoot>> before = installed.getOrDefault(at, List.of());
    checkMembers(at, members);
    if (!before.isEmpty()) {
      checkSuccessor(at, before.getLast(), members);
    }
    if (members.stream().allMatch(member -> openings.getOrDefault(member, 0) == 1)) {
      checkAgreement(at, members);
    }
    before.add(members);
  }

  void settled() {
    installed.forEach(
        (agent, all) -> {
          if (all.isEmpty()) {
            throw new RuleBroken(Rule.VIEWS_SETTLE, agent + " has no view");
          }
          for (AgentBoot member : all.getLast()) {
            List<List<AgentBoot>> theirs = installed.getOrDefault(member, List.of());
            if (theirs.isEmpty() || !theirs.getLast().equals(all.getLast())) {
              throw new RuleBroken(
                  Rule.VIEWS_SETTLE,
                  agent + " rests in " + all.getLast() + ", " + member + " in " + theirs);
            }
          }
        });
  }

  private void checkMembers(AgentBoot at, List<AgentBoot> members) {
    boolean once = new HashSet<>(members).size() == members.size();
    if (!once || !members.contains(at) || !openings.keySet().containsAll(members)) {
      throw new RuleBroken(Rule.VIEWS_HOLD_MEMBERS, at + " installed " + members);
    }
  }

  private void checkSuccessor(AgentBoot at, List<AgentBoot> before, List<AgentBoot> members) {
    Set<AgentBoot> gone = missed.getOrDefault(at, new HashSet<>());
    if (members.stream().anyMatch(gone::contains)) {
      throw new RuleBroken(
          Rule.THE_GONE_STAY_GONE, at + " installed " + members + " without " + gone + " before");
    }
    List<AgentBoot> stayed = GroupRules.common(before, members);
    if (!members.subList(0, stayed.size()).equals(stayed)) {
      throw new RuleBroken(Rule.JOINS_APPEND, at + " installed " + members + " after " + before);
    }
    before.stream().filter(member -> !members.contains(member)).forEach(gone::add);
  }

  private void checkAgreement(AgentBoot at, List<AgentBoot> members) {
    List<AgentBoot> order = orders.putIfAbsent(Set.copyOf(members), members);
    if (order != null && !order.equals(members)) {
      throw new RuleBroken(
          Rule.VIEWS_AGREE, at + " installed " + members + ", others installed " + order);
    }
  }
}
