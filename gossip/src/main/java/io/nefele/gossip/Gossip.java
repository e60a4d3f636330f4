package io.nefele.gossip;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.core.Core;
import io.nefele.core.Endpoint;
import io.nefele.gossip.Membership.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Knows who exists in the datacenter, and tells it when somebody comes, goes, or says something new
 * of itself. Eventually all agents that can reach each other agree.
 *
 * <p>Five things happen all the time: {@link Prober} probes one member per period; {@link Watches}
 * sees processes end between their turns; {@link Dissemination} passes news on, on the back of that
 * and by itself; {@link Repair} mends what got lost, when the digests in probes show it; {@link
 * ReachOut} looks for agents that are not members. {@link Membership} weighs what they hear. An
 * idle agent's traffic does not depend on how many members there are.
 */
public final class Gossip implements Core<GossipInput, GossipEffect> {
  private static final int TOLD_OF_LEAVING = 16;

  private final Outbox outbox = new Outbox();
  private final MemberTable table = new MemberTable();
  private final LocalHealth health;
  private final Vivaldi vivaldi;
  private final Dissemination dissemination;
  private final Suspicions suspicions;
  private final Watches watches;
  private final Membership membership;
  private final Prober prober;
  private final Repair repair;
  private final ReachOut reachOut;

  /**
   * @param self the agent in its present life; the epoch is raised and on disk already
   * @param endpoint where the agent listens, as others have to address it
   * @param metadata what others shall know of it; at most {@link Member#MAX_METADATA_BYTES}
   * @param random this core's own stream
   */
  public Gossip(
      GossipConfig config,
      AgentBoot self,
      Endpoint endpoint,
      Bytes metadata,
      RandomGenerator random) {
    Roster roster = new Roster(random);
    health = new LocalHealth(config.maxLocalHealth());
    vivaldi = new Vivaldi(random);
    dissemination = new Dissemination(config, table, roster, health, outbox);
    suspicions = new Suspicions(config, self.agent(), table, outbox, random);
    watches = new Watches(config, self.agent(), table, outbox);
    membership =
        new Membership(
            self,
            endpoint,
            metadata,
            table,
            roster,
            suspicions,
            watches,
            dissemination,
            health,
            vivaldi,
            outbox);
    prober =
        new Prober(
            config,
            table,
            roster,
            membership,
            suspicions,
            dissemination,
            health,
            vivaldi,
            outbox,
            random);
    repair = new Repair(config, table, membership, dissemination, outbox, random);
    reachOut = new ReachOut(config, table, membership, repair, outbox, random);
  }

  @Override
  public List<GossipEffect> step(Instant now, GossipInput input) {
    if (hasLeft()) {
      return List.of();
    }
    switch (input) {
      case GossipInput.Started() -> {}
      case GossipInput.Discovered(List<Endpoint> endpoints) -> reachOut.discovered(endpoints, now);
      case GossipInput.Received(Endpoint from, GossipMessage message) ->
          received(from, message, now);
      case GossipInput.Refused(Endpoint to) -> prober.refused(to);
      case GossipInput.WatchBroken(Endpoint to) ->
          watches.broken(to).ifPresent(agent -> prober.probeOutOfTurn(agent, now));
      case GossipInput.TimerFired(GossipTimer timer) -> fired(timer, now);
      case GossipInput.MetadataChanged(Bytes metadata) -> membership.announce(metadata, now);
      case GossipInput.LeaveRequested() -> leave(now);
    }
    if (!hasLeft()) {
      suspicions.drainToCheck().forEach(suspect -> prober.probeOutOfTurn(suspect, now));
      suspicions.drainToAsk().forEach(prober::ask);
      dissemination.schedule(now);
      prober.schedule();
      reachOut.schedule();
    }
    return outbox.drain();
  }

  /** All members, this agent and suspects included, in the order of their ids. */
  public List<Member> members() {
    return table.present();
  }

  /** How many members there are, this agent included. */
  public int memberCount() {
    return table.presentCount();
  }

  /** The ids of all members, this agent's included, in their order. */
  public List<AgentId> agents() {
    return table.presentAgents();
  }

