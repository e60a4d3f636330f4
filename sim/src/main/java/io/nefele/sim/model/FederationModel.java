package io.nefele.sim.model;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Name;
import io.nefele.core.SeededStreams;
import io.nefele.hierarchy.GroupAdvert;
import io.nefele.hierarchy.GroupId;
import io.nefele.hierarchy.Hierarchy;
import io.nefele.hierarchy.HierarchyConfig;
import io.nefele.hierarchy.HierarchyEffect;
import io.nefele.hierarchy.HierarchyInput;
import io.nefele.hierarchy.HierarchyTimer;
import io.nefele.hierarchy.KnownPeers;
import io.nefele.hierarchy.Peer;
import io.nefele.sim.kernel.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * A fabric of {@link Hierarchy} cores, the agents' own, under virtual time. Gossip is a model: what
 * an agent says of its groups is known to nobody for so many rounds, and then to everybody; a round
 * is the rumour interval, and in each the number of those who know grows by the factor of one and
 * the fan-out. That is the time at which the last one hears of it, so nothing comes out better than
 * it is. All agents look at one {@link KnownPeers}, which is why a hundred thousand of them fit.
 */
public final class FederationModel {
  /** The rumour interval of gossip. */
  public static final Duration ROUND = Duration.ofMillis(200);

  private static final Optional<Duration> NEAR = Optional.of(Duration.ofNanos(100_000));

  /** The fan-out of gossip, and the one who knows already. */
  private static final int GROWTH = 4;

  private static final long SUSPICION_NANOS = 6_000_000_000L;
  private static final long HOP_NANOS = 250_000;
  private static final long LOOK_NANOS = 50_000_000;
  private static final Name SERVICE = new Name("boot");

  private final int k;
  private final int spreadRounds;
  private final VirtualTime time;
  private final SeededStreams streams;
  private final RandomGenerator random;
  private final KnownPeers known;
  private final ModelGroups groups;
  private final TreeMap<AgentId, Agent> agents = new TreeMap<>();
  private final TreeSet<AgentId> leaders = new TreeSet<>();
  private boolean lookDue;
  private long messages;

  private static final class Agent {
    final AgentBoot boot;
    final Hierarchy hierarchy;
    final Map<HierarchyTimer, Long> timers = new HashMap<>();
    long advertVersion;
    long timerSequence;
    boolean alive = true;

    Agent(AgentBoot boot, Hierarchy hierarchy) {
      this.boot = boot;
      this.hierarchy = hierarchy;
    }
  }

  public FederationModel(int count, int k, long seed) {
    this.k = k;
    this.spreadRounds = Math.max(1, (int) Math.ceil(Math.log(count) / Math.log(GROWTH) - 1e-9));
    this.streams = new SeededStreams(seed);
    this.random = streams.stream("model");
    this.time = new VirtualTime(streams.stream("ties"));
    this.known = new KnownPeers(SERVICE, agent -> NEAR);
    this.groups = new ModelGroups(time, this::isAlive, this::install);
    for (int i = 0; i < count; i++) {
      AgentBoot boot = new AgentBoot(AgentId.random(random), 1);
      start(boot, ROUND.multipliedBy(spreadRounds));
    }
  }

  /** In how many rounds all hear of something. */
  public int spreadRounds() {
    return spreadRounds;
  }

  public Duration now() {
    return Duration.ofNanos(time.nowNanos());
  }

  /** Of hierarchies and of group membership, so far. */
  public long messages() {
    return messages + groups.messages();
  }

  /** Lets {@code span} pass. */
  public void run(Duration span) {
    long end = time.nowNanos() + span.toNanos();
    while (time.step(end)) {
      // All that is due.
    }
  }

  public List<AgentBoot> living() {
    List<AgentBoot> living = new ArrayList<>();
    agents.values().stream().filter(agent -> agent.alive).forEach(agent -> living.add(agent.boot));
    return living;
  }

  /** The hierarchy of an agent that lives. */
  public Hierarchy hierarchy(AgentBoot boot) {
    return find(boot).orElseThrow().hierarchy;
  }

  public boolean isAlive(AgentBoot boot) {
    return find(boot).filter(agent -> agent.alive).isPresent();
  }

