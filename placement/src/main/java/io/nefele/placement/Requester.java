package io.nefele.placement;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Durations;
import io.nefele.placement.PlacementEffect.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * This agent's own requests: ask a circle of neighbours, cover the request with their offers, have
 * all prepared, and let all go at once. A refusal by one calls all off. What others were quicker
 * with is tried again a few times, after a pause that differs from request to request.
 */
final class Requester {
  /** How long silent neighbours are waited for; those that answered are not kept longer. */
  static final Duration ASK_PATIENCE = Duration.ofSeconds(1);

  /** How long making processes may take on the slowest server. */
  static final Duration COMMIT_PATIENCE = Duration.ofSeconds(8);

  private static final int PAUSE_MILLIS = 25;

  private final AgentBoot self;
  private final Map<RequestKey, Request> requests = new LinkedHashMap<>();
  private final Withdrawals withdrawals;
  private final List<PlacementEffect> effects;
  private Instant now = Instant.EPOCH;
  private long lastNumber;

  /**
   * @param effects where what has to be done is put
   */
  Requester(AgentBoot self, Withdrawals withdrawals, List<PlacementEffect> effects) {
    this.self = self;
    this.withdrawals = withdrawals;
    this.effects = effects;
  }

  /** Before anything else of a step. */
  void tick(Instant instant) {
    now = instant;
  }

  void request(PlacementInput.Requested requested) {
    begin(new Request(nextKey(), requested, now, 1));
  }

  boolean isUndecided(RequestKey key) {
    return requests.containsKey(key);
  }

  private RequestKey nextKey() {
    return new RequestKey(self, ++lastNumber);
  }