  /** The member, unless it is unknown, removed or has left. */
  public Optional<Member> member(AgentId agent) {
    return table.present(agent);
  }

  /**
   * The round trip to {@code agent}: measured where there was a probe, otherwise estimated from
   * coordinates; empty if it is no member or nothing is known of where it is.
   */
  public Optional<Duration> rtt(AgentId agent) {
    if (agent.equals(membership.self().agent())) {
      return Optional.of(Duration.ZERO);
    }
    return vivaldi.measured(agent).or(() -> table.present(agent).flatMap(this::estimated));
  }

  /**
   * Compares the round trips to two agents, to the advantage of {@code near} as little as the
   * measurements allow: an agent with too much to do measures its own delays, and takes one for far
   * and another for near by chance. If {@code far} was measured often enough, by the least of
   * either; else by estimates, each as wrong as coordinates are.
   *
   * @return empty if nothing can be said
   */
  public Optional<RttComparison> compare(AgentId far, AgentId near) {
    return vivaldi.compare(far, coordinate(far), near, coordinate(near));
  }

  private Optional<Coordinate> coordinate(AgentId agent) {
    return table
        .present(agent)
        .map(Member::coordinate)
        .filter(coordinate -> coordinate.error() < Coordinate.MAX_ERROR);
  }

  /** Equal on agents that know the same members in the same incarnations. */
  public TableDigest digest() {
    return table.digest();
  }

  /** Whether this agent has said goodbye. */
  public boolean hasLeft() {
    return membership.self().state() == MemberState.LEFT;
  }

  private Optional<Duration> estimated(Member member) {
    boolean known = member.coordinate().error() < Coordinate.MAX_ERROR;
    return known
        ? Optional.of(vivaldi.coordinate().distanceTo(member.coordinate()))
        : Optional.empty();
  }

  private void received(Endpoint from, GossipMessage message, Instant now) {
    switch (message) {
      case GossipMessage.Ping ping -> {
        learn(ping.news(), now);
        dissemination.met(ping.digest());
        prober.pinged(ping, from);
      }
      case GossipMessage.Ack ack -> {
        learn(ack.news(), now);
        if (prober.acked(ack, from, now)) {
          dissemination.met(ack.digest());
          membership.announceMove(now);
          repair.compare(ack.digest(), from, now);
        }
      }
      case GossipMessage.PingRequest request -> {
        learn(request.news(), now);
        prober.pingRequested(request, from);
      }
      case GossipMessage.Nack nack -> prober.nacked(nack);
      case GossipMessage.Rumours rumours -> learn(rumours.news(), now);
      case GossipMessage.SyncOffer offer -> repair.offered(offer, from, now);
      case GossipMessage.SyncRows rows -> repair.received(rows, from, now);
    }
  }

  private void learn(List<News> news, Instant now) {
    for (News item : news) {
      membership.learn(item, Source.RUMOUR, now);
    }
  }

  private void fired(GossipTimer timer, Instant now) {
    switch (timer) {
      case GossipTimer.ProbeDue() -> {
        prober.probeDue(now);
        watches.tend(now);
      }
      case GossipTimer.ProbeOver(int sequence) -> prober.probeOver(sequence, now);
      case GossipTimer.AckOverdue(int sequence) -> prober.ackOverdue(sequence);
      case GossipTimer.RelayOverdue(int sequence) -> prober.relayOverdue(sequence);
      case GossipTimer.SuspicionExpired(AgentId suspect) ->
          membership.suspicionExpired(suspect, now);
      case GossipTimer.RumoursDue() -> dissemination.rumoursDue();
      case GossipTimer.ReachOut() -> reachOut.due(now);
    }
  }

  private void leave(Instant now) {
    membership.leave(now);
    dissemination.broadcast(News.of(membership.self()), TOLD_OF_LEAVING);
    outbox.cancelTimer(new GossipTimer.ProbeDue());
    outbox.cancelTimer(new GossipTimer.RumoursDue());
    outbox.cancelTimer(new GossipTimer.ReachOut());
  }
}
