package io.nefele.contract;

import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentInput;
import io.nefele.core.Core;
import io.nefele.core.Endpoint;
import io.nefele.gossip.MemberEvent;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/** What an agent of a {@link PacketBed} does, and tells of what it hears. */
public final class PacketCore implements Core<AgentInput, AgentEffect> {
  private final Endpoint self;
  private final Core<AgentInput, AgentEffect> inner;
  private final Consumer<PacketEvent> events;
  private int others;

  private PacketCore(
      Endpoint self, Core<AgentInput, AgentEffect> inner, Consumer<PacketEvent> events) {
    this.self = self;
    this.inner = inner;
    this.events = events;
  }

  /** Does at its next input what stands in {@code orders}, and nothing else. */
  public static PacketCore puppet(
      Endpoint self, List<AgentEffect> orders, Consumer<PacketEvent> events) {
    return new PacketCore(
        self,
        (now, input) -> {
          List<AgentEffect> wanted = List.copyOf(orders);
          orders.clear();
          return wanted;
        },
        events);
  }

  /** Runs {@code swim}, and tells how many others that knows. */
  public static PacketCore swim(
      Endpoint self, Core<AgentInput, AgentEffect> swim, Consumer<PacketEvent> events) {
    return new PacketCore(self, swim, events);
  }

  @Override
  public List<AgentEffect> step(Instant now, AgentInput input) {
    switch (input) {
      case AgentInput.GossipArrived(var from, var message) ->
          events.accept(new PacketEvent.Arrived(self, from, message));
      case AgentInput.StreamRefused(var to) -> events.accept(new PacketEvent.Refused(self, to));
      case AgentInput.WatchBroken(var to) -> events.accept(new PacketEvent.WatchBroken(self, to));
      default -> {}
    }
    List<AgentEffect> effects = inner.step(now, input);
    for (AgentEffect effect : effects) {
      switch (effect) {
        case AgentEffect.SendDatagram(var to, var message) ->
            events.accept(new PacketEvent.Posted(self, to, message));
        case AgentEffect.SendStream(var to, var message) ->
            events.accept(new PacketEvent.Posted(self, to, message));
        case AgentEffect.MembershipChanged(var event) -> count(event);
        default -> {}
      }
    }
    return effects;
  }

  private void count(MemberEvent event) {
    switch (event) {
      case MemberEvent.Joined joined -> others++;
      case MemberEvent.Forgotten forgotten -> {}
      case MemberEvent.Left left -> others--;
      case MemberEvent.Removed removed -> others--;
      case MemberEvent.Suspected suspected -> {}
      case MemberEvent.Refuted refuted -> {}
      case MemberEvent.Restarted restarted -> {}
      case MemberEvent.MetadataUpdated updated -> {}
    }
    events.accept(new PacketEvent.Knows(self, others));
  }
}
