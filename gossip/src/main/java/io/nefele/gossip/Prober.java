package io.nefele.gossip;

import io.nefele.core.AgentId;
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
 * over a stream (SWIM section 3.1, Lifeguard section IV-A). Also does the probes that others ask
 * for.
 */
final class Prober {
  private static final int MAX_FIRST_SEQUENCE = 1 << 16;

  /** The probe under way. */
  private record Probe(int sequence, AgentId target, Instant sentAt, Instant overAt) {}

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
  private Optional<Probe> probe = Optional.empty();
  private boolean running;
  private boolean refused;
  private int nacksExpected;
  private int nacks;
  private int lastSequence;

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
    conclude(now);
    running = false;
    Optional<Member> target = roster.next().flatMap(table::present);
    if (target.isPresent()) {
      running = true;
      begin(target.get(), now);
    }
  }

  private void begin(Member target, Instant now) {
    Duration period = health.stretch(config.probePeriod());
    Probe begun = new Probe(++lastSequence, target.agent(), now, now.plus(period));
    probe = Optional.of(begun);
    refused = false;
    nacksExpected = 0;
    nacks = 0;
    ping(target, begun.sequence);
    outbox.setTimer(
        new GossipTimer.AckOverdue(begun.sequence), health.stretch(config.ackTimeout()));
    outbox.setTimer(new GossipTimer.ProbeDue(), period);
  }

  void ackOverdue(int sequence) {
    if (probe.isEmpty() || probe.get().sequence != sequence) {
      return;
    }
    AgentId agent = probe.get().target;
    table.present(agent).ifPresent(target -> probeThroughOthers(target, sequence));
  }

  private void probeThroughOthers(Member target, int sequence) {
    for (AgentId agent : roster.sample(config.indirectProbes(), Optional.of(target.agent()))) {
      Optional<Member> helper = table.present(agent);
      if (helper.isPresent()) {
        nacksExpected++;
        outbox.send(
            helper.get().endpoint(),
            new PingRequest(
                sequence, target.agent(), target.endpoint(), dissemination.newsFor(helper)));
      }
    }
    outbox.sendStream(
        target.endpoint(),
        new Ping(sequence, target.agent(), true, table.digest(), List.of(News.of(target))));
  }

  /** Judges the probe that is over, unless it was answered. */
  private void conclude(Instant now) {
    if (probe.isEmpty()) {
      return;
    }
    Probe over = probe.get();
    probe = Optional.empty();
    if (over.overAt.plus(config.probePeriod().dividedBy(2)).isBefore(now)) {
      // This agent was paused: the answer may be waiting unread.
      health.worsened(1);
      return;
    }
    health.worsened(nacksExpected > 0 ? nacksExpected - nacks : 1);
    membership.suspect(over.target, now);
    if (refused) {
      suspicions.confirmByRefusal(over.target, now);
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
    if (probe.isEmpty()
        || probe.get().sequence != ack.sequence()
        || !probe.get().target.equals(ack.source())) {
      return false;
    }
    Probe answered = probe.get();
    probe = Optional.empty();
    outbox.cancelTimer(new GossipTimer.AckOverdue(answered.sequence));
    health.improved();
    boolean straight =
        nacksExpected == 0
            && table.present(ack.source()).filter(m -> m.endpoint().equals(from)).isPresent();
    if (straight) {
      vivaldi.observe(ack.source(), ack.coordinate(), Duration.between(answered.sentAt, now));
    }
    return straight;
  }

  void nacked(Nack nack) {
    if (probe.isPresent() && probe.get().sequence == nack.sequence()) {
      nacks = Math.min(nacks + 1, nacksExpected);
    }
  }

  void pinged(Ping ping, Endpoint from) {
    Member self = membership.self();
    if (!ping.target().equals(self.agent())) {
      return;
    }
    List<News> news = ping.byStream() ? List.of() : dissemination.newsFor(table.byEndpoint(from));
    Ack ack = new Ack(ping.sequence(), self.agent(), vivaldi.coordinate(), table.digest(), news);
    if (ping.byStream()) {
      outbox.sendStream(from, ack);
    } else {
      outbox.send(from, ack);
    }
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
        new GossipTimer.RelayOverdue(sequence), config.ackTimeout().multipliedBy(4).dividedBy(5));
  }

  void relayOverdue(int sequence) {
    Relay relay = relays.remove(sequence);
    if (relay != null) {
      outbox.send(relay.requester, new Nack(relay.sequence));
    }
  }

  /** A stream to {@code endpoint} was refused: nobody listens there any more. */
  void refused(Endpoint endpoint) {
    refused |=
        probe
            .flatMap(p -> table.present(p.target))
            .filter(member -> member.endpoint().equals(endpoint))
            .isPresent();
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
