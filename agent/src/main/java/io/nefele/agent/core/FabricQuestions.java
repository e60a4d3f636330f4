package io.nefele.agent.core;

import io.nefele.agent.depot.BundleKey;
import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.core.MalformedMessage;
import io.nefele.core.Name;
import io.nefele.hierarchy.GroupId;
import io.nefele.hierarchy.relay.Answer;
import io.nefele.hierarchy.relay.Relay;
import io.nefele.hierarchy.relay.RelayEffect;
import io.nefele.hierarchy.relay.RelayInput;
import io.nefele.hierarchy.relay.RelayMessage;
import io.nefele.hierarchy.relay.RelayTimer;
import io.nefele.hierarchy.relay.Tree;
import io.nefele.table.tenant.RegistryEntry;
import io.nefele.table.tenant.UseReport;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Questions to all agents or to a subtree of them: asks them, and answers those of others. */
final class FabricQuestions {
  private final AgentBoot self;
  private final Outbox outbox;
  private final Spawner spawner;
  private final EventLog events;
  private final Decisions decisions;
  private final ProcessEvents processEvents;
  private final Accounts accounts;
  private final Predicate<BundleKey> holds;
  private final Relay relay;
  private final Map<Long, Answered> asked = new LinkedHashMap<>();
  private long lastToken;

  /** What this server knows of tenants. */
  interface Accounts {
    UseReport report(Name tenant, AgentId asker);

    List<TenantUse> all();

    /** What holds here, {@code told} being known now. */
    RegistryEntry registered(RegistryEntry told);
  }

  /** What to do with the answers. */
  interface Answered {
    /**
     * @param missing who should have answered and did not
     */
    void accept(SortedMap<AgentId, FabricQuestion.Reply> replies, List<AgentId> missing);
  }

  FabricQuestions(
      AgentBoot self,
      Tree tree,
      Spawner spawner,
      EventLog events,
      ProcessEvents processEvents,
      Decisions decisions,
      Accounts accounts,
      Predicate<BundleKey> holds,
      Outbox outbox) {
    this.holds = holds;
    this.processEvents = processEvents;
    this.accounts = accounts;
    this.self = self;
    this.outbox = outbox;
    this.spawner = spawner;
    this.events = events;
    this.decisions = decisions;
    this.relay = new Relay(self, tree);
  }

  void ask(
      Instant now,
      Optional<GroupId> subtree,
      FabricQuestion question,
      Duration deadline,
      Answered then) {
    long token = ++lastToken;
    asked.put(token, then);
    Bytes bytes = FabricQuestion.CODEC.toBytes(question);
    input(now, new RelayInput.Asked(token, subtree, bytes, deadline));
  }

  void received(Instant now, AgentBoot from, RelayMessage message) {
    input(now, new RelayInput.Received(from, message));
  }

  void timerFired(Instant now, RelayTimer timer) {
    input(now, new RelayInput.TimerFired(timer));
  }

  private void input(Instant now, RelayInput input) {
    for (RelayEffect effect : relay.step(now, input)) {
      switch (effect) {
        case RelayEffect.Send(AgentBoot to, RelayMessage message) -> {
          AgentMessage wrapped = new AgentMessage.OfRelay(message);
          if (to.equals(self)) {
            outbox.send(self.agent(), wrapped);
          } else {
            outbox.add(new AgentEffect.Send(to, wrapped));
          }
        }
        case RelayEffect.Deliver(var id, Bytes question) -> {
          outbox.add(new AgentEffect.Questioned(id));
          Bytes reply = FabricQuestion.Reply.CODEC.toBytes(reply(question));
          input(now, new RelayInput.Replied(id, reply));
        }
        case RelayEffect.Finished(long token, List<Answer> answers, List<AgentId> missing) ->
            finished(token, answers, missing);
        case RelayEffect.SetTimer(RelayTimer timer, Duration delay) ->
            outbox.setTimer(new AgentTimer.Relay(timer), delay);
        case RelayEffect.CancelTimer(RelayTimer timer) ->
            outbox.cancelTimer(new AgentTimer.Relay(timer));
      }
    }
  }

  private FabricQuestion.Reply reply(Bytes question) {
    try {
      return switch (FabricQuestion.CODEC.fromBytes(question)) {
        case FabricQuestion.Status() -> new FabricQuestion.Reply.Free(spawner.free());
        case FabricQuestion.Events(long sinceMillis) ->
            new FabricQuestion.Reply.Told(events.since(sinceMillis));
        case FabricQuestion.Placing(var tenant, var process) ->
            new FabricQuestion.Reply.Placed(decisions.of(tenant, process));
        case FabricQuestion.UseOf(var tenant, var asker) ->
            new FabricQuestion.Reply.Used(accounts.report(tenant, asker));
        case FabricQuestion.ProcessEventsSince(var tenant, long sinceMillis) ->
            new FabricQuestion.Reply.Happened(processEvents.since(tenant, sinceMillis));
        case FabricQuestion.Claiming(var entry) ->
            new FabricQuestion.Reply.Held(accounts.registered(entry));
        case FabricQuestion.Holding(var key) -> new FabricQuestion.Reply.Holds(holds.test(key));
        case FabricQuestion.AllUse() -> new FabricQuestion.Reply.UsedByAll(accounts.all());
      };
    } catch (MalformedMessage e) {
      return new FabricQuestion.Reply.NotUnderstood();
    }
  }

  private void finished(long token, List<Answer> answers, List<AgentId> missing) {
    Answered then = asked.remove(token);
    if (then == null) {
      return;
    }
    SortedMap<AgentId, FabricQuestion.Reply> replies = new TreeMap<>();
    for (Answer answer : answers) {
      try {
        replies.put(answer.agent(), FabricQuestion.Reply.CODEC.fromBytes(answer.content()));
      } catch (MalformedMessage e) {
        replies.put(answer.agent(), new FabricQuestion.Reply.NotUnderstood());
      }
    }
    then.accept(replies, missing);
  }
}
