package io.nefele.placement;

import io.nefele.core.ProcessId;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Which processes of this server give way to which request: those of the same tenant with a lower
 * priority, the lowest first and of those the youngest, and no more than have to. Being chosen ends
 * none of them. What each leaves when it ends is held for the request, so that nobody else gets it.
 */
final class Preemption {
  private final Ledger ledger;
  private final Predicate<ProcessId> mayGiveWay;

  /** To which request a process is to give way. */
  private final SortedMap<ProcessId, RequestKey> chosen = new TreeMap<>();

  /** What the requests for which processes are chosen need in all. */
  private final SortedMap<RequestKey, Resources> wanted = new TreeMap<>();

  /**
   * @param mayGiveWay whether a process is not in the middle of being started
   */
  Preemption(Ledger ledger, Predicate<ProcessId> mayGiveWay) {
    this.ledger = ledger;
    this.mayGiveWay = mayGiveWay;
  }

  /** What would come free if all gave way to {@code claimant} that are not chosen already. */
  Resources reach(Claimant claimant) {
    Resources sum = Resources.NONE;
    for (ProcessId process : candidates(claimant)) {
      sum = sum.plus(ledger.granted(process));
    }
    return sum;
  }

  private List<ProcessId> candidates(Claimant claimant) {
    return ledger.outrankedBy(claimant).stream()
        .filter(process -> !chosen.containsKey(process) && mayGiveWay.test(process))
        .toList();
  }

  /**
   * Holds what is free of {@code amount} for {@code key}, and chooses who is to give way for the
   * rest.
   *
   * @return whether that is enough; if not, nothing is held and nobody chosen
   */
  boolean choose(RequestKey key, Resources amount, Claimant claimant) {
    release(key);
    ledger.unhold(key);
    Resources free = amount.min(ledger.free());
    Optional<List<ProcessId>> victims = victims(amount.minus(free), claimant);
    if (victims.isEmpty()) {
      return false;
    }
    ledger.hold(key, free);
    wanted.put(key, amount);
    victims.get().forEach(process -> chosen.put(process, key));
    return true;
  }

  private Optional<List<ProcessId>> victims(Resources missing, Claimant claimant) {
    List<ProcessId> inOrder =
        candidates(claimant).stream()
            .sorted(
                Comparator.comparingInt((ProcessId process) -> ledger.tags(process).priority())
                    .thenComparing(Comparator.reverseOrder()))
            .toList();
    return new Victims<>(ledger::granted, Resources.NONE, Resources::plus, Resources::minus)
        .choose(inOrder, left -> left.covers(missing));
  }

  /** Who is to give way to {@code key} and has not ended. */
  SortedSet<ProcessId> of(RequestKey key) {
    SortedSet<ProcessId> its = new TreeSet<>();
    chosen.forEach(
        (process, request) -> {
          if (request.equals(key)) {
            its.add(process);
          }
        });
    return its;
  }

  /** Whether room for {@code key} was found this way, and is held or being made. */
  boolean isFor(RequestKey key) {
    return wanted.containsKey(key);
  }

  /** Nobody gives way to {@code key} any more; what has been told to end does so. */
  void release(RequestKey key) {
    if (wanted.remove(key) != null) {
      chosen.values().removeIf(key::equals);
    }
  }

  /**
   * A process has ended, and the ledger has what it was granted back.
   *
   * @return the request for which that is held now
   */
  Optional<RequestKey> ended(ProcessId process) {
    RequestKey key = chosen.remove(process);
    Resources amount = key == null ? null : wanted.get(key);
    if (key == null || amount == null) {
      return Optional.empty();
    }
    ledger.hold(key, amount.min(ledger.held(key).plus(ledger.free())));
    return Optional.of(key);
  }
}
