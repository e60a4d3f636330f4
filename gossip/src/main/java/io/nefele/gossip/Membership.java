package io.nefele.gossip;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.core.Endpoint;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Weighs every claim about every agent (SWIM section 4.2), including those about this one, which it
 * refutes when they are wrong. All changes of the {@link MemberTable} go through here.
 */
final class Membership {
  private static final Duration MOVE_INTERVAL = Duration.ofMinutes(1);

  /** How a claim came. */
  enum Source {
    /** As fresh news: to be passed on. */
    RUMOUR,
    /** In the rows of a repair. */
    REPAIR,
    /** In a repair that moves so much that others are getting it likewise. */
    BULK
  }

  private final MemberTable table;
  private final Roster roster;
  private final Suspicions suspicions;
  private final Watches watches;
  private final Dissemination dissemination;
  private final LocalHealth health;
  private final Vivaldi vivaldi;
  private final Outbox outbox;
  private Member self;
  private Instant lastMove = Instant.EPOCH;

  Membership(
      AgentBoot boot,
      Endpoint endpoint,
      Bytes metadata,
      MemberTable table,
      Roster roster,
      Suspicions suspicions,
      Watches watches,
      Dissemination dissemination,
      LocalHealth health,
      Vivaldi vivaldi,
      Outbox outbox) {
    this.table = table;
    this.roster = roster;
    this.suspicions = suspicions;
    this.watches = watches;
    this.dissemination = dissemination;
    this.health = health;
    this.vivaldi = vivaldi;
    this.outbox = outbox;
    this.self = new Member(boot, endpoint, 0, MemberState.ALIVE, metadata, vivaldi.coordinate());
    table.put(self, Instant.EPOCH);
  }

  Member self() {
    return self;
  }

  void learn(News news, Source source, Instant now) {
    Member claim = news.member();
    if (claim.agent().equals(self.agent())) {
      hearOfSelf(claim, now);
      return;
    }
    Optional<Member> known = table.get(claim.agent());
    if (known.isEmpty()) {
      meet(news, source, now);
      return;
    }
    News weighed = softened(news, known.get(), now);
    if (known.get().holdsAgainst(weighed.member())) {
      confirm(weighed, known.get(), now);
    } else {
      replace(known.get(), weighed, source, now);
    }
  }

  /** This agent's own probe of {@code agent} failed. */
  void suspect(AgentId agent, Evidence evidence, Instant now) {
    table
        .present(agent)
        .ifPresent(
            member ->
                learn(
                    News.accusation(member.with(MemberState.SUSPECT), self.agent(), evidence),
                    Source.RUMOUR,
                    now));
  }

  void suspicionExpired(AgentId agent, Instant now) {
    Optional<Member> member = table.present(agent);
    if (member.isPresent() && suspicions.expired(agent, now)) {
      News removal = News.of(member.get().with(MemberState.REMOVED));
      replace(member.get(), removal, Source.RUMOUR, now);
    }
  }

  /** Tells everybody what this agent newly says of itself. */
  void announce(Bytes metadata, Instant now) {
    renew(self.incarnation() + 1, metadata, MemberState.ALIVE, now);
  }

  /**
   * Tells everybody where this agent is, if it moved far from where they believe it. Seldom, since
   * it costs as much as new metadata.
   */
  void announceMove(Instant now) {
    Coordinate here = vivaldi.coordinate();
    boolean due = !now.isBefore(lastMove.plus(MOVE_INTERVAL));
    if (due && vivaldi.isSettled() && here.isFarFrom(self.coordinate())) {
      lastMove = now;
      renew(self.incarnation() + 1, self.metadata(), MemberState.ALIVE, now);
    }
  }

  void leave(Instant now) {
    renew(self.incarnation(), self.metadata(), MemberState.LEFT, now);
  }

  private void hearOfSelf(Member claim, Instant now) {
    if (claim.boot().epoch() > self.boot().epoch()) {
      outbox.add(new GossipEffect.Superseded(claim.boot()));
      return;
    }
    if (claim.boot().equals(self.boot()) && !claim.endpoint().equals(self.endpoint())) {
      hearOfTwin(claim, now);
      return;
    }
    boolean stale = self.holdsAgainst(claim);
    if (stale || self.state() == MemberState.LEFT) {
      return;
    }
    if (claim.incarnation() < Member.MAX_INCARNATION) {
      health.worsened(1);
      renew(claim.incarnation() + 1, self.metadata(), MemberState.ALIVE, now);
    }
  }

