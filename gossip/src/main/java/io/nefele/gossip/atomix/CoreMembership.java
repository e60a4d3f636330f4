package io.nefele.gossip.atomix;

import io.atomix.cluster.BootstrapService;
import io.atomix.cluster.MemberId;
import io.atomix.cluster.Node;
import io.atomix.cluster.discovery.NodeDiscoveryEvent;
import io.atomix.cluster.discovery.NodeDiscoveryEventListener;
import io.atomix.cluster.discovery.NodeDiscoveryService;
import io.atomix.cluster.protocol.GroupMembershipEvent;
import io.atomix.cluster.protocol.GroupMembershipEventListener;
import io.atomix.cluster.protocol.GroupMembershipProtocol;
import io.atomix.cluster.protocol.GroupMembershipProtocolConfig;
import io.atomix.utils.event.AbstractListenerManager;
import io.atomix.utils.net.Address;
import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.core.Endpoint;
import io.nefele.core.MalformedMessage;
import io.nefele.gossip.GossipMessage;
import io.nefele.gossip.MemberEvent;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The membership protocol that Atomix runs: it hands what comes in to the agent's core, and shows
 * Atomix the members that the core tells.
 */
final class CoreMembership
    extends AbstractListenerManager<GroupMembershipEvent, GroupMembershipEventListener>
    implements GroupMembershipProtocol {
  static final String SUBJECT = "nefele-gossip";

  /** A request that is never answered: its connection lasts until one side closes it. */
  static final String WATCH = "nefele-watch";

  private static final byte[] RECEIVED = new byte[0];

  /** Installs {@link CoreMembership} in a cluster. */
  static final class Config extends GroupMembershipProtocolConfig {
    private final TransportListener listener;
    private final Datagrams datagrams;
    private final CoreMembership protocol;

    Config(TransportListener listener, Datagrams datagrams) {
      this.listener = listener;
      this.datagrams = datagrams;
      this.protocol = new CoreMembership(this);
    }

    /** The one protocol of this config, which a transport needs before Atomix asks for it. */
    CoreMembership protocol() {
      return protocol;
    }

    @Override
    public GroupMembershipProtocol.Type<Config> getType() {
      return new GroupMembershipProtocol.Type<>() {
        @Override
        public String name() {
          return "nefele";
        }

        @Override
        public Config newConfig() {
          return Config.this;
        }

        @Override
        public GroupMembershipProtocol newProtocol(Config config) {
          return config.protocol();
        }
      };
    }
  }

  private final Config config;
  private final Map<MemberId, io.atomix.cluster.Member> members = new ConcurrentHashMap<>();
  private final BiConsumer<Address, byte[]> onDatagram = this::received;
  private final NodeDiscoveryEventListener onDiscovery = this::discovered;
  private @Nullable BootstrapService services;
  private @Nullable NodeDiscoveryService discovery;

  private CoreMembership(Config config) {
    this.config = config;
  }

  @Override
  public GroupMembershipProtocolConfig config() {
    return config;
  }

  @Override
  public Set<io.atomix.cluster.Member> getMembers() {
    return Set.copyOf(members.values());
  }

  @Override
  public io.atomix.cluster.@Nullable Member getMember(MemberId memberId) {
    return members.get(memberId);
  }

  @Override
  public CompletableFuture<Void> join(
      BootstrapService bootstrap, NodeDiscoveryService nodes, io.atomix.cluster.Member self) {
    services = bootstrap;
    discovery = nodes;
    show(GroupMembershipEvent.Type.MEMBER_ADDED, self);
    bootstrap.getUnicastService().addListener(SUBJECT, onDatagram, Runnable::run);
    BiFunction<Address, byte[], byte[]> onStream =
        (from, payload) -> {
          received(from, payload);
          return RECEIVED;
        };
    bootstrap.getMessagingService().registerHandler(SUBJECT, onStream, Runnable::run);
    BiFunction<Address, byte[], CompletableFuture<byte[]>> onWatch =
        (from, payload) -> new CompletableFuture<>();
    bootstrap.getMessagingService().registerHandler(WATCH, onWatch);
    nodes.addListener(onDiscovery);
    config.listener.discovered(
        nodes.getNodes().stream().map(CoreMembership::endpoint).sorted().toList());
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletableFuture<Void> leave(io.atomix.cluster.Member self) {
    if (services != null) {
      services.getUnicastService().removeListener(SUBJECT, onDatagram);
      services.getMessagingService().unregisterHandler(SUBJECT);
      services.getMessagingService().unregisterHandler(WATCH);
    }
    if (discovery != null) {
      discovery.removeListener(onDiscovery);
    }
    members.clear();
    return CompletableFuture.completedFuture(null);
  }

  /** Shows Atomix what the core told. */
  void apply(MemberEvent event) {
    KnownMember member = new KnownMember(event.member());
    switch (event) {
      case MemberEvent.Joined joined -> show(GroupMembershipEvent.Type.MEMBER_ADDED, member);
      case MemberEvent.Suspected suspected ->
          show(GroupMembershipEvent.Type.REACHABILITY_CHANGED, member);
      case MemberEvent.Refuted refuted ->
          show(GroupMembershipEvent.Type.REACHABILITY_CHANGED, member);
      case MemberEvent.Restarted restarted ->
          show(GroupMembershipEvent.Type.METADATA_CHANGED, member);
      case MemberEvent.MetadataUpdated updated ->
          show(GroupMembershipEvent.Type.METADATA_CHANGED, member);
      case MemberEvent.Forgotten forgotten -> {}
      case MemberEvent.Left left -> hide(member);
      case MemberEvent.Removed removed -> hide(member);
    }
  }

  static MemberId memberId(AgentId agent) {
    return MemberId.from(agent.toString());
  }

  private void show(GroupMembershipEvent.Type type, io.atomix.cluster.Member member) {
    members.put(member.id(), member);
    post(new GroupMembershipEvent(type, member));
  }

  private void hide(KnownMember member) {
    members.remove(member.id());
    post(new GroupMembershipEvent(GroupMembershipEvent.Type.MEMBER_REMOVED, member));
  }

  private void received(Address from, byte[] payload) {
    try {
      GossipMessage message = GossipMessage.CODEC.fromBytes(Bytes.wrap(payload));
      config.listener.received(inNumbers(from), message);
    } catch (MalformedMessage e) {
      config.datagrams.countMalformed();
    }
  }

  private void discovered(NodeDiscoveryEvent event) {
    if (event.type() == NodeDiscoveryEvent.Type.JOIN) {
      config.listener.discovered(List.of(endpoint(event.node())));
    }
  }

  private static Endpoint endpoint(Node node) {
    return new Endpoint(node.address().host(), node.address().port());
  }

  /**
   * The sender as it tells itself. Atomix has looked its address up and gives its name; agents know
   * each other by address.
   */
  private static Endpoint inNumbers(Address from) {
    InetAddress address = from.address();
    return new Endpoint(address == null ? from.host() : address.getHostAddress(), from.port());
  }
}
