package io.nefele.placement;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.ProcessId;
import io.nefele.placement.PlacementEffect.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * This agent's own requests: ask a circle of neighbours, cover the request with their offers, have
 * all prepared, and let all go at once. A refusal by one calls all off.
 */
final class Requester {
  /** How long silent neighbours are waited for; those that answered are not kept longer. */
  static final Duration ASK_PATIENCE = Duration.ofSeconds(1);

  /** How long making processes may take on the slowest server. */
  static final Duration COMMIT_PATIENCE = Duration.ofSeconds(8);

  private final AgentBoot self;
  private final Map<RequestKey, Request> requests = new LinkedHashMap<>();
  private final Withdrawals withdrawals;
  private final List<PlacementEffect> effects;
  private long lastNumber;

  /**
   * @param effects where what has to be done is put
   */
  Requester(AgentBoot self, List<PlacementEffect> effects) {
    this.self = self;
    this.withdrawals = new Withdrawals(effects);
    this.effects = effects;
  }

  void request(PlacementInput.Requested requested) {
    Request request = new Request(new RequestKey(self, ++lastNumber), requested);
    requests.put(request.key, request);
    List<AgentId> nearest = request.circles.element();
    if (request.count == 1 && nearest.contains(self.agent())) {
      request.phase = Request.Phase.ASKING_HOME;
      ask(request, List.of(self.agent()));
    } else {
      askNextCircle(request);
    }
  }

  void offered(AgentId from, PlacementMessage.Offer offer) {
    Request request = requests.get(offer.key());
    if (request == null || !request.isAsking() || !request.awaited.remove(from)) {
      if (offer.any()) {
        letGo(from, offer.key());
      }
      return;
    }
    if (isSound(offer)) {
      request.offers.put(from, offer);
    }
    if (request.awaited.isEmpty()) {
      decide(request);
    }
  }

  /** Another agent's word is checked before it is reckoned with. */
  private static boolean isSound(PlacementMessage.Offer offer) {
    return offer.processes() >= 0
        && offer.capacity().covers(offer.free())
        && offer.capacity().minus(offer.free()).covers(offer.held());
  }

  void ready(AgentId from, PlacementMessage.Ready ready) {
    Request request = requests.get(ready.key());
    if (request == null
        || request.phase != Request.Phase.PREPARING
        || ready.processes().size() != request.share(from)
        || !request.awaited.remove(from)) {
      withdrawals.begin(ready.key(), from, ready.processes());
      return;
    }
    request.ready.put(from, ready.processes());
    if (!request.awaited.isEmpty()) {
      return;
    }
    if (!request.gated()) {
      finish(request);
      return;
    }
    request.phase = Request.Phase.RELEASING;
    request.awaited.addAll(request.ready.keySet());
    setPatience(request, COMMIT_PATIENCE);
    request.ready.keySet().forEach(agent -> send(agent, new PlacementMessage.Go(request.key)));
  }

  void declined(AgentId from, PlacementMessage.Declined declined) {
    Request request = requests.get(declined.key());
    if (request != null && request.phase == Request.Phase.PREPARING) {
      request.awaited.remove(from);
      refuse(request, new Refusal.Declined(declined.reason()));
    }
  }

  void gone(AgentId from, PlacementMessage.Gone gone) {
    Request request = requests.get(gone.key());
    if (request != null
        && request.phase == Request.Phase.RELEASING
        && request.awaited.remove(from)
        && request.awaited.isEmpty()) {
      finish(request);
    }
  }

  void aborted(AgentId from, RequestKey key) {
    withdrawals.aborted(from, key);
  }

  void withdrawalDue(RequestKey key) {
    withdrawals.due(key);
  }

  void patienceEnded(RequestKey key) {
    Request request = requests.get(key);
    if (request == null) {
      return;
    }
    if (request.isAsking()) {
      // A late offer is answered with an abort.
      request.awaited.clear();
      decide(request);
    } else {
      refuse(request, new Refusal.Lost(List.copyOf(request.awaited)));
    }
  }

