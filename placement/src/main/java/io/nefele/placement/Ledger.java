package io.nefele.placement;

import io.nefele.core.InvariantViolation;
import io.nefele.core.ProcessId;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What this server has promised. Held + granted never exceeds the capacity, whatever requesters do:
 * every change that takes is checked here. What was adopted after a restart may exceed it (the
 * owner may have made the server smaller); then nothing new is taken.
 */
final class Ledger {
  private final Resources capacity;
  private final SortedMap<RequestKey, Resources> held = new TreeMap<>();
  private final SortedMap<ProcessId, Grant> granted = new TreeMap<>();
  private Resources used = Resources.NONE;

  private record Grant(Resources amount, Tags tags) {}

  Ledger(Resources capacity) {
    this.capacity = capacity;
  }

  Resources capacity() {
    return capacity;
  }

  Resources free() {
    return capacity.minusAtMost(used);
  }

  /** How many processes run here or are about to. */
  int processes() {
    return granted.size();
  }

  boolean isGranted(ProcessId process) {
    return granted.containsKey(process);
  }

  /** What {@code process} was granted; nothing if it was granted nothing. */
  Resources granted(ProcessId process) {
    Grant grant = granted.get(process);
    return grant == null ? Resources.NONE : grant.amount;
  }

  /** What is known of {@code process}, which was granted something. */
  Tags tags(ProcessId process) {
    Grant grant = granted.get(process);
    if (grant == null) {
      throw new InvariantViolation("nothing was granted to " + process);
    }
    return grant.tags;
  }

  /** Those that were granted something and are outranked by {@code claimant}. */
  List<ProcessId> outrankedBy(Claimant claimant) {
    return granted.entrySet().stream()
        .filter(entry -> claimant.outranks(entry.getValue().tags))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** What is held for {@code key}. */
  Resources held(RequestKey key) {
    return held.getOrDefault(key, Resources.NONE);
  }

  /** Holds {@code amount} for {@code key} in place of what was held before, if there is room. */
  boolean hold(RequestKey key, Resources amount) {
    unhold(key);
    if (!free().covers(amount)) {
      return false;
    }
    held.put(key, amount);
    use(amount);
    return true;
  }

  void unhold(RequestKey key) {
    Resources amount = held.remove(key);
    if (amount != null) {
      used = used.minus(amount);
    }
  }

  /**
   * Turns what is held for {@code key} into grants to {@code processes}, which are in the order of
   * {@code components}.
   */
  void grant(RequestKey key, List<ProcessId> processes, List<Component> components) {
    Resources amount = Wanted.sum(Component.wanted(components));
    InvariantViolation.check(
        amount.equals(held.get(key)), () -> "granted " + amount + ", held " + held.get(key));
    unhold(key);
    Iterator<ProcessId> next = processes.iterator();
    for (Component component : components) {
      for (int i = 0; i < component.count(); i++) {
        adopt(next.next(), component.template().demand(), component.template().tags());
      }
    }
  }

  void adopt(ProcessId process, Resources amount, Tags tags) {
    granted.put(process, new Grant(amount, tags));
    use(amount);
  }

  /** How many processes of {@code target} run here or are about to. */
  int running(Target target) {
    return (int) granted.values().stream().filter(grant -> target.matches(grant.tags)).count();
  }

  /** Whether anything is held that has not become a grant. */
  boolean holdsAnything() {
    return !held.isEmpty();
  }

  void release(ProcessId process) {
    Grant grant = granted.remove(process);
    if (grant != null) {
      used = used.minus(grant.amount);
    }
  }

  private void use(Resources amount) {
    used = used.plus(amount);
  }
}
