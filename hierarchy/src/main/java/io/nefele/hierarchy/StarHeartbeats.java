package io.nefele.hierarchy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The failure detector of one member of a group: finds who fell silent without closing a connection
 * (frozen, or cut off), for few messages. At rest members exchange heartbeats with their leader
 * alone, so a group of n sends 2(n - 1) in a period and not n(n - 1). Whoever misses one of those
 * it waits for raises an alarm; for a while after it everybody beats to everybody, as whoever is
 * next in line can only take over if it knows who is silent besides the leader.
 *
 * <p>Not thread-safe. Times are in nanoseconds, of any origin.
 *
 * @param <M> what names a member
 */
public final class StarHeartbeats<M> {

  /**
   * What is to be done now.
   *
   * @param recipients to whom a heartbeat goes
   * @param alarm whether that heartbeat raises an alarm
   * @param suspects who has been silent for too long
   * @param nextNanos after what time to look again
   */
  public record Round<M>(List<M> recipients, boolean alarm, List<M> suspects, long nextNanos) {}

  private final M self;
  private final long periodNanos;
  private final long silenceNanos;
  private final Map<M, Long> heardNanos = new LinkedHashMap<>();
  private final Map<M, Long> disownedNanos = new LinkedHashMap<>();
  private List<M> members = List.of();
  private boolean alarmed;
  private long alarmEndsNanos;
  private boolean looking;
  private long lookAgainNanos;

  /**
   * @param periodNanos the time between two heartbeats
   * @param silenceNanos after how long without a sign of life a member is suspected; two periods at
   *     least
   */
  public StarHeartbeats(M self, long periodNanos, long silenceNanos) {
    if (periodNanos <= 0 || silenceNanos / 2 < periodNanos) {
      throw new IllegalArgumentException(
          "0 < period <= silence / 2 must hold: " + periodNanos + ", " + silenceNanos);
    }
    this.self = self;
    this.periodNanos = periodNanos;
    this.silenceNanos = silenceNanos;
  }

  /** The group has the members {@code view} now, its leader first. */
  public void view(long now, List<M> view) {
    List<M> before = peers();
    members = List.copyOf(view);
    disownedNanos.clear();
    heardNanos.keySet().retainAll(members);
    for (M member : peers()) {
      if (!before.contains(member)) {
        heardNanos.put(member, now);
      }
    }
  }

  /** Something came from {@code member}; anything counts. */
  public void heard(long now, M member) {
    heardNanos.replace(member, now);
  }

  /**
   * Whether {@code member}, which sent a heartbeat, has been taken out of the group without
   * knowing, as it was frozen or cut off, and is to be told. Only the leader can say so: others may
   * not have heard yet of who has just joined.
   */
  public boolean isStranger(M member) {
    return leads() && !members.contains(member);
  }

  /**
   * {@code by} says that this one is not in its view.
   *
   * @return whether this one has been taken out of the group. One answer is not enough: it may have
   *     been on its way for longer than this one's present view.
   */
  public boolean disowned(long now, M by) {
    if (!members.contains(by)) {
      return false;
    }
    Long first = disownedNanos.putIfAbsent(by, now);
    return first != null && now - first >= periodNanos / 2;
  }

  /**
   * Who leads before this one can, if {@code suspects} are dead: the first two of them. Their turn
   * comes now, and at rest nothing tells this one whether they live.
   */
  public List<M> nextInLine(Collection<M> suspects) {
    return members.stream()
        .takeWhile(member -> !member.equals(self))
        .filter(member -> !suspects.contains(member))
        .limit(2)
        .toList();
  }

  /**
   * Somebody misses the leader's heartbeat.
   *
   * @return to whom a heartbeat goes at once: to all if this is news, else to nobody
   */
  public List<M> alarm(long now) {
    boolean news = !alarmed;
    List<M> before = peers();
    alarmed = true;
    alarmEndsNanos = now + 2 * silenceNanos;
    for (M member : peers()) {
      if (!before.contains(member)) {
        // It owed this member nothing until now; it has the other half to be heard.
        heardNanos.put(member, now - silenceNanos / 2);
      }
    }
    return news ? others() : List.of();
  }

  /** To be called when the time that the last round told has passed, or earlier. */
  public Round<M> round(long now) {
    if (alarmed && now - alarmEndsNanos >= 0) {
      alarmed = false;
    }
    if (looking && now - lookAgainNanos > periodNanos) {
      // Who comes that late itself has not listened either.
      heardNanos.replaceAll((member, heard) -> Math.max(heard, now - silenceNanos / 2));
    }
    List<M> suspects = new ArrayList<>();
    boolean leaderMissing = false;
    long next = periodNanos;
    for (M member : peers()) {
      long silent = now - heardNanos.getOrDefault(member, now);
      if (silent >= silenceNanos) {
        suspects.add(member);
      } else if (silent > periodNanos + periodNanos / 2) {
        leaderMissing |= member.equals(members.getFirst());
        next = Math.min(next, silenceNanos - silent);
      }
    }
    if (leaderMissing) {
      List<M> unused = alarm(now);
    }
    looking = true;
    lookAgainNanos = now + next;
    return new Round<>(peers(), leaderMissing, List.copyOf(suspects), next);
  }

  /** From whom heartbeats are due, and to whom they go: at rest the leader and all others. */
  private List<M> peers() {
    return alarmed || leads() ? others() : members.isEmpty() ? List.of() : members.subList(0, 1);
  }

  private boolean leads() {
    return !members.isEmpty() && members.getFirst().equals(self);
  }

  private List<M> others() {
    return members.stream().filter(member -> !member.equals(self)).toList();
  }
}
