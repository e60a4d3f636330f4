package io.nefele.agent.core;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import io.nefele.agent.depot.BundleKey;
import io.nefele.agent.depot.Depot;
import io.nefele.agent.depot.DepotEffect;
import io.nefele.agent.depot.DepotInput;
import io.nefele.agent.depot.DepotMessage;
import io.nefele.agent.depot.DepotTimer;
import io.nefele.agent.depot.Sources;
import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Digest;
import io.nefele.core.Name;
import io.nefele.hierarchy.GroupId;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.Request;
import io.nefele.wire.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** The depot of this agent, between its clients, its processes and the other agents. */
final class Shipping {
  private static final Duration HOLDERS_DEADLINE = Duration.ofSeconds(2);

  private final AgentBoot self;
  private final Fabric fabric;
  private final Supplier<FabricQuestions> questions;
  private final Outbox outbox;
  private final Depot depot;
  private final Map<Long, ClientToken> clients = new LinkedHashMap<>();
  private final Map<Long, Consumer<Optional<String>>> wanted = new LinkedHashMap<>();
  private long lastToken;

  /**
   * @param bytesMax how much may be kept
   * @param inUse whether a process of this server runs from a bundle
   */
  Shipping(
      AgentBoot self,
      Fabric fabric,
      long bytesMax,
      Predicate<BundleKey> inUse,
      Supplier<FabricQuestions> questions,
      Outbox outbox) {
    this.self = self;
    this.fabric = fabric;
    this.questions = questions;
    this.outbox = outbox;
    this.depot = new Depot(self.agent(), bytesMax, outbox::reaches, inUse);
  }

  /** Before anything else. */
  void start(Instant now, List<DepotInput.Stored> stored) {
    input(now, new DepotInput.Recovered(stored));
  }

  boolean isWhole(BundleKey key) {
    return depot.isWhole(key);
  }

  /**
   * Has a bundle brought here.
   *
   * @param participants all agents that want it now
   * @param origins who should have it, the best first
   * @param then gets nothing when it is there, or why it can't be had; at once if it is there now
   * @return by which it can be called off
   */
  long want(
      BundleKey key,
      List<AgentId> participants,
      List<AgentId> origins,
      Consumer<Optional<String>> then) {
    long token = ++lastToken;
    wanted.put(token, then);
    Sources sources = new Sources(groups(participants, origins), origins);
    input(outbox.now(), new DepotInput.Wanted(token, key, sources));
    return token;
  }

  void unwant(long token) {
    if (wanted.remove(token) != null) {
      input(outbox.now(), new DepotInput.Unwanted(token));
    }
  }

  void received(Instant now, AgentId from, DepotMessage message) {
    input(now, new DepotInput.Received(from, message));
  }

  void timerFired(Instant now, DepotTimer timer) {
    input(now, new DepotInput.TimerFired(timer));
  }

  void done(Instant now, DepotInput.FromDisk done) {
    input(now, done);
  }

  void agentLost(Instant now, AgentId agent) {
    input(now, new DepotInput.AgentLost(agent));
  }

  void offer(ClientToken token, Name tenant, Request.OfferBundle offer) {
    input(outbox.now(), new DepotInput.Offered(client(token), tenant, offer.manifest()));
  }

  void put(ClientToken token, Name tenant, Request.PutChunk put) {
    BundleKey key = new BundleKey(tenant, Digest.parse(put.bundle()));
    input(outbox.now(), new DepotInput.Put(client(token), key, put.chunk(), put.content()));
  }

  void list(ClientToken token, Acting acting) {
    outbox.reply(
        token,
        new Response.Bundles(
            depot.rows(outbox.now(), acting.scope()), depot.bytesMax(), depot.moved()));
  }

  private long client(ClientToken token) {
    clients.put(++lastToken, token);
    return lastToken;
  }

  /** In an order that is the same for all who know the same, the group of the origin first. */
  private List<List<AgentId>> groups(List<AgentId> participants, List<AgentId> origins) {
    Optional<AgentId> origin = origins.stream().findFirst();
    String first = origin.map(this::groupOf).orElse("");
    Map<String, List<AgentId>> byGroup =
        participants.stream()
            .filter(agent -> !origin.equals(Optional.of(agent)))
            .sorted()
            .collect(groupingBy(this::groupOf, LinkedHashMap::new, toList()));
    List<String> names = new ArrayList<>(byGroup.keySet());
    names.sort(
        Comparator.comparing((String name) -> !name.equals(first)).thenComparing(name -> name));
    return names.stream().map(name -> byGroup.getOrDefault(name, List.of())).toList();
  }

  private String groupOf(AgentId agent) {
    Optional<AgentProfile> profile =
        agent.equals(self.agent()) ? Optional.of(fabric.profile()) : fabric.profile(agent);
    return profile
        .flatMap(its -> its.lowestGroup(fabric.homeService()))
        .map(GroupId::toString)
        .orElse("");
  }

  private void input(Instant now, DepotInput input) {
    for (DepotEffect effect : depot.step(now, input)) {
      switch (effect) {
        case DepotEffect.Send(var to, var message) ->
            outbox.send(to, new AgentMessage.OfDepot(message));
        case DepotEffect.SetTimer(var timer, var delay) ->
            outbox.setTimer(new AgentTimer.Depot(timer), delay);
        case DepotEffect.Lacks(long token, var key, var missing) ->
            reply(token, new Response.Missing(key.id().toString(), missing));
        case DepotEffect.Stored(long token) -> reply(token, new Response.Done());
        case DepotEffect.Refused(long token, boolean wrong, String reason) ->
            reply(token, new Response.Failed(wrong ? ErrorKind.USAGE : ErrorKind.REFUSED, reason));
        case DepotEffect.Arrived(long token) -> outcome(token, Optional.empty());
        case DepotEffect.Missed(long token, String reason) -> outcome(token, Optional.of(reason));
        case DepotEffect.AskHolders(var key) -> askHolders(now, key);
        case DepotEffect.OnDisk work -> outbox.add(new AgentEffect.OfDepot(work));
      }
    }
  }

  private void reply(long token, Response response) {
    ClientToken client = clients.remove(token);
    if (client != null) {
      outbox.reply(client, response);
    }
  }

  private void outcome(long token, Optional<String> reason) {
    Consumer<Optional<String>> then = wanted.remove(token);
    if (then != null) {
      then.accept(reason);
    }
  }

  private void askHolders(Instant now, BundleKey key) {
    questions
        .get()
        .ask(
            now,
            Optional.empty(),
            new FabricQuestion.Holding(key),
            HOLDERS_DEADLINE,
            (replies, missing) -> {
              List<AgentId> holders = new ArrayList<>();
              replies.forEach(
                  (agent, reply) -> {
                    if (reply.equals(new FabricQuestion.Reply.Holds(true))) {
                      holders.add(agent);
                    }
                  });
              input(outbox.now(), new DepotInput.HoldersFound(key, holders));
            });
  }
}