  /**
   * A copy of this agent's disk started as often as this one: two agents are the same life. Just
   * one of them goes on, the one that has told more of itself so far, which as a rule is the older:
   * incarnations only grow, so of two that hear of each other one at most is behind what it hears.
   */
  private void hearOfTwin(Member twin, Instant now) {
    int ahead = Integer.compare(twin.incarnation(), self.incarnation());
    if (ahead > 0
        || (ahead == 0 && twin.endpoint().toString().compareTo(self.endpoint().toString()) > 0)) {
      outbox.add(new GossipEffect.Superseded(twin.boot()));
    } else if (self.state() != MemberState.LEFT) {
      renew(self.incarnation() + 1, self.metadata(), MemberState.ALIVE, now);
    }
  }

  private void renew(int incarnation, Bytes metadata, MemberState state, Instant now) {
    self =
        new Member(
            self.boot(), self.endpoint(), incarnation, state, metadata, vivaldi.coordinate());
    table.put(self, now);
    dissemination.add(News.of(self));
  }

  private void meet(News news, Source source, Instant now) {
    Member claim = news.member();
    table.put(claim, now);
    if (claim.state().present()) {
      enter(news, now);
      outbox.tell(new MemberEvent.Joined(claim));
      passOn(news, source);
    }
  }

  /**
   * A removal may come from the other side of a healed partition, where members of this side were
   * removed. It is believed of a member that has been under suspicion here for a while and so had
   * time to refute; of any other it is taken as a suspicion.
   */
  private News softened(News news, Member known, Instant now) {
    Member claim = news.member();
    if (claim.state() == MemberState.REMOVED
        && known.state().present()
        && !suspicions.gaveTimeToRefute(known.agent(), now)) {
      return News.accusation(claim.with(MemberState.SUSPECT), self.agent(), Evidence.SILENCE);
    }
    return news;
  }

  private void confirm(News news, Member known, Instant now) {
    boolean sameSuspicion =
        known.state() == MemberState.SUSPECT && known.compareFreshness(news.member()) == 0;
    if (sameSuspicion
        && news.accusation().isPresent()
        && suspicions.confirm(known.agent(), news.accusation().get(), now)) {
      dissemination.add(news);
    }
  }

  private void replace(Member known, News news, Source source, Instant now) {
    Member claim = news.member();
    table.put(claim, now);
    suspicions.end(claim.agent());
    boolean wasPresent = known.state().present();
    if (!claim.state().present()) {
      if (wasPresent) {
        roster.remove(claim.agent());
        watches.gone(claim.agent());
        vivaldi.forget(claim.agent());
        outbox.tell(
            claim.state() == MemberState.LEFT
                ? new MemberEvent.Left(claim)
                : new MemberEvent.Removed(claim));
      }
    } else if (wasPresent) {
      tellChange(known, claim);
      startSuspicion(news, now);
    } else {
      enter(news, now);
      outbox.tell(new MemberEvent.Joined(claim));
    }
    passOn(news, source);
  }

  private void tellChange(Member known, Member claim) {
    if (claim.boot().epoch() > known.boot().epoch()) {
      vivaldi.forget(claim.agent());
      outbox.tell(new MemberEvent.Restarted(claim));
    } else {
      boolean toldNews =
          !claim.metadata().equals(known.metadata()) || !claim.endpoint().equals(known.endpoint());
      if (toldNews) {
        outbox.tell(new MemberEvent.MetadataUpdated(claim));
      }
      if (known.state() == MemberState.SUSPECT && claim.state() == MemberState.ALIVE) {
        outbox.tell(new MemberEvent.Refuted(claim));
      }
    }
    if (claim.state() == MemberState.SUSPECT && known.state() == MemberState.ALIVE) {
      outbox.tell(new MemberEvent.Suspected(claim));
    }
  }

  private void enter(News news, Instant now) {
    roster.add(news.member().agent());
    watches.entered(news.member().agent());
    startSuspicion(news, now);
  }

  private void startSuspicion(News news, Instant now) {
    if (news.member().state() == MemberState.SUSPECT) {
      News.Accusation hearsay = new News.Accusation(self.agent(), Evidence.SILENCE);
      suspicions.start(news.member().agent(), news.accusation().orElse(hearsay), now);
    }
  }

  private void passOn(News news, Source source) {
    if (source != Source.BULK) {
      dissemination.add(news);
    }
  }
}
