package io.nefele.placement;

import io.nefele.core.AgentId;
import io.nefele.core.ProcessId;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Requests that were called off when processes of theirs may have been made: every participant is
 * told so until it has said that nothing is left. What is merely offered runs out by itself and
 * needs none of this.
 */
final class Withdrawals {
  private static final Duration RETRY = Duration.ofSeconds(2);

  /** An hour: whoever is cut off for longer keeps what it has. */
  private static final int TRIES_MAX = 1800;

  private final Map<RequestKey, Withdrawal> open = new LinkedHashMap<>();
  private final List<PlacementEffect> effects;

  private static final class Withdrawal {
    /** Who has not answered, and what it said that it made. */
    final SortedMap<AgentId, List<ProcessId>> awaited = new TreeMap<>();

    int tries;
  }

  /**
   * @param effects where what has to be done is put
   */
  Withdrawals(List<PlacementEffect> effects) {
    this.effects = effects;
  }

  /**
   * @param made what {@code participant} said that it made; none if it has not said so
   */
  void begin(RequestKey key, AgentId participant, List<ProcessId> made) {
    Withdrawal withdrawal = open.get(key);
    if (withdrawal == null) {
      withdrawal = new Withdrawal();
      open.put(key, withdrawal);
      setTimer(key);
    }
    withdrawal.awaited.put(participant, made);
    tell(key, participant, made);
  }

  /** Whether {@code key} was called off and somebody has not said that nothing of it is left. */
  boolean isOpen(RequestKey key) {
    return open.containsKey(key);
  }

  void aborted(AgentId participant, RequestKey key) {
    Withdrawal withdrawal = open.get(key);
    if (withdrawal != null
        && withdrawal.awaited.remove(participant) != null
        && withdrawal.awaited.isEmpty()) {
      open.remove(key);
      effects.add(new PlacementEffect.CancelTimer(new PlacementTimer.Withdrawal(key)));
    }
  }

  void due(RequestKey key) {
    Withdrawal withdrawal = open.get(key);
    if (withdrawal == null) {
      return;
    }
    if (++withdrawal.tries > TRIES_MAX) {
      open.remove(key);
      return;
    }
    withdrawal.awaited.forEach((participant, made) -> tell(key, participant, made));
    setTimer(key);
  }

  private void tell(RequestKey key, AgentId participant, List<ProcessId> made) {
    effects.add(new PlacementEffect.Send(participant, new PlacementMessage.Abort(key, made)));
  }

  private void setTimer(RequestKey key) {
    effects.add(new PlacementEffect.SetTimer(new PlacementTimer.Withdrawal(key), RETRY));
  }
}
