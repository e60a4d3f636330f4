package io.nefele.placement;

import io.nefele.core.AgentId;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The requests whose processes this server has let go without having heard that all of them run:
 * with whom they are is on its disk, so that it asks them also after a crash of its own.
 */
final class OpenRequests {
  private static final int SETTLED_REMEMBERED = 4096;

  private final SortedSet<RequestKey> kept = new TreeSet<>();

  /** Of which it was heard that all run, the oldest first. */
  private final SequencedSet<RequestKey> settled = new LinkedHashSet<>();

  private final List<PlacementEffect> effects;

  /**
   * @param effects where what has to be done is put
   */
  OpenRequests(List<PlacementEffect> effects) {
    this.effects = effects;
  }

  /** Its processes are about to be let go. */
  void opened(RequestKey key, List<AgentId> participants) {
    if (participants.size() > 1 && kept.add(key)) {
      effects.add(new PlacementEffect.KeepOpen(key, participants));
    }
  }

  /** It was on the disk when the agent started. */
  void recovered(RequestKey key) {
    kept.add(key);
  }

  /** It was heard that all run. */
  void settled(RequestKey key) {
    closed(key);
    settled.add(key);
    if (settled.size() > SETTLED_REMEMBERED) {
      settled.removeFirst();
    }
  }

  boolean isSettled(RequestKey key) {
    return settled.contains(key);
  }

  /** There is nothing of it here any more. */
  void closed(RequestKey key) {
    if (kept.remove(key)) {
      effects.add(new PlacementEffect.ForgetOpen(key));
    }
  }
}