  private void begin(Request request) {
    requests.put(request.key, request);
    List<AgentId> nearest = request.circles.element();
    if (request.isSimple() && nearest.contains(self.agent())) {
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
    if (isSound(request, offer)) {
      request.offers.put(from, offer);
    }
    if (request.awaited.isEmpty()) {
      decide(request);
    }
  }

  /** Another agent's word is checked before it is reckoned with. */
  private static boolean isSound(Request request, PlacementMessage.Offer offer) {
    return offer.processes() >= 0
        && offer.running().size() == request.targets.size()
        && offer.capacity().covers(offer.free())
        && offer.capacity().minus(offer.free()).covers(offer.held())
        && offer.capacity().covers(offer.yields())
        && offer.capacity().minus(offer.yields()).covers(offer.held());
  }

  void kept(AgentId from, RequestKey key) {
    Request request = requests.get(key);
    if (request != null
        && request.phase == Request.Phase.PLANNING
        && request.awaited.remove(from)
        && request.awaited.isEmpty()) {
      if (!request.isPlan()) {
        commit(request);
        return;
      }
      request.phase = Request.Phase.PLANNED;
      setPatience(request, request.requested.keep());
      effects.add(new PlacementEffect.Planned(request.token, request.decision()));
    }
  }

  void commitPlan(long token, RequestKey plan) {
    Request request = requests.get(plan);
    if (request == null || request.phase != Request.Phase.PLANNED) {
      effects.add(new PlacementEffect.Refused(token, new Refusal.NoPlan(plan), Optional.empty()));
      return;
    }
    request.token = token;
    commit(request);
  }

  /** Nothing is held for a plan any more; one that was made, or has expired, is passed over. */
  void dropPlan(RequestKey plan) {
    Request request = requests.get(plan);
    if (request != null && request.phase == Request.Phase.PLANNED) {
      forget(request);
      request.cover.keySet().forEach(agent -> letGo(agent, request.key));
    }
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

  /** Somebody's part takes longer, and goes on; those that are ready are to wait for it. */
  void working(AgentId from, RequestKey key) {
    Request request = requests.get(key);
    if (request != null
        && request.phase == Request.Phase.PREPARING
        && request.awaited.contains(from)) {
      setPatience(request, COMMIT_PATIENCE);
      request.ready.keySet().forEach(agent -> send(agent, new PlacementMessage.Working(key)));
    }
  }

  void declined(AgentId from, PlacementMessage.Declined declined) {
    Request request = requests.get(declined.key());
    if (request == null
        || (request.phase != Request.Phase.PREPARING && request.phase != Request.Phase.PLANNING)) {
      return;
    }
    request.awaited.remove(from);
    if (declined.again() && request.mayTryAgain()) {
      tryAgain(request);
    } else {
      refuse(request, new Refusal.Declined(declined.reason()));
    }
  }

  void gone(AgentId from, PlacementMessage.Gone gone) {
    Request request = requests.get(gone.key());
    if (request != null
        && request.phase == Request.Phase.RELEASING
        && request.awaited.remove(from)
        && request.awaited.isEmpty()) {
      settle(request);
    }
  }

  /**
   * A deputy has decided, while others took this agent for lost, that all are let go. Who has heard
   * of it may tell that nothing is to be undone, so nothing is.
   */
  void verdict(RequestKey key) {
    Request request = requests.get(key);
    if (request != null && request.phase == Request.Phase.RELEASING) {
      settle(request);
    }
  }

  private void settle(Request request) {
    // Before the caller is told: what somebody was told of is not undone.
    request.ready.keySet().forEach(agent -> send(agent, new PlacementMessage.Settled(request.key)));
    finish(request);
  }

  void aborted(AgentId from, RequestKey key) {
    withdrawals.aborted(from, key);
  }

  void withdrawalDue(RequestKey key) {
    withdrawals.due(key);
  }

  /** Of what was let go nothing is called back: it runs, though nobody is told. */
  void cancel(long token) {
    for (Request request : List.copyOf(requests.values())) {
      if (request.token == token
          && request.phase != Request.Phase.RELEASING
          && request.phase != Request.Phase.PLANNED) {
        refuse(request, new Refusal.Cancelled());
      }
    }
  }

  void patienceEnded(RequestKey key) {
    Request request = requests.get(key);
    if (request == null) {
      return;
    }
    if (request.isAsking()) {
      // A late offer is answered with an abort.
      request.silent.addAll(request.awaited);
      request.awaited.clear();
      decide(request);
    } else if (request.phase == Request.Phase.PLANNED) {
      dropPlan(key);
    } else {
      refuse(request, new Refusal.Lost(List.copyOf(request.awaited)));
    }
  }

  void again(RequestKey key) {
    Request request = requests.remove(key);
    if (request != null) {
      begin(new Request(nextKey(), request.requested, request.since, request.tries + 1));
    }
  }

  void agentLost(AgentId agent) {
    for (Request request : new ArrayList<>(requests.values())) {
      if (!request.awaited.contains(agent)) {
        continue;
      }
      if (request.isAsking()) {
        request.awaited.remove(agent);
        request.silent.add(agent);
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
    request.circlesAsked++;
    ask(request, circle);
  }

  private void ask(Request request, List<AgentId> circle) {
    request.awaited.addAll(circle);
    request.agentsAsked += circle.size();
    setPatience(request, ASK_PATIENCE);
    PlacementMessage ask =
        new PlacementMessage.Ask(
            request.key,
            Component.wanted(request.components),
            request.targets,
            Claimant.of(request.components));
    circle.forEach(agent -> send(agent, ask));
    if (circle.isEmpty()) {
      decide(request);
    }
  }

  /** One process stays at home if home is idle: no neighbour's offer could be better than that. */
  private boolean homeWillDo(Request request) {
    PlacementMessage.Offer home = request.offers.get(self.agent());
    return home != null
        && home.any()
        && home.facts().policy() == ServerFacts.Policy.SPREAD
        && Cover.busyness(home, home.held(), 0) == 0;
  }

  private void decide(Request request) {
    if (request.phase == Request.Phase.ASKING_HOME && !homeWillDo(request)) {
      askNextCircle(request);
      return;
    }
    Cover.Chosen chosen = Cover.choose(request.offers, request.components, self.agent());
    if (!chosen.complete() && !request.circles.isEmpty()) {
      askNextCircle(request);
      return;
    }
    request.took = Duration.between(request.since, now);
    if (!chosen.complete() && !(request.isContended() && request.mayTryAgain())) {
      chosen = preempting(request).orElse(chosen);
    }
    request.chosen = Optional.of(chosen);
    if (!chosen.complete()) {
      if (request.isContended() && request.mayTryAgain()) {
        tryAgain(request);
      } else {
        refuse(request, noRoom(request, chosen));
      }
      return;
    }
    request.cover = chosen.counts();
    request.offers.forEach(
        (agent, offer) -> {
          if (offer.any() && !request.cover.containsKey(agent)) {
            letGo(agent, request.key);
          }
        });
    // Nobody is ended for a request before all servers that it needs have agreed to it.
    if (request.isPlan() || !request.preempting.isEmpty()) {
      keep(request);
    } else {
      commit(request);
    }
  }

  /**
   * A cover for which processes of a lower priority give way, on as few servers as it takes, give
   * or take: those with the most to give come first, and twice as many are tried each time.
   */
  private Optional<Cover.Chosen> preempting(Request request) {
    Resources each = Component.largest(request.components);
    List<AgentId> yielding = new ArrayList<>();
    request.offers.forEach(
        (agent, offer) -> {
          if (!offer.yields().equals(Resources.NONE)) {
            yielding.add(agent);
          }
        });
    yielding.sort(
        Comparator.comparingInt(
            (AgentId agent) ->
                -request.offer(agent).preempting().held().fits(each, Component.COUNT_MAX)));
    for (int count = 1; count < 2 * yielding.size(); count *= 2) {
      List<AgentId> some = yielding.subList(0, Math.min(count, yielding.size()));
      SortedMap<AgentId, PlacementMessage.Offer> offers = new TreeMap<>(request.offers);
      some.forEach(agent -> offers.put(agent, request.offer(agent).preempting()));
      Cover.Chosen chosen = Cover.choose(offers, request.components, self.agent());
      if (chosen.complete()) {
        request.preempting.addAll(some);
        request.preempting.retainAll(chosen.counts().keySet());
        return Optional.of(chosen);
      }
    }
    return Optional.empty();
  }

  private void keep(Request request) {
    request.phase = Request.Phase.PLANNING;
    request.awaited.addAll(request.cover.keySet());
    setPatience(request, ASK_PATIENCE);
    // So that no hold ends before the plan does.
    long millis = request.requested.keep().plus(Durations.multiply(ASK_PATIENCE, 2)).toMillis();
    for (AgentId agent : request.cover.keySet()) {
      send(
          agent,
          new PlacementMessage.Keep(
              request.key,
              request.componentsOf(agent),
              millis,
              request.preempting.contains(agent)));
    }
  }

  private void commit(Request request) {
    request.phase = Request.Phase.PREPARING;
    request.awaited.addAll(request.cover.keySet());
    setPatience(request, COMMIT_PATIENCE);
    for (AgentId agent : request.cover.keySet()) {
      send(
          agent,
          new PlacementMessage.Commit(
              request.key,
              request.componentsOf(agent),
              request.gated(),
              List.copyOf(request.cover.keySet())));
    }
  }

  private static Refusal noRoom(Request request, Cover.Chosen chosen) {
    Resources each = request.components.get(chosen.unfit()).template().demand();
    Resources largest =
        request.offers.values().stream()
            .map(offer -> offer.free().plus(offer.held()))
            .max(Comparator.comparingDouble(free -> free.tighterShareOf(each)))
            .orElse(Resources.NONE);
    return new Refusal.NoRoom(
        request.count, chosen.fitting(), each, largest, Request.lacking(chosen));
  }

  /** Lets go of everything and begins anew, a little later. */
  private void tryAgain(Request request) {
    withdraw(request);
    request.phase = Request.Phase.PAUSING;
    request.awaited.clear();
    effects.add(new PlacementEffect.CancelTimer(new PlacementTimer.Patience(request.key)));
    long spread = Math.floorMod(request.key.hashCode() * 31L + request.tries, (long) PAUSE_MILLIS);
    effects.add(
        new PlacementEffect.SetTimer(
            new PlacementTimer.Again(request.key),
            Duration.ofMillis(PAUSE_MILLIS * (long) request.tries + 4 * spread)));
  }

  private void refuse(Request request, Refusal refusal) {
    forget(request);
    withdraw(request);
    effects.add(
        new PlacementEffect.Refused(
            request.token, refusal, request.chosen.map(chosen -> request.decision())));
  }

  private void withdraw(Request request) {
    for (AgentId agent : request.offers.keySet()) {
      if (request.nothingMade()) {
        letGo(agent, request.key);
      } else if (request.cover.containsKey(agent)) {
        withdrawals.begin(request.key, agent, request.ready.getOrDefault(agent, List.of()));
      }
    }
  }

  /** Of an offer; should that get lost, the hold runs out. */
  private void letGo(AgentId agent, RequestKey key) {
    send(agent, new PlacementMessage.Abort(key, List.of()));
  }

  private void finish(Request request) {
    forget(request);
    effects.add(new PlacementEffect.Placed(request.token, request.processes(), request.decision()));
  }

  private void forget(Request request) {
    requests.remove(request.key);
    effects.add(new PlacementEffect.CancelTimer(new PlacementTimer.Patience(request.key)));
    if (request.phase == Request.Phase.PAUSING) {
      effects.add(new PlacementEffect.CancelTimer(new PlacementTimer.Again(request.key)));
    }
  }

  private void setPatience(Request request, Duration patience) {
    effects.add(new PlacementEffect.SetTimer(new PlacementTimer.Patience(request.key), patience));
  }

  private void send(AgentId to, PlacementMessage message) {
    effects.add(new PlacementEffect.Send(to, message));
  }
}
