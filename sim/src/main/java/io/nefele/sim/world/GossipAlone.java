package io.nefele.sim.world;

import io.nefele.agent.core.AgentConfig;
import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentInput;
import io.nefele.agent.core.AgentTimer;
import io.nefele.core.Bytes;
import io.nefele.core.Core;
import io.nefele.core.SeededStreams;
import io.nefele.gossip.Gossip;
import io.nefele.gossip.GossipEffect;
import io.nefele.gossip.GossipInput;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Membership without the rest of the agent: for fabrics too large for all of it. */
public final class GossipAlone implements Core<AgentInput, AgentEffect> {
  private final Gossip gossip;
  private Optional<Bytes> toAnnounce = Optional.empty();

  public GossipAlone(AgentConfig config, SeededStreams random) {
    this.gossip =
        new Gossip(
            config.membership(),
            config.self(),
            config.gossip(),
            Bytes.EMPTY,
            random.stream("gossip"));
  }

  /** Lets the agent say something new of itself at its next step. */
  public void announce(Bytes metadata) {
    toAnnounce = Optional.of(metadata);
  }

  @Override
  public List<AgentEffect> step(Instant now, AgentInput input) {
    Optional<GossipInput> translated = translate(input);
    if (translated.isEmpty()) {
      return List.of();
    }
    List<AgentEffect> effects = new ArrayList<>();
    for (GossipEffect effect : gossip.step(now, translated.get())) {
      effects.add(translate(effect));
    }
    if (toAnnounce.isPresent()) {
      for (GossipEffect effect :
          gossip.step(now, new GossipInput.MetadataChanged(toAnnounce.get()))) {
        effects.add(translate(effect));
      }
      toAnnounce = Optional.empty();
    }
    if (input instanceof AgentInput.LeaveRequested) {
      effects.add(new AgentEffect.Stopped());
    }
    return effects;
  }

  private static Optional<GossipInput> translate(AgentInput input) {
    return Optional.ofNullable(
        switch (input) {
          case AgentInput.Booted b -> new GossipInput.Started();
          case AgentInput.Discovered(var endpoints) -> new GossipInput.Discovered(endpoints);
          case AgentInput.GossipArrived(var from, var message) ->
              new GossipInput.Received(from, message);
          case AgentInput.StreamRefused(var to) -> new GossipInput.Refused(to);
          case AgentInput.WatchBroken(var to) -> new GossipInput.WatchBroken(to);
          case AgentInput.TimerFired(AgentTimer.Gossip(var timer)) ->
              new GossipInput.TimerFired(timer);
          case AgentInput.LeaveRequested l -> new GossipInput.LeaveRequested();
          default -> null;
        });
  }

  private static AgentEffect translate(GossipEffect effect) {
    return switch (effect) {
      case GossipEffect.Send(var to, var message) -> new AgentEffect.SendDatagram(to, message);
      case GossipEffect.SendStream(var to, var message) -> new AgentEffect.SendStream(to, message);
      case GossipEffect.Watch(var to, var lease) -> new AgentEffect.Watch(to, lease);
      case GossipEffect.SetTimer(var timer, var delay) ->
          new AgentEffect.SetTimer(new AgentTimer.Gossip(timer), delay);
      case GossipEffect.CancelTimer(var timer) ->
          new AgentEffect.CancelTimer(new AgentTimer.Gossip(timer));
      case GossipEffect.MemberChanged(var event) -> new AgentEffect.MembershipChanged(event);
      case GossipEffect.Superseded(var by) -> new AgentEffect.Superseded(by);
    };
  }
}
