package io.nefele.contract;

import io.nefele.core.AgentBoot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The rules about the broadcasts in one group. Their numbers are different for each sender. */
final class BroadcastRules {
  private static final int NONE = -1;

  /** A sender's broadcast, with the view in which it was sent; empty before the first one. */
  private record Post(int number, List<AgentBoot> view) {}

  private record Pair(AgentBoot at, AgentBoot from) {}

  private final Map<AgentBoot, List<Post>> posts = new LinkedHashMap<>();
  private final Map<AgentBoot, List<AgentBoot>> current = new LinkedHashMap<>();
  private final Map<Pair, Set<Integer>> delivered = new HashMap<>();
  private final Map<Pair, Integer> lastIndex = new HashMap<>();
  private final Map<Pair, Boolean> together = new HashMap<>();

  void opened(AgentBoot agent) {
    current.put(agent, List.of());
    delivered.keySet().removeIf(pair -> pair.at.equals(agent));
    lastIndex.keySet().removeIf(pair -> pair.at.equals(agent));
    posts.put(agent, new ArrayList<>(posts.getOrDefault(agent, List.of())));
  }

  void gone(AgentBoot agent) {
    current.remove(agent);
    together.keySet().removeIf(pair -> pair.at.equals(agent) || pair.from.equals(agent));
  }

  void installed(AgentBoot at, List<AgentBoot> members) {
    for (AgentBoot former : current.getOrDefault(at, List.of())) {
      if (!members.contains(former)) {
        lastIndex.remove(new Pair(at, former));
        together.put(new Pair(at, former), false);
      }
    }
    current.put(at, members);
  }

  void sent(AgentBoot from, int number) {
    posts
        .computeIfAbsent(from, unused -> new ArrayList<>())
        .add(new Post(number, current.getOrDefault(from, List.of())));
  }

  void delivered(AgentBoot at, AgentBoot from, int number) {
    Pair pair = new Pair(at, from);
    int index = indexOf(from, number);
    if (index == NONE) {
      throw new RuleBroken(
          Rule.NOTHING_IS_INVENTED, at + " heard " + number + " that " + from + " never said");
    }
    if (!delivered.computeIfAbsent(pair, unused -> new HashSet<>()).add(number)) {
      throw new RuleBroken(Rule.DELIVERED_ONCE, at + " heard " + number + " twice from " + from);
    }
    int last = lastIndex.getOrDefault(pair, NONE);
    if (last != NONE && index != last + 1) {
      throw new RuleBroken(
          Rule.FIFO_BROADCASTS,
          at + " heard broadcast #" + index + " of " + from + " after #" + last);
    }
    lastIndex.put(pair, index);
  }

  void settled() {
    posts.forEach(
        (from, all) -> {
          for (Post post : all) {
            for (AgentBoot member : post.view) {
              checkArrived(member, from, post.number);
            }
          }
        });
  }

  /** Whoever has been in the sender's view ever since it was sent must have it. */
  private void checkArrived(AgentBoot member, AgentBoot from, int number) {
    boolean stayed =
        current.getOrDefault(from, List.of()).contains(member)
            && current.getOrDefault(member, List.of()).contains(from)
            && together.getOrDefault(new Pair(member, from), true)
            && together.getOrDefault(new Pair(from, member), true);
    if (stayed && !delivered.getOrDefault(new Pair(member, from), Set.of()).contains(number)) {
      throw new RuleBroken(
          Rule.BROADCASTS_ARRIVE, member + " never heard " + number + " from " + from);
    }
  }

  private int indexOf(AgentBoot from, int number) {
    List<Post> all = posts.getOrDefault(from, List.of());
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).number == number) {
        return i;
      }
    }
    return NONE;
  }
}