  public void crash(AgentBoot boot) {
    Agent agent = find(boot).orElseThrow();
    agent.alive = false;
    agent.timers.clear();
    leaders.remove(boot.agent());
    groups.crashed(boot);
    time.after(
        SUSPICION_NANOS + spreadNanos(),
        () -> {
          if (find(boot).isPresent()) {
            known.remove(boot.agent());
            look();
          }
        });
  }

  /** Starts a crashed agent again, in a new life. */
  public void restart(AgentBoot boot) {
    start(new AgentBoot(boot.agent(), boot.epoch() + 1), ROUND.multipliedBy(2));
  }

  public RandomGenerator random() {
    return random;
  }

  public int k() {
    return k;
  }

  private void start(AgentBoot boot, Duration untilItKnowsOthers) {
    HierarchyConfig config = new HierarchyConfig(SERVICE, k);
    Agent agent =
        new Agent(boot, new Hierarchy(config, boot, known, streams.stream("agent " + boot)));
    agents.put(boot.agent(), agent);
    known.put(new Peer(boot, List.of()));
    time.after(
        untilItKnowsOthers.toNanos() + random.nextLong(ROUND.toNanos()),
        () -> step(agent, new HierarchyInput.Started()));
  }

  private Optional<Agent> find(AgentBoot boot) {
    return Optional.ofNullable(agents.get(boot.agent())).filter(agent -> agent.boot.equals(boot));
  }

  private void install(AgentBoot member, ModelGroups.View view) {
    find(member)
        .ifPresent(
            agent -> step(agent, new HierarchyInput.ViewInstalled(view.group(), view.members())));
  }

  private void step(Agent agent, HierarchyInput input) {
    if (!agent.alive) {
      return;
    }
    Instant now = Instant.ofEpochSecond(0, time.nowNanos());
    for (HierarchyEffect effect : agent.hierarchy.step(now, input)) {
      switch (effect) {
        case HierarchyEffect.OpenGroup(GroupId group, var contacts) ->
            groups.open(agent.boot, group, contacts);
        case HierarchyEffect.CloseGroup(GroupId group) -> groups.close(agent.boot, group);
        case HierarchyEffect.Send(AgentBoot to, var message) -> {
          messages++;
          time.after(
              HOP_NANOS,
              () ->
                  find(to)
                      .ifPresent(
                          other -> step(other, new HierarchyInput.Received(agent.boot, message))));
        }
        case HierarchyEffect.SetTimer(HierarchyTimer timer, Duration delay) ->
            set(agent, timer, delay);
        case HierarchyEffect.CancelTimer(HierarchyTimer timer) -> agent.timers.remove(timer);
        case HierarchyEffect.Advertise(var adverts) -> advertise(agent, adverts);
        case HierarchyEffect.Told told -> {}
      }
    }
    if (agent.hierarchy.leader(0).equals(Optional.of(agent.boot))) {
      leaders.add(agent.boot.agent());
    } else {
      leaders.remove(agent.boot.agent());
    }
  }

  private void set(Agent agent, HierarchyTimer timer, Duration delay) {
    long sequence = ++agent.timerSequence;
    agent.timers.put(timer, sequence);
    time.after(
        delay.toNanos(),
        () -> {
          if (agent.timers.remove(timer, sequence)) {
            step(agent, new HierarchyInput.TimerFired(timer));
          }
        });
  }

  private void advertise(Agent agent, List<GroupAdvert> adverts) {
    long version = ++agent.advertVersion;
    time.after(
        spreadNanos(),
        () -> {
          boolean newest = agent.alive && agent.advertVersion == version;
          if (newest && known.put(new Peer(agent.boot, adverts))) {
            look();
          }
        });
  }

  /** Soon, those who may have to act on news look at them: many news at once. */
  private void look() {
    if (!lookDue) {
      lookDue = true;
      time.after(
          LOOK_NANOS,
          () -> {
            lookDue = false;
            for (AgentId leader : List.copyOf(leaders)) {
              Agent agent = agents.get(leader);
              if (agent != null) {
                step(agent, new HierarchyInput.PeersChanged());
              }
            }
          });
    }
  }

  private long spreadNanos() {
    return spreadRounds * ROUND.toNanos();
  }
}
