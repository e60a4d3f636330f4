package io.nefele.gossip;

import io.nefele.core.AgentId;
import io.nefele.core.Durations;
import io.nefele.core.Endpoint;
import io.nefele.gossip.GossipMessage.Ack;
import io.nefele.gossip.GossipMessage.Nack;
import io.nefele.gossip.GossipMessage.Ping;
import io.nefele.gossip.GossipMessage.PingRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * The failure detector: probes one member in each period, first straight, then through others and
 * over a stream (SWIM section 3.1, Lifeguard section IV-A), and a few more out of turn where there
 * is a reason to look. Also does the probes that others ask for.
 */
final class Prober {
  private static final int MAX_FIRST_SEQUENCE = 1 << 16;

  /** A probe under way. */
  private static final class Probe {
    final int sequence;
    final AgentId target;
    final Instant sentAt;
    final Instant overAt;
    boolean streamed;
    boolean refused;
    int nacksExpected;
    int nacks;

    Probe(int sequence, AgentId target, Instant sentAt, Instant overAt) {
      this.sequence = sequence;
      this.target = target;
      this.sentAt = sentAt;
      this.overAt = overAt;
    }
  }

  /** A probe on behalf of another agent. */
  private record Relay(Endpoint requester, int sequence) {}

  private final GossipConfig config;
  private final MemberTable table;
  private final Roster roster;
  private final Membership membership;
  private final Suspicions suspicions;
  private final Dissemination dissemination;
  private final LocalHealth health;
  private final Vivaldi vivaldi;
  private final Outbox outbox;
  private final RandomGenerator random;

  private final TreeMap<Integer, Relay> relays = new TreeMap<>();
  private final TreeMap<Integer, Probe> probes = new TreeMap<>();
  private boolean running;
  private int lastSequence;
  private int inTurn;
  private Instant extraSince = Instant.MIN;
  private int extraLeft;

  Prober(
      GossipConfig config,
      MemberTable table,
      Roster roster,
      Membership membership,
      Suspicions suspicions,
      Dissemination dissemination,
      LocalHealth health,
      Vivaldi vivaldi,
      Outbox outbox,
      RandomGenerator random) {
    this.config = config;
    this.table = table;
    this.roster = roster;
    this.membership = membership;
    this.suspicions = suspicions;
    this.dissemination = dissemination;
    this.health = health;
    this.vivaldi = vivaldi;
    this.outbox = outbox;
    this.random = random;
    this.lastSequence = random.nextInt(MAX_FIRST_SEQUENCE);
  }

  /**
   * To be called at the end of a step: probes as long as there is somebody to probe. The first
   * probe comes at a random time, so that agents started together do not probe in step.
   */
  void schedule() {
    if (!running && !roster.isEmpty()) {
      running = true;
      long delayMillis = random.nextLong(config.probePeriod().toMillis());
      outbox.setTimer(new GossipTimer.ProbeDue(), Duration.ofMillis(delayMillis));
    }
  }

  void probeDue(Instant now) {
    conclude(inTurn, now);
    running = false;
    Optional<Member> target = roster.next().flatMap(table::present);
    if (target.isPresent()) {
      running = true;
      Duration period = health.stretch(config.probePeriod());
      inTurn = begin(target.get(), period, now).sequence;
      outbox.setTimer(new GossipTimer.ProbeDue(), period);
    }
  }

  /**
   * Probes a member now that there is a reason to: a connection to it broke, or others suspect it.
   * Goes over a stream at once, since a refusal is what is expected. Nothing happens if it is being
   * probed, or if this period has seen its share of such probes.
   */
  void probeOutOfTurn(AgentId agent, Instant now) {
    boolean underWay = probes.values().stream().anyMatch(probe -> probe.target.equals(agent));
    Optional<Member> target = table.present(agent);
    if (underWay || target.isEmpty() || !takeExtra(now)) {
      return;
    }
    Duration period = health.stretch(config.probePeriod());
    Probe begun = begin(target.get(), period, now);
    outbox.setTimer(new GossipTimer.ProbeOver(begun.sequence), period);
    pingByStream(target.get(), begun);
  }

