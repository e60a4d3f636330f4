package io.nefele.hierarchy.jgroups;

import io.nefele.core.AgentBoot;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jgroups.JChannel;
import org.jgroups.protocols.FRAG4;
import org.jgroups.protocols.NAKACK4;
import org.jgroups.protocols.PerDestinationBundler;
import org.jgroups.protocols.UFC;
import org.jgroups.protocols.UNICAST4;
import org.jgroups.protocols.VERIFY_SUSPECT;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.stack.Protocol;

/** Builds the protocol stacks of the two kinds of channels. Thread-safe. */
final class Stacks {
  /**
   * A message must fit into one bundle; bundles of a group are small because there is one per
   * member.
   */
  private static final int GROUP_BUNDLE_BYTES = 16_000;

  private static final int GROUP_FRAGMENT_BYTES = 15_000;
  private static final int PEERS_BUNDLE_BYTES = 64_000;
  private static final int PEERS_FRAGMENT_BYTES = 60_000;

  private static final int WINDOW_MESSAGES = 512;
  private static final int RETRANSMIT_MILLIS = 500;
  private static final int JOIN_TIMEOUT_MILLIS = 700;
  private static final int LEAVE_TIMEOUT_MILLIS = 500;
  private static final int VIEW_ACK_TIMEOUT_MILLIS = 500;
  private static final int PEER_CREDIT_BYTES = 4_000_000;
  private static final int PEER_BLOCK_MILLIS = 500;

  private final JGroupsConfig config;
  private final Supplier<List<Protocol>> lossyLink;
  private final AtomicInteger unicastConnections = new AtomicInteger();

  /**
   * @param lossyLink makes what stands between the transport and all other protocols of a channel:
   *     nothing, unless a test wants messages lost, late or out of order
   */
  Stacks(JGroupsConfig config, Supplier<List<Protocol>> lossyLink) {
    this.config = config;
    this.lossyLink = lossyLink;
  }

  /** A group with agreed views. */
  JChannel group(SharedPortTransport transport, ContactDiscovery discovery) throws Exception {
    transport.setBundler(bounded(new PerDestinationBundler(), GROUP_BUNDLE_BYTES));
    NAKACK4 broadcast = new QuietMulticast();
    broadcast.capacity(WINDOW_MESSAGES);
    broadcast.useMcastXmit(false);
    broadcast.setXmitInterval(RETRANSMIT_MILLIS);
    GMS membership = new GMS();
    membership.setJoinTimeout(JOIN_TIMEOUT_MILLIS);
    membership.setLeaveTimeout(LEAVE_TIMEOUT_MILLIS);
    membership.setMaxJoinAttempts(3);
    membership.setViewAckCollectionTimeout(VIEW_ACK_TIMEOUT_MILLIS);
    membership.printLocalAddress(false);
    return channel(
        transport,
        discovery,
        new Heartbeats(config.heartbeat(), config.silence()),
        // Not VERIFY_SUSPECT2: that one wakes up all the time to look for suspects.
        new VERIFY_SUSPECT().setTimeout(config.verify().toMillis()),
        broadcast,
        unicast(),
        membership,
        new FRAG4().setFragSize(GROUP_FRAGMENT_BYTES));
  }

  /**
   * The datacenter-wide channel: ordered, reliable, flow-controlled messages from agent to agent.
   */
  JChannel peers(SharedPortTransport transport, GossipView view) throws Exception {
    transport.setBundler(bounded(new LaneBundler(), PEERS_BUNDLE_BYTES));
    // Who is told of a message doesn't block: the thread that has read it can do that.
    transport.setMessageProcessingPolicy("direct");
    UFC flow = new UFC();
    flow.setMaxCredits(PEER_CREDIT_BYTES);
    flow.setMaxBlockTime(PEER_BLOCK_MILLIS);
    return channel(transport, unicast(), view, flow, new FRAG4().setFragSize(PEERS_FRAGMENT_BYTES));
  }

  private Protocol unicast() {
    UNICAST4 unicast = new ReopenableUnicast(unicastConnections);
    unicast.capacity(WINDOW_MESSAGES);
    unicast.setXmitInterval(RETRANSMIT_MILLIS);
    return unicast;
  }

  private static PerDestinationBundler bounded(PerDestinationBundler bundler, int bytes) {
    bundler.setMaxSize(bytes);
    bundler.setCapacity(WINDOW_MESSAGES);
    return bundler;
  }

  private JChannel channel(SharedPortTransport transport, Protocol... above) throws Exception {
    List<Protocol> protocols = new ArrayList<>();
    protocols.add(transport);
    protocols.addAll(lossyLink.get());
    protocols.addAll(List.of(above));
    for (Protocol protocol : protocols) {
      protocol.enableStats(false);
    }
    AgentBoot self = config.self();
    JChannel channel = new JChannel(protocols);
    channel.stats(false);
    channel.addAddressGenerator(() -> BootAddress.of(self));
    channel.setName(self.toString());
    return channel;
  }
}
