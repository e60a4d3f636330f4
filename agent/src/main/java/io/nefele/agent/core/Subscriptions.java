package io.nefele.agent.core;

import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import io.nefele.mailbox.Interest;
import io.nefele.mailbox.StoredState;
import io.nefele.mailbox.Subscription;
import io.nefele.wire.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What the mailboxes of this server have subscribed to. */
final class Subscriptions {
  private final SortedMap<ProcessId, List<Subscription>> byMailbox = new TreeMap<>();

  /** What was kept with the mailboxes that are still open. */
  static SortedMap<ProcessId, List<Subscription>> kept(
      SortedMap<ProcessId, StoredState> mailboxes, Directory directory) {
    SortedMap<ProcessId, List<Subscription>> kept = new TreeMap<>();
    mailboxes.forEach(
        (mailbox, state) -> {
          if (directory.ownRow(mailbox).filter(row -> row.state().isLive()).isPresent()) {
            kept.put(mailbox, Subscription.fromBytes(state.note()));
          }
        });
    return kept;
  }

  /** Adds {@code subscription}, in place of one of the same pattern. */
  void put(ProcessId mailbox, Subscription subscription) {
    remove(mailbox, subscription.pattern());
    byMailbox.computeIfAbsent(mailbox, unused -> new ArrayList<>()).add(subscription);
  }

  /** Takes over what was kept with a mailbox. */
  void recover(ProcessId mailbox, List<Subscription> kept) {
    kept.forEach(subscription -> put(mailbox, subscription));
  }

  /** Whether there was one. */
  boolean remove(ProcessId mailbox, String pattern) {
    List<Subscription> its = byMailbox.get(mailbox);
    if (its == null) {
      return false;
    }
    boolean removed = its.removeIf(subscription -> subscription.pattern().equals(pattern));
    if (its.isEmpty()) {
      byMailbox.remove(mailbox);
    }
    return removed;
  }

  /** Whether it had any. */
  boolean removeAll(ProcessId mailbox) {
    return byMailbox.remove(mailbox) != null;
  }

  List<Subscription> of(ProcessId mailbox) {
    return List.copyOf(byMailbox.getOrDefault(mailbox, List.of()));
  }

  /** Who gets what is published to {@code topic}, each once, by the first pattern that fits. */
  SortedMap<ProcessId, Subscription> subscribers(Name tenant, String topic) {
    SortedMap<ProcessId, Subscription> found = new TreeMap<>();
    byMailbox.forEach(
        (mailbox, subscriptions) -> {
          Optional<Subscription> fitting =
              subscriptions.stream()
                  .filter(its -> its.tenant().equals(tenant))
                  .filter(its -> Topic.matches(its.pattern(), topic))
                  .findFirst();
          fitting.ifPresent(subscription -> found.put(mailbox, subscription));
        });
    return found;
  }

  SortedSet<Interest> interests() {
    SortedSet<Interest> interests = new TreeSet<>();
    for (List<Subscription> subscriptions : byMailbox.values()) {
      subscriptions.forEach(its -> interests.add(new Interest(its.tenant(), its.pattern())));
    }
    return interests;
  }
}
