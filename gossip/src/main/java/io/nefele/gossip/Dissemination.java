package io.nefele.gossip;

import io.nefele.core.AgentId;
import io.nefele.core.Durations;
import io.nefele.core.Endpoint;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Passes news on: on the back of probes and answers (SWIM section 4.1), and in datagrams of its own
 * while there is some. News in the first half of its rounds is sent on within a twentieth of the
 * rumour interval, so that one change crosses a thousand agents in tenths of a second; a small
 * allowance of such early rounds keeps a storm of changes at the pace of the interval.
 */
final class Dissemination {
  private static final int EARLY_ROUNDS = 8;

  /** A message's kind, sequence, ids, coordinate, digest and counts. */
  private static final int ENVELOPE_BYTES = 64;

  private final GossipConfig config;
  private final MemberTable table;
  private final Roster roster;
  private final LocalHealth health;
  private final Outbox outbox;
  private final RumourQueue queue = new RumourQueue();
  private Optional<Instant> due = Optional.empty();
  private Instant allowanceSince = Instant.MIN;
  private int earlyRoundsLeft = EARLY_ROUNDS;

  Dissemination(
      GossipConfig config, MemberTable table, Roster roster, LocalHealth health, Outbox outbox) {
    this.config = config;
    this.table = table;
    this.roster = roster;
    this.health = health;
    this.outbox = outbox;
  }

  void add(News news) {
    queue.add(news);
  }

  /** A probe or its answer came from a member whose table has {@code theirs} for a digest. */
  void met(TableDigest theirs) {
    if (!queue.isEmpty() && theirs.equals(table.digest())) {
      queue.metEqual();
    }
  }

  boolean hasFresh() {
    return queue.hasSentLessThan(1);
  }

  /**
   * What to put into a datagram to {@code receiver}: first of all what is claimed about itself, if
   * it has reason to refute that (Lifeguard section IV-C, "buddy system").
   */
  List<News> newsFor(Optional<Member> receiver) {
    return answerFor(receiver, Optional.empty());
  }

  /** The same, with {@code own} in any case. */
  List<News> answerFor(Optional<Member> receiver, Optional<News> own) {
    List<News> news = new ArrayList<>();
    own.ifPresent(news::add);
    receiver
        .filter(member -> member.state() != MemberState.ALIVE)
        .ifPresent(member -> news.add(News.of(member)));
    if (!queue.isEmpty()) {
      int budget = config.maxDatagramBytes() - ENVELOPE_BYTES;
      for (News first : news) {
        budget -= first.encodedBytes();
      }
      news.addAll(queue.take(budget, timesEach()));
    }
    return List.copyOf(news);
  }

  /** To be called at the end of a step: sees to it that news does not wait for ever. */
  void schedule(Instant now) {
    if (queue.isEmpty() || roster.isEmpty()) {
      return;
    }
    refillAllowance(now);
    boolean early =
        !health.isPoor() && queue.hasSentLessThan(timesEach() / 2) && earlyRoundsLeft > 0;
    Duration delay = early ? Durations.divide(interval(), 20) : interval();
    Instant wanted = now.plus(delay);
    if (due.isEmpty() || due.get().isAfter(wanted)) {
      due = Optional.of(wanted);
      outbox.setTimer(new GossipTimer.RumoursDue(), delay);
      if (early) {
        earlyRoundsLeft--;
      }
    }
  }

  void rumoursDue() {
    due = Optional.empty();
    for (AgentId agent : roster.sample(config.rumourFanout(), any -> true)) {
      if (queue.isEmpty()) {
        return;
      }
      table.present(agent).ifPresent(this::sendRumours);
    }
  }

  /** Tells {@code news} now, to {@code count} members at random. */
  void broadcast(News news, int count) {
    for (AgentId agent : roster.sample(count, any -> true)) {
      table
          .present(agent)
          .ifPresent(
              member -> outbox.send(member.endpoint(), new GossipMessage.Rumours(List.of(news))));
    }
  }

  private void sendRumours(Member to) {
    Endpoint endpoint = to.endpoint();
    outbox.send(endpoint, new GossipMessage.Rumours(newsFor(Optional.of(to))));
  }

  private void refillAllowance(Instant now) {
    if (allowanceSince.isBefore(now.minus(interval()))) {
      allowanceSince = now;
      earlyRoundsLeft = Math.min(EARLY_ROUNDS, earlyRoundsLeft + 1);
    }
  }

  /**
   * Longer if this agent has too much to do, which its news would make worse for itself and for
   * those beside it; a period at most.
   */
  private Duration interval() {
    Duration stretched = health.stretch(config.rumourInterval());
    return stretched.compareTo(config.probePeriod()) < 0 ? stretched : config.probePeriod();
  }

  private int timesEach() {
    return config.retransmitFactor() * Logarithms.ceilLog2(table.presentCount() + 1);
  }
}
