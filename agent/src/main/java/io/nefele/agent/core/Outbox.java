package io.nefele.agent.core;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Collects what the parts of an agent want done in one step. What an agent sends to itself never
 * leaves it: it is put aside and handed in within the same step.
 */
final class Outbox {
  private final AgentBoot self;
  private final Function<AgentId, Optional<AgentBoot>> currentBoot;
  private List<AgentEffect> effects = new ArrayList<>();
  private Instant now = Instant.EPOCH;
  private final Deque<AgentMessage> toSelf = new ArrayDeque<>();

  /**
   * @param currentBoot which life of an agent is a member now, if any
   */
  Outbox(AgentBoot self, Function<AgentId, Optional<AgentBoot>> currentBoot) {
    this.self = self;
    this.currentBoot = currentBoot;
  }

  /** A step begins. */
  void begin(Instant at) {
    now = at;
  }

  /** The time of the step, for what goes on in a later step than it was asked for. */
  Instant now() {
    return now;
  }

  void add(AgentEffect effect) {
    effects.add(effect);
  }

  /** Whether messages to {@code agent} go anywhere. */
  boolean reaches(AgentId agent) {
    return agent.equals(self.agent()) || currentBoot.apply(agent).isPresent();
  }

  /** To an agent; to one that is no member it is lost, as on a network. */
  void send(AgentId to, AgentMessage message) {
    if (to.equals(self.agent())) {
      toSelf.add(message);
    } else {
      currentBoot.apply(to).ifPresent(boot -> add(new AgentEffect.Send(boot, message)));
    }
  }

  /** To the life of an agent that has asked, which may be faster than the news of it. */
  void answer(AgentBoot asker, AgentMessage message) {
    if (asker.equals(self)) {
      toSelf.add(message);
    } else {
      add(new AgentEffect.Send(asker, message));
    }
  }

  void setTimer(AgentTimer timer, Duration delay) {
    add(new AgentEffect.SetTimer(timer, delay));
  }

  void cancelTimer(AgentTimer timer) {
    add(new AgentEffect.CancelTimer(timer));
  }

  void reply(ClientToken token, Response response) {
    add(new AgentEffect.Reply(token, response));
  }

  void fail(ClientToken token, ErrorKind kind, String message) {
    reply(token, new Response.Failed(kind, message));
  }

  /** The next message to this agent itself. */
  Optional<AgentMessage> nextToSelf() {
    return Optional.ofNullable(toSelf.poll());
  }

  /** What was collected since the last call. */
  List<AgentEffect> drain() {
    List<AgentEffect> drained = effects;
    effects = new ArrayList<>();
    return drained;
  }
}