  void agentLost(AgentId agent) {
    for (Request request : new ArrayList<>(requests.values())) {
      if (!request.awaited.contains(agent)) {
        continue;
      }
      if (request.isAsking()) {
        request.awaited.remove(agent);
        if (request.awaited.isEmpty()) {
          decide(request);
        }
      } else {
        refuse(request, new Refusal.Lost(List.of(agent)));
      }
    }
  }

  private void askNextCircle(Request request) {
    List<AgentId> circle = new ArrayList<>(request.circles.pop());
    // Home may have been asked already.
    circle.removeAll(request.offers.keySet());
    request.phase = Request.Phase.ASKING;
    ask(request, circle);
  }

  private void ask(Request request, List<AgentId> circle) {
    request.awaited.addAll(circle);
    setPatience(request, ASK_PATIENCE);
    for (AgentId agent : circle) {
      send(agent, new PlacementMessage.Ask(request.key, Component.wanted(request.components)));
    }
    if (circle.isEmpty()) {
      decide(request);
    }
  }

  /** One process stays at home if home is idle: no neighbour's offer could be better than that. */
  private boolean homeWillDo(Request request) {
    PlacementMessage.Offer home = request.offers.get(self.agent());
    return home != null && home.any() && Cover.busyness(home, home.held(), 0) == 0;
  }

  private void decide(Request request) {
    if (request.phase == Request.Phase.ASKING_HOME && !homeWillDo(request)) {
      askNextCircle(request);
      return;
    }
    Cover.Chosen chosen = Cover.choose(request.offers, request.components, self.agent());
    if (chosen.complete()) {
      request.cover = chosen.counts();
      commit(request);
    } else if (request.circles.isEmpty()) {
      refuse(request, noRoom(request, chosen));
    } else {
      askNextCircle(request);
    }
  }

  private void commit(Request request) {
    request.phase = Request.Phase.PREPARING;
    request.awaited.addAll(request.cover.keySet());
    setPatience(request, COMMIT_PATIENCE);
    for (AgentId agent : request.cover.keySet()) {
      send(
          agent,
          new PlacementMessage.Commit(request.key, request.componentsOf(agent), request.gated()));
    }
    request.offers.forEach(
        (agent, offer) -> {
          if (offer.any() && !request.cover.containsKey(agent)) {
            letGo(agent, request.key);
          }
        });
  }

  private static Refusal noRoom(Request request, Cover.Chosen chosen) {
    Resources each = request.components.get(chosen.unfit()).template().demand();
    Resources largest =
        request.offers.values().stream()
            .map(offer -> offer.free().plus(offer.held()))
            .max(Comparator.comparingDouble(free -> free.tighterShareOf(each)))
            .orElse(Resources.NONE);
    return new Refusal.NoRoom(request.count, chosen.fitting(), each, largest);
  }

  private void refuse(Request request, Refusal refusal) {
    forget(request);
    for (AgentId agent : request.offers.keySet()) {
      if (request.isAsking()) {
        letGo(agent, request.key);
      } else {
        withdrawals.begin(request.key, agent, request.ready.getOrDefault(agent, List.of()));
      }
    }
    effects.add(new PlacementEffect.Refused(request.token, refusal));
  }

  /** Of an offer; should that get lost, the hold runs out. */
  private void letGo(AgentId agent, RequestKey key) {
    send(agent, new PlacementMessage.Abort(key, List.of()));
  }

  private void finish(Request request) {
    forget(request);
    List<ProcessId> processes = request.processes();
    effects.add(new PlacementEffect.Placed(request.token, processes));
  }

  private void forget(Request request) {
    requests.remove(request.key);
    effects.add(new PlacementEffect.CancelTimer(new PlacementTimer.Patience(request.key)));
  }

  private void setPatience(Request request, Duration patience) {
    effects.add(new PlacementEffect.SetTimer(new PlacementTimer.Patience(request.key), patience));
  }

  private void send(AgentId to, PlacementMessage message) {
    effects.add(new PlacementEffect.Send(to, message));
  }
}