  /**
   * Has a suspect say now, if it can, what it has to say: with one datagram, on which none waits.
   */
  void ask(AgentId agent) {
    table.present(agent).ifPresent(suspect -> ping(suspect, ++lastSequence));
  }

  private boolean takeExtra(Instant now) {
    if (!extraSince.plus(health.stretch(config.probePeriod())).isAfter(now)) {
      extraSince = now;
      extraLeft = config.extraProbes();
    }
    extraLeft = Math.max(extraLeft - 1, -1);
    return extraLeft >= 0;
  }

  private Probe begin(Member target, Duration period, Instant now) {
    Probe begun = new Probe(++lastSequence, target.agent(), now, now.plus(period));
    probes.put(begun.sequence, begun);
    ping(target, begun.sequence);
    outbox.setTimer(
        new GossipTimer.AckOverdue(begun.sequence), health.stretch(config.ackTimeout()));
    return begun;
  }

  void ackOverdue(int sequence) {
    Probe probe = probes.get(sequence);
    if (probe != null) {
      table.present(probe.target).ifPresent(target -> probeThroughOthers(target, probe));
    }
  }

  private void probeThroughOthers(Member target, Probe probe) {
    for (AgentId agent :
        roster.sample(config.indirectProbes(), helper -> canHelp(helper, target))) {
      Optional<Member> helper = table.present(agent);
      if (helper.isPresent()) {
        probe.nacksExpected++;
        outbox.send(
            helper.get().endpoint(),
            new PingRequest(
                probe.sequence, target.agent(), target.endpoint(), dissemination.newsFor(helper)));
      }
    }
    pingByStream(target, probe);
  }

  /**
   * Suspects are not asked: with half of all cut off, their silence would speak against the health
   * of this agent, and what is dead would take many times as long to be removed.
   */
  private boolean canHelp(AgentId helper, Member target) {
    return !helper.equals(target.agent()) && isUnsuspected(helper);
  }

  private boolean isUnsuspected(AgentId agent) {
    return table.present(agent).filter(m -> m.state() == MemberState.ALIVE).isPresent();
  }

  private void pingByStream(Member target, Probe probe) {
    if (!probe.streamed) {
      probe.streamed = true;
      outbox.sendStream(
          target.endpoint(),
          new Ping(probe.sequence, target.agent(), true, table.digest(), List.of(News.of(target))));
    }
  }

  void probeOver(int sequence, Instant now) {
    conclude(sequence, now);
  }

  /** Judges the probe that is over, unless it was answered. */
  private void conclude(int sequence, Instant now) {
    Probe over = probes.remove(sequence);
    if (over == null) {
      return;
    }
    outbox.cancelTimer(new GossipTimer.AckOverdue(sequence));
    if (over.overAt.plus(Durations.divide(config.probePeriod(), 2)).isBefore(now)) {
      // This agent was paused: the answer may be waiting unread.
      health.worsened(1);
      return;
    }
    if (over.refused) {
      // Whoever hears a refusal is not the slow one.
      membership.suspect(over.target, Evidence.REFUSAL, now);
    } else {
      // A nack in time shows that this agent hears in time: then others are the silent ones.
      health.worsened(over.nacks > 0 ? 0 : Math.max(1, over.nacksExpected));
      membership.suspect(over.target, Evidence.SILENCE, now);
      if (over.nacks > 0) {
        lookFurther(now);
      }
    }
  }

  /**
   * What took one away may have taken others: probes one more that nobody suspects yet, or so few
   * that this agent's word counts. So the lost half of a cut fabric is found lost in a few periods,
   * and the search ends with the first that answers.
   */
  private void lookFurther(Instant now) {
    for (AgentId agent : roster.sample(1, any -> isUnsuspected(any) || suspicions.isOpen(any))) {
      probeOutOfTurn(agent, now);
    }
  }

