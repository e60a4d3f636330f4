package io.nefele.agent.core;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Name;
import io.nefele.mailbox.InterestMessage;
import io.nefele.mailbox.Interests;
import io.nefele.mailbox.MailboxCounters;
import io.nefele.mailbox.MailboxMessage;
import java.time.Instant;
import java.util.function.Consumer;

/**
 * All that has to do with messages: to one, to many, to topics, through shared memory, and out of
 * the fabric and into it. Where a mailbox is and who may use it, others know.
 */
final class Messaging {
  private final Directory directory;
  private final Courier courier;
  private final Recipients recipients;
  private final Loads loads;
  private final Rounds rounds;
  private final PostOffice postOffice;
  private final CallDesk calls;
  private final SharedQueues sharedQueues;
  private final OutsideRequests outside;
  private final OutsideDesk outsideDesk;
  private final ExposeDesk exposures;
  private final OtherFabrics fabrics;
  private final PoolDesk pools;
  private final TopicDesk topics;
  private final MessageRequests requests;

  Messaging(
      AgentBoot self,
      Fabric fabric,
      FabricReport report,
      Explanations explanations,
      Directory directory,
      LocalProcesses processes,
      Errands errands,
      Tenancy tenancy,
      Courier courier,
      SpawnRequests spawns,
      Outbox outbox) {
    this.directory = directory;
    this.courier = courier;
    Gateways gateways = new Gateways(self.agent(), tenancy::fabrics);
    this.outside = new OutsideRequests(self.agent(), fabric, tenancy::outside, gateways, outbox);
    this.outsideDesk = new OutsideDesk(fabric, tenancy::outside, gateways, processes, outbox);
    this.loads = new Loads(courier, outbox);
    this.rounds = new Rounds(self, fabric, courier, processes, outbox);
    this.recipients = new Recipients(report, directory, loads, tenancy::owner, outbox);
    Subscriptions subscriptions = new Subscriptions();
    SlowSubscribers slow = new SlowSubscribers(courier, outbox);
    this.postOffice = new PostOffice(self, directory, courier, subscriptions, slow, outbox);
    this.pools =
        new PoolDesk(
            self,
            new Keepers(self.agent(), fabric),
            report,
            tenancy,
            directory,
            recipients,
            loads,
            spawns,
            errands,
            this::cannotStart,
            outbox);
    this.calls = new CallDesk(report, explanations, recipients, pools, courier, processes, outbox);
    this.topics = new TopicDesk(self, fabric, report, rounds, courier, subscriptions, slow, outbox);
    this.sharedQueues = new SharedQueues(courier, outbox);
    this.requests =
        new MessageRequests(
            report,
            explanations,
            recipients,
            new MailboxDesk(directory, courier, processes),
            courier,
            errands,
            new SendRequests(fabric, report, explanations, recipients, courier, rounds, outside),
            calls,
            topics,
            sharedQueues,
            outside,
            outbox);
    this.exposures = new ExposeDesk(self.agent(), tenancy, report, requests, outbox);
    this.fabrics = new OtherFabrics(tenancy, outbox);
  }

  /** Tells {@code then} whether somebody well has that name. */
  void isThere(Instant now, Name tenant, Name name, Consumer<Boolean> then) {
    recipients.anyWell(now, tenant, name, then);
  }

  /** What clients ask for. */
  MessageRequests requests() {
    return requests;
  }

  private void cannotStart(Instant now, long call, String reason) {
    calls.cannotStart(now, call, reason);
  }

  /** What clients ask for of pools that are as large as there is work for them. */
  PoolDesk pools() {
    return pools;
  }

  /** What clients ask for of other fabrics. */
  OtherFabrics fabrics() {
    return fabrics;
  }

  /** What clients ask for of names that are called from outside. */
  ExposeDesk exposures() {
    return exposures;
  }

  /** Opens the mailboxes of this server, before the processes that stand are put right. */
  void open(Instant now) {
    postOffice.open(now);
  }

  /** Takes up what earlier lives were at, after the processes that stand are put right. */
  void recover(Instant now, AgentInput.Booted booted) {
    sharedQueues.recover(now, booted.sharedQueues());
    exposures.start();
    pools.start();
    topics.recover(now, Subscriptions.kept(booted.mailboxes(), directory));
  }

  void input(Instant now, AgentInput.ForMessages input) {
    switch (input) {
      case AgentInput.MessageStored(long token, var refusal) -> courier.stored(now, token, refusal);
      case AgentInput.MessageTaken(long token, var envelope) -> courier.taken(now, token, envelope);
      case AgentInput.SharedQueueOpened(long token, var mailbox, var path) ->
          sharedQueues.opened(now, token, mailbox, path);
      case AgentInput.SharedQueueFailed(long token, var reason) ->
          sharedQueues.failed(token, reason);
      case AgentInput.LookedUp(long token, var addresses) ->
          outsideDesk.lookedUp(now, token, addresses);
      case AgentInput.CameBack(long token, var outcome) -> outsideDesk.cameBack(token, outcome);
      case AgentInput.Listening(int port) -> exposures.listening(port);
      case AgentInput.ListenFailed(int port, var why) -> exposures.listenFailed(port, why);
      case AgentInput.CalledFromOutside(var token, int port, var payload) ->
          exposures.called(now, token, port, payload);
      case AgentInput.CameThroughGateway came -> exposures.came(now, came);
    }
  }

  void timerFired(Instant now, AgentTimer.ForMessages timer) {
    switch (timer) {
      case AgentTimer.Mailbox(var t) -> courier.timerFired(now, t);
      case AgentTimer.Call(var t) -> calls.timerFired(now, t);
      case AgentTimer.OutsideDue(long number) -> outside.due(number);
      case AgentTimer.RoundDue(long round) -> rounds.due(round);
      case AgentTimer.LoadsDue(long round) -> loads.due(round);
      case AgentTimer.ConfirmDue(long number) -> topics.confirmDue(number);
      case AgentTimer.PoolsDue() -> pools.due(now);
      case AgentTimer.InterestsDue() -> topics.askAgain(now);
      case AgentTimer.SlowSubscribersDue() -> topics.slowSubscribersDue(now);
    }
  }

  void received(Instant now, AgentBoot from, MailboxMessage message) {
    courier.received(now, from, message);
  }

  void received(Instant now, AgentBoot from, InterestMessage message) {
    topics.received(now, from.agent(), message);
  }

  void received(Instant now, AgentBoot from, OutsideMessage message) {
    switch (message) {
      case OutsideMessage.Ask ask -> outsideDesk.asked(now, from.agent(), ask);
      case OutsideMessage.Answer answer -> outside.answered(from.agent(), answer);
    }
  }

  void received(Instant now, AgentBoot from, PoolMessage message) {
    pools.received(now, from.agent(), message);
  }

  void clientGone(Instant now, long connection) {
    requests.clientGone(now, connection);
  }

  void agentLost(Instant now, AgentId agent) {
    courier.agentLost(now, agent);
    calls.agentLost(now, agent);
    outside.agentLost(agent);
    rounds.agentLost(agent);
    topics.agentLost(now, agent);
  }

  void agentKnown(Instant now, AgentId agent) {
    topics.agentKnown(now, agent);
  }

  /** What this agent knows of who has subscribed to what. */
  Interests interests() {
    return topics.interests();
  }

  /** All messages of this agent, those that left the fabric among them. */
  MailboxCounters counters() {
    return outside.plus(courier.counters());
  }
}
