package io.nefele.placement;

import io.nefele.core.AgentId;
import io.nefele.placement.PlacementMessage.Standing.State;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * What becomes of requests whose requester fell silent in the middle of a commit. A participant
 * that has not heard that all run turns to a deputy, the first of the participants that live. The
 * deputy asks each how far it is; who answers that it holds its share at the gate listens to the
 * deputy alone from then on. All there, or one has heard that all run: all go. One not there, or
 * lost: none does, and those that run already are ended. The requester says that all run before it
 * answers its caller, so that nothing is undone that somebody was told of; and one that was silent
 * only for a while hears that all go, so that it does not call them off.
 */
final class Inquests {
  private static final Duration RETRY = Duration.ofSeconds(1);

  /** Half an hour: whoever is neither heard nor lost for so long is waited for no longer. */
  private static final int TRIES_MAX = 1800;

  /** After so many, who is no member of the fabric is lost: an agent that starts hears of all. */
  private static final int TRIES_OF_THE_ABSENT = 5;

  private static final int REMEMBERED = 1000;

  private final SortedSet<AgentId> lost;
  private final Predicate<AgentId> present;
  private final Withdrawals withdrawals;
  private final List<PlacementEffect> effects;
  private final SortedMap<RequestKey, Inquest> open = new TreeMap<>();
  private final Map<RequestKey, Boolean> decided = new LinkedHashMap<>();

  private static final class Inquest {
    final List<AgentId> participants;
    final SortedMap<AgentId, State> told = new TreeMap<>();
    int tries;

    Inquest(List<AgentId> participants) {
      this.participants = participants;
    }
  }

  /**
   * @param lost agents that are gone from the fabric, kept up to date by the owner
   * @param present whether an agent is a member of the fabric; whoever has been gone for longer
   *     than this agent has been there is not among the lost
   * @param effects where what has to be done is put
   */
  Inquests(
      SortedSet<AgentId> lost,
      Predicate<AgentId> present,
      Withdrawals withdrawals,
      List<PlacementEffect> effects) {
    this.lost = lost;
    this.present = present;
    this.withdrawals = withdrawals;
    this.effects = effects;
  }

  boolean isOpen(RequestKey key) {
    return open.containsKey(key);
  }

  /** A participant does not know how to go on. */
  void doubted(AgentId from, PlacementMessage.Doubt doubt) {
    RequestKey key = doubt.key();
    Boolean goes = decided.get(key);
    if (goes != null) {
      tell(key, from, goes);
      return;
    }
    if (!open.containsKey(key) && doubt.participants().contains(from)) {
      open.put(key, new Inquest(doubt.participants()));
      inquire(key);
    }
  }

  void told(AgentId from, PlacementMessage.Standing standing) {
    Inquest inquest = open.get(standing.key());
    if (inquest != null && inquest.participants.contains(from)) {
      inquest.told.put(from, standing.state());
      decideIfAllTold(standing.key(), inquest);
    }
  }

  void agentLost() {
    for (RequestKey key : List.copyOf(open.keySet())) {
      Inquest inquest = open.get(key);
      if (inquest != null) {
        decideIfAllTold(key, inquest);
      }
    }
  }

  void due(RequestKey key) {
    Inquest inquest = open.get(key);
    if (inquest == null) {
      return;
    }
    if (++inquest.tries > TRIES_MAX) {
      open.remove(key);
    } else {
      inquire(key);
    }
  }

  private void inquire(RequestKey key) {
    Inquest inquest = open.get(key);
    if (inquest == null) {
      return;
    }
    effects.add(new PlacementEffect.SetTimer(new PlacementTimer.Inquest(key), RETRY));
    for (AgentId participant : inquest.participants) {
      if (!inquest.told.containsKey(participant) && !isLost(inquest, participant)) {
        send(participant, new PlacementMessage.Inquire(key));
      }
    }
    decideIfAllTold(key, inquest);
  }

  private boolean isLost(Inquest inquest, AgentId participant) {
    return lost.contains(participant)
        || (inquest.tries >= TRIES_OF_THE_ABSENT && !present.test(participant));
  }

  private void decideIfAllTold(RequestKey key, Inquest inquest) {
    boolean goes = true;
    boolean settled = false;
    for (AgentId participant : inquest.participants) {
      State state = inquest.told.get(participant);
      if (state == null && !isLost(inquest, participant)) {
        return;
      }
      goes &= state != null && state != State.NOTHING;
      settled |= state == State.SETTLED;
    }
    goes |= settled;
    open.remove(key);
    effects.add(new PlacementEffect.CancelTimer(new PlacementTimer.Inquest(key)));
    decided.put(key, goes);
    if (decided.size() > REMEMBERED) {
      decided.remove(decided.keySet().iterator().next());
    }
    for (AgentId participant : inquest.participants) {
      tell(key, participant, goes);
    }
    AgentId requester = key.requester().agent();
    if (goes && !inquest.participants.contains(requester)) {
      send(requester, new PlacementMessage.Verdict(key));
    }
  }

  private void tell(RequestKey key, AgentId participant, boolean goes) {
    if (goes) {
      send(participant, new PlacementMessage.Verdict(key));
    } else {
      withdrawals.begin(key, participant, List.of());
    }
  }

  private void send(AgentId to, PlacementMessage message) {
    effects.add(new PlacementEffect.Send(to, message));
  }
}
