package io.nefele.hierarchy.jgroups;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.core.Endpoint;
import io.nefele.core.Name;
import io.nefele.hierarchy.GroupId;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jgroups.stack.Protocol;

/** A transport on loopback that remembers what it was told. */
final class TestAgent implements GroupListener, AutoCloseable {
  record GroupMessage(AgentBoot from, String text) {}

  record PeerMessage(AgentBoot from, Bytes bytes) {}

  final AgentBoot boot;
  final JGroupsTransport transport;
  private final Map<GroupId, List<AgentBoot>> views = new HashMap<>();
  private final Map<GroupId, List<GroupMessage>> heard = new HashMap<>();
  private final List<PeerMessage> datagrams = new ArrayList<>();

  TestAgent(long id, int epoch) throws IOException {
    this(id, epoch, 0);
  }

  TestAgent(long id, int epoch, int port) throws IOException {
    this(id, epoch, port, List::of);
  }

  TestAgent(long id, int epoch, int port, Supplier<List<Protocol>> lossyLink) throws IOException {
    this(new JGroupsConfig(new AgentBoot(new AgentId(id), epoch), "127.0.0.1", port), lossyLink);
  }

  TestAgent(JGroupsConfig config, Supplier<List<Protocol>> lossyLink) throws IOException {
    this.boot = config.self();
    this.transport = JGroupsTransport.start(config, this, lossyLink);
  }

  static List<TestAgent> start(int count) throws IOException {
    List<TestAgent> agents = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      agents.add(new TestAgent(i, 1));
    }
    introduce(agents);
    return agents;
  }

  /** Tells each agent where the others listen, as gossip would. */
  static void introduce(List<TestAgent> agents) {
    for (TestAgent agent : agents) {
      for (TestAgent other : agents) {
        agent.transport.learn(other.boot, other.endpoint());
      }
    }
  }

  static GroupId group(int counter) {
    return new GroupId(new Name("boot"), 0, new AgentBoot(new AgentId(1), 1), counter);
  }

  static List<AgentBoot> boots(List<TestAgent> agents) {
    return agents.stream().map(agent -> agent.boot).toList();
  }

  Endpoint endpoint() {
    return transport.endpoint();
  }

  synchronized List<AgentBoot> view(GroupId group) {
    return views.getOrDefault(group, List.of());
  }

  synchronized List<GroupMessage> heard(GroupId group) {
    return List.copyOf(heard.getOrDefault(group, List.of()));
  }

  synchronized List<PeerMessage> datagrams() {
    return List.copyOf(datagrams);
  }

  /** Waits until {@code condition} holds; it is looked at whenever this agent is told something. */
  synchronized void await(String what, Duration limit, BooleanSupplier condition)
      throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        throw new AssertionError(boot + " waited " + limit + " for: " + what + "; views " + views);
      }
      wait(left / 1_000_000 + 1);
    }
  }

  @Override
  public synchronized void view(GroupId group, List<AgentBoot> members) {
    views.put(group, members);
    notifyAll();
  }

  @Override
  public synchronized void groupMessage(GroupId group, AgentBoot from, Bytes message) {
    heard
        .computeIfAbsent(group, unused -> new ArrayList<>())
        .add(new GroupMessage(from, message.utf8()));
    notifyAll();
  }

  @Override
  public synchronized void peerMessages(AgentBoot from, List<Bytes> messages) {
    messages.forEach(message -> datagrams.add(new PeerMessage(from, message)));
    notifyAll();
  }

  @Override
  public void close() {
    transport.close();
  }
}
