package io.nefele.hierarchy.jgroups;

import io.nefele.core.AgentBoot;
import io.nefele.core.Bytes;
import io.nefele.core.Endpoint;
import io.nefele.hierarchy.GroupId;
import java.io.IOException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jgroups.JChannel;
import org.jgroups.logging.LogFactory;
import org.jgroups.stack.Protocol;
import org.jspecify.annotations.Nullable;

/**
 * An agent's groups and its datagrams to other agents, over JGroups on one TCP port.
 *
 * <p>Delivery: a broadcast reaches each member of the view once, in the sender's order. A message
 * to one agent is ordered per pair and repeated until it arrives, for as long as both run and
 * gossip knows both; to an agent that gossip has not told of it waits for that for a second. To one
 * that stays unknown, is gone or does not drain what it was sent it is dropped and {@linkplain
 * #dropped counted}, so protocols above have timeouts. Messages are 64 MiB at most.
 *
 * <p>Thread-safe; except {@link #start} and {@link #close} no call blocks.
 */
public final class JGroupsTransport implements AutoCloseable {
  /** The greatest message. */
  public static final int MAX_MESSAGE_BYTES = 64 << 20;

  static {
    // Its logger over SLF4J formats every message, also those that nobody wants to see.
    LogFactory.useJdkLogger(true);
  }

  private final JGroupsConfig config;
  private final GroupListener listener;
  private final Stacks stacks;
  private final AddressBook book;
  private final SharedServer server;
  private final PeerChannel peers;
  private final BulkChannel bulk;
  private final Map<GroupId, GroupChannel> open = new TreeMap<>();
  private final Map<GroupId, CompletableFuture<Void>> closing = new TreeMap<>();
  private final LongAdder dropped = new LongAdder();

  private JGroupsTransport(
      JGroupsConfig config,
      GroupListener listener,
      Stacks stacks,
      AddressBook book,
      SharedServer server,
      PeerChannel peers,
      BulkChannel bulk) {
    this.config = config;
    this.listener = listener;
    this.stacks = stacks;
    this.book = book;
    this.server = server;
    this.peers = peers;
    this.bulk = bulk;
  }

  /**
   * Listens on the port and is ready for messages from agent to agent.
   *
   * @throws PortInUseException if the port is taken
   * @throws IOException if listening fails otherwise
   */
  public static JGroupsTransport start(JGroupsConfig config, GroupListener listener)
      throws IOException {
    return start(config, listener, List::of);
  }

  /** As {@link #start(JGroupsConfig, GroupListener)}, over links that a test may disturb. */
  static JGroupsTransport start(
      JGroupsConfig config, GroupListener listener, Supplier<List<Protocol>> lossyLink)
      throws IOException {
    AddressBook book = new AddressBook();
    SharedServer server = SharedServer.listen(config.bindHost(), config.port());
    Stacks stacks = new Stacks(config, lossyLink);
    try {
      book.learn(config.self(), new Endpoint(config.bindHost(), server.place().getPort()));
      PeerChannel peers = PeerChannel.open(stacks, server, book, listener);
      BulkChannel bulk = new BulkChannel(config.self(), server, book, listener);
      bulk.open();
      return new JGroupsTransport(config, listener, stacks, book, server, peers, bulk);
    } catch (Exception e) {
      server.stop();
      throw new IOException("cannot open the channel to other agents", e);
    }
  }

  /** Where this agent listens. */
  public Endpoint endpoint() {
    return new Endpoint(config.bindHost(), server.place().getPort());
  }

  /** How many messages were dropped because their receiver was unknown or did not keep up. */
  public long dropped() {
    return dropped.sum() + peers.dropped();
  }

  /** Takes from gossip where {@code boot} listens; the newest word counts. */
  public void learn(AgentBoot boot, Endpoint endpoint) {
    try {
      if (book.learn(boot, endpoint)) {
        peers.bookChanged();
        peers.learned(boot);
      }
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("not an address in numbers: " + endpoint, e);
    }
  }

  /** Takes from gossip that {@code boot} is gone. */
  public void forget(AgentBoot boot) {
    if (!boot.equals(config.self()) && book.forget(boot)) {
      peers.forget(boot);
      bulk.forget(boot);
      peers.bookChanged();
    }
  }

  /**
   * Joins {@code group} through one of {@code contacts}, of which one must coordinate it. With no
   * contacts, or if none answers within about 1.5 s, it becomes the first member of the group. A
   * view tells which. Opening an open group does nothing.
   */
  public synchronized void open(GroupId group, List<AgentBoot> contacts) {
    if (open.containsKey(group)) {
      return;
    }
    List<AgentBoot> others = new ArrayList<>(contacts);
    others.remove(config.self());
    GroupChannel channel = new GroupChannel(group, newChannel(group, others), listener);
    open.put(group, channel);
    channel.open(closing.getOrDefault(group, CompletableFuture.completedFuture(null)));
  }

  /** Leaves {@code group}; nothing of it is heard any more. */
  public synchronized void close(GroupId group) {
    GroupChannel channel = open.remove(group);
    if (channel != null) {
      CompletableFuture<Void> done = channel.close();
      closing.put(group, done);
      done.thenRun(() -> closed(group, done));
    }
  }

  /** Sends to all members of {@code group}, this agent too. */
  public void broadcast(GroupId group, Bytes message) {
    checkSize(message);
    GroupChannel channel = find(group);
    if (channel == null || !channel.broadcast(message)) {
      dropped.increment();
    }
  }

  /** Sends to {@code to} alone. */
  public void send(AgentBoot to, Bytes message) {
    checkSize(message);
    if (!peers.send(to, message)) {
      dropped.increment();
    }
  }

  /**
   * Sends to {@code to} alone what is large, and may get lost if the connection breaks; it may come
   * before or after what {@link #send} has sent.
   */
  public void sendBulk(AgentBoot to, Bytes message) {
    checkSize(message);
    if (!bulk.send(to, message)) {
      dropped.increment();
    }
  }

  /** Leaves all groups and stops listening; blocks until that is done, seconds at most. */
  @Override
  public void close() {
    List<CompletableFuture<Void>> leaving = new ArrayList<>();
    synchronized (this) {
      for (GroupId group : List.copyOf(open.keySet())) {
        close(group);
      }
      leaving.addAll(closing.values());
    }
    leaving.forEach(CompletableFuture::join);
    peers.close();
    server.stop();
  }

  /** Breaks every connection and stops listening without a word to anybody, as a killed process. */
  void crash() {
    server.crash();
  }

  private synchronized @Nullable GroupChannel find(GroupId group) {
    return open.get(group);
  }

  private synchronized void closed(GroupId group, CompletableFuture<Void> done) {
    closing.remove(group, done);
  }

  private JChannel newChannel(GroupId group, List<AgentBoot> contacts) {
    try {
      return stacks.group(
          new SharedPortTransport(server, book, group.toString()),
          new ContactDiscovery(contacts, book));
    } catch (Exception e) {
      throw new IllegalStateException("cannot build the channel of " + group, e);
    }
  }

  private static void checkSize(Bytes message) {
    if (message.size() > MAX_MESSAGE_BYTES) {
      throw new IllegalArgumentException("a message has at most 64 MiB: " + message);
    }
  }
}
