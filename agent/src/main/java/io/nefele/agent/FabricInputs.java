package io.nefele.agent;

import io.nefele.agent.core.AgentInput;
import io.nefele.agent.core.AgentMessage;
import io.nefele.core.AgentBoot;
import io.nefele.core.Bytes;
import io.nefele.core.Endpoint;
import io.nefele.core.MalformedMessage;
import io.nefele.gossip.GossipMessage;
import io.nefele.gossip.atomix.TransportListener;
import io.nefele.hierarchy.GroupId;
import io.nefele.hierarchy.jgroups.GroupListener;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** What comes in from other agents, decoded and handed to the loop. Thread-safe. */
final class FabricInputs implements TransportListener, GroupListener {
  private final Consumer<AgentInput> inputs;
  private final LongAdder malformed = new LongAdder();

  FabricInputs(Consumer<AgentInput> inputs) {
    this.inputs = inputs;
  }

  static Bytes encode(AgentMessage message) {
    return AgentMessage.CODEC.toBytes(message);
  }

  /** How many messages were dropped because they were none. */
  long malformed() {
    return malformed.sum();
  }

  @Override
  public void received(Endpoint from, GossipMessage message) {
    inputs.accept(new AgentInput.GossipArrived(from, message));
  }

  @Override
  public void discovered(List<Endpoint> endpoints) {
    inputs.accept(new AgentInput.Discovered(endpoints));
  }

  @Override
  public void refused(Endpoint to) {
    inputs.accept(new AgentInput.StreamRefused(to));
  }

  @Override
  public void watchBroken(Endpoint to) {
    inputs.accept(new AgentInput.WatchBroken(to));
  }

  @Override
  public void view(GroupId group, List<AgentBoot> members) {
    inputs.accept(new AgentInput.ViewInstalled(group, members));
  }

  @Override
  public void groupMessage(GroupId group, AgentBoot from, Bytes message) {
    arrived(from, message);
  }

  @Override
  public void peerMessage(AgentBoot from, Bytes message) {
    arrived(from, message);
  }

  private void arrived(AgentBoot from, Bytes message) {
    try {
      inputs.accept(new AgentInput.MessageArrived(from, AgentMessage.CODEC.fromBytes(message)));
    } catch (MalformedMessage e) {
      malformed.increment();
    }
  }
}
