package io.nefele.hierarchy.jgroups;

import io.nefele.contract.GroupBed;
import io.nefele.contract.GroupEvent;
import io.nefele.contract.Trace;
import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.hierarchy.GroupId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jgroups.protocols.DISCARD;
import org.jgroups.protocols.SHUFFLE;
import org.jgroups.stack.Protocol;

/** The group transport of agents: JGroups over TCP on loopback, with JGroups' own faults. */
public final class JGroupsGroups implements GroupBed {
  private static final String LOOPBACK = "127.0.0.1";
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration VERIFY = Duration.ofMillis(400);
  private static final Duration HEARTBEAT = Duration.ofMillis(400);
  private static final Duration SILENCE = Duration.ofMillis(2_500);

  private static final double LOSS = 0.05;
  private static final long MIX_MILLIS = 10;

  private final Trace trace = new Trace();
  private final Map<AgentBoot, Agent> agents = new LinkedHashMap<>();

  private final class Agent implements GroupListener {
    private final AgentBoot boot;
    private final List<DISCARD> cuts = new CopyOnWriteArrayList<>();
    private final List<SHUFFLE> mixes = new CopyOnWriteArrayList<>();
    private final JGroupsTransport transport;
    private boolean dead;

    Agent(AgentBoot boot, int port) {
      this.boot = boot;
      try {
        transport =
            JGroupsTransport.start(
                new JGroupsConfig(boot, LOOPBACK, port, VERIFY, HEARTBEAT, SILENCE),
                this,
                this::protocols);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private List<Protocol> protocols() {
      DISCARD cut = new DISCARD();
      // It mixes what comes within a time; filled to its greatest size it would lose some.
      SHUFFLE mix = new SHUFFLE().setDown(false).setUp(false);
      mix.setMaxSize(10_000).setMaxTime(MIX_MILLIS);
      cuts.add(cut);
      mixes.add(mix);
      return List.of(cut, mix);
    }

    synchronized void tell(GroupEvent event) {
      if (!dead) {
        trace.accept(event);
      }
    }

    /** What the sockets of a dead agent still bring is heard by nobody. */
    synchronized void die() {
      tell(new GroupEvent.Crashed(boot));
      dead = true;
    }

    @Override
    public void view(GroupId group, List<AgentBoot> members) {
      tell(new GroupEvent.Installed(boot, group, members));
    }

    @Override
    public void groupMessage(GroupId group, AgentBoot from, Bytes message) {
      tell(new GroupEvent.Delivered(boot, group, from, Integer.parseInt(message.utf8())));
    }

    @Override
    public void peerMessages(AgentBoot from, List<Bytes> messages) {
      for (Bytes message : messages) {
        tell(new GroupEvent.Received(boot, from, Integer.parseInt(message.utf8())));
      }
    }
  }

  @Override
  public AgentBoot start() {
    return start(new AgentBoot(new AgentId(agents.size() + 1L), 1), 0);
  }

  @Override
  public AgentBoot restart(AgentBoot crashed) {
    AgentBoot next = new AgentBoot(crashed.agent(), crashed.epoch() + 1);
    return start(next, agent(crashed).transport.endpoint().port());
  }

  private AgentBoot start(AgentBoot boot, int port) {
    Agent agent = new Agent(boot, port);
    for (Agent other : agents.values()) {
      agent.transport.learn(other.boot, other.transport.endpoint());
      other.transport.learn(boot, agent.transport.endpoint());
    }
    agents.put(boot, agent);
    return boot;
  }

  @Override
  public void open(AgentBoot agent, GroupId group, List<AgentBoot> contacts) {
    trace.accept(new GroupEvent.Opened(agent, group));
    agent(agent).transport.open(group, contacts);
  }

  @Override
  public void close(AgentBoot agent, GroupId group) {
    agent(agent).transport.close(group);
    trace.accept(new GroupEvent.Closed(agent, group));
  }

  @Override
  public void broadcast(AgentBoot agent, GroupId group, int number) {
    trace.accept(new GroupEvent.Broadcast(agent, group, number));
    agent(agent).transport.broadcast(group, payload(number));
  }

  @Override
  public void send(AgentBoot from, AgentBoot to, int number) {
    trace.accept(new GroupEvent.Sent(from, to, number));
    agent(from).transport.send(to, payload(number));
  }

  @Override
  public void crash(AgentBoot agent) {
    agent(agent).die();
    agent(agent).transport.crash();
  }

  @Override
  public void cut(List<AgentBoot> side, List<AgentBoot> other) {
    side.forEach(agent -> ignore(agent, other));
    other.forEach(agent -> ignore(agent, side));
  }

  private void ignore(AgentBoot agent, List<AgentBoot> others) {
    for (DISCARD cut : agent(agent).cuts) {
      others.forEach(other -> cut.addIgnoreMember(BootAddress.of(other)));
    }
  }

  @Override
  public void heal() {
    agents.values().forEach(agent -> agent.cuts.forEach(DISCARD::resetIgnoredMembers));
  }

  /** From now on a twentieth of what comes is lost, and the rest comes late and mixed up. */
  public void worsenLinks() {
    for (Agent agent : agents.values()) {
      agent.cuts.forEach(cut -> cut.setUpDiscardRate(LOSS));
      agent.mixes.forEach(mix -> mix.setUp(true));
    }
  }

  @Override
  public Trace trace() {
    return trace;
  }

  @Override
  public void await(String what, Trace.Condition condition) {
    try {
      if (!trace.await(condition, PATIENCE)) {
        throw new AssertionError("never saw " + what + "; " + trace);
      }
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted while waiting for " + what, e);
    }
  }

  @Override
  public void close() {
    try (var closers = Executors.newVirtualThreadPerTaskExecutor()) {
      CompletableFuture<?>[] closing =
          agents.values().stream()
              .map(agent -> CompletableFuture.runAsync(agent.transport::close, closers))
              .toArray(CompletableFuture[]::new);
      CompletableFuture.allOf(closing).orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }
  }

  private Agent agent(AgentBoot boot) {
    Agent agent = agents.get(boot);
    if (agent == null) {
      throw new IllegalArgumentException("no such agent: " + boot);
    }
    return agent;
  }

  private static Bytes payload(int number) {
    return Bytes.utf8(Integer.toString(number));
  }
}