  /** Takes an answer; true if it is the one awaited and came straight from the target. */
  boolean acked(Ack ack, Endpoint from, Instant now) {
    Relay relay = relays.remove(ack.sequence());
    if (relay != null) {
      outbox.cancelTimer(new GossipTimer.RelayOverdue(ack.sequence()));
      outbox.send(
          relay.requester,
          new Ack(relay.sequence, ack.source(), ack.coordinate(), ack.digest(), List.of()));
      return false;
    }
    Probe answered = probes.get(ack.sequence());
    if (answered == null || !answered.target.equals(ack.source())) {
      return false;
    }
    probes.remove(answered.sequence);
    outbox.cancelTimer(new GossipTimer.AckOverdue(answered.sequence));
    if (answered.refused || answered.sequence != inTurn) {
      outbox.cancelTimer(new GossipTimer.ProbeOver(answered.sequence));
    }
    health.improved();
    boolean straight =
        !answered.streamed
            && table.present(ack.source()).filter(m -> m.endpoint().equals(from)).isPresent();
    if (straight) {
      vivaldi.observe(ack.source(), ack.coordinate(), Duration.between(answered.sentAt, now));
    }
    return straight;
  }

  void nacked(Nack nack) {
    Probe probe = probes.get(nack.sequence());
    if (probe != null) {
      probe.nacks = Math.min(probe.nacks + 1, probe.nacksExpected);
    }
  }

  void pinged(Ping ping, Endpoint from) {
    Member self = membership.self();
    if (!ping.target().equals(self.agent())) {
      return;
    }
    List<News> news =
        ping.byStream()
            ? List.of()
            : dissemination.answerFor(table.byEndpoint(from), aboutSelf(ping, self));
    Ack ack = new Ack(ping.sequence(), self.agent(), vivaldi.coordinate(), table.digest(), news);
    if (ping.byStream()) {
      outbox.sendStream(from, ack);
    } else {
      outbox.send(from, ack);
    }
  }

  /** What the one who pings does not know: it may believe what was refuted. */
  private static Optional<News> aboutSelf(Ping ping, Member self) {
    return ping.news().stream()
        .map(News::member)
        .filter(claim -> claim.agent().equals(self.agent()) && self.holdsAgainst(claim))
        .findAny()
        .map(claim -> News.of(self));
  }

  void pingRequested(PingRequest request, Endpoint from) {
    int sequence = ++lastSequence;
    relays.put(sequence, new Relay(from, request.sequence()));
    outbox.send(
        request.endpoint(),
        new Ping(
            sequence,
            request.target(),
            false,
            table.digest(),
            dissemination.newsFor(table.get(request.target()))));
    outbox.setTimer(
        new GossipTimer.RelayOverdue(sequence),
        Durations.divide(Durations.multiply(config.ackTimeout(), 4), 5));
  }

  void relayOverdue(int sequence) {
    Relay relay = relays.remove(sequence);
    if (relay != null) {
      outbox.send(relay.requester, new Nack(relay.sequence));
    }
  }

  /**
   * A stream to {@code endpoint} was refused: nobody listens there any more. The datagram before it
   * gets a moment longer to prove the opposite, as when a firewall takes datagrams only.
   */
  void refused(Endpoint endpoint) {
    for (Probe probe : probes.values()) {
      boolean its =
          table.present(probe.target).filter(m -> m.endpoint().equals(endpoint)).isPresent();
      if (its && probe.streamed && !probe.refused) {
        probe.refused = true;
        outbox.setTimer(
            new GossipTimer.ProbeOver(probe.sequence),
            Durations.divide(config.rumourInterval(), 4));
      }
    }
  }

  private void ping(Member target, int sequence) {
    outbox.send(
        target.endpoint(),
        new Ping(
            sequence,
            target.agent(),
            false,
            table.digest(),
            dissemination.newsFor(Optional.of(target))));
  }
}
