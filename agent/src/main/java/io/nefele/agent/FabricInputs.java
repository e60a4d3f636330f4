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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** What comes in from other agents, decoded and handed to the loop. Thread-safe. */
final class FabricInputs implements TransportListener, GroupListener {
  private final Consumer<AgentInput> later;
  private final Consumer<List<AgentInput>> now;
  private final LongAdder malformed = new LongAdder();

  /**
   * @param later leaves an input to the loop
   * @param now takes inputs in order, and may run the loop here: for what somebody is likely to
   *     wait for
   */
  FabricInputs(Consumer<AgentInput> later, Consumer<List<AgentInput>> now) {
    this.later = later;
    this.now = now;
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
    later.accept(new AgentInput.GossipArrived(from, message));
  }

  @Override
  public void discovered(List<Endpoint> endpoints) {
    later.accept(new AgentInput.Discovered(endpoints));
  }

  @Override
  public void refused(Endpoint to) {
    later.accept(new AgentInput.StreamRefused(to));
  }

  @Override
  public void watchBroken(Endpoint to) {
    later.accept(new AgentInput.WatchBroken(to));
  }

  @Override
  public void view(GroupId group, List<AgentBoot> members) {
    later.accept(new AgentInput.ViewInstalled(group, members));
  }

  @Override
  public void groupMessage(GroupId group, AgentBoot from, Bytes message) {
    arrived(from, List.of(message)).forEach(later);
  }

  @Override
  public void peerMessages(AgentBoot from, List<Bytes> messages) {
    now.accept(arrived(from, messages));
  }

  private List<AgentInput> arrived(AgentBoot from, List<Bytes> messages) {
    List<AgentInput> arrived = new ArrayList<>(messages.size());
    for (Bytes message : messages) {
      try {
        arrived.add(new AgentInput.MessageArrived(from, AgentMessage.CODEC.fromBytes(message)));
      } catch (MalformedMessage e) {
        malformed.increment();
      }
    }
    return arrived;
  }
}
