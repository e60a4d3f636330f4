package io.nefele.sim.mutant;

import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentInput;
import io.nefele.agent.core.AgentTimer;
import io.nefele.core.AgentBoot;
import io.nefele.core.InvariantViolation;
import io.nefele.gossip.GossipMessage;
import io.nefele.gossip.Member;
import io.nefele.gossip.MemberEvent;
import io.nefele.gossip.MemberState;
import io.nefele.gossip.News;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/** What goes wrong with who exists. */
final class MembershipSurgeries {
  private MembershipSurgeries() {}

  static Surgery ignoresPings() {
    return Surgery.deafTo(
        input ->
            input instanceof AgentInput.GossipArrived(var from, GossipMessage.Ping p)
                || input instanceof AgentInput.GossipArrived(var f, GossipMessage.PingRequest r));
  }

  /** Does not hear that those whom it asked for help were in time. */
  static Surgery blamesItself() {
    return Surgery.deafTo(
        input -> input instanceof AgentInput.GossipArrived(var from, GossipMessage.Nack nack));
  }

  /** Tells its first rumours again with every probe, for ever. */
  static final class NeverLosesInterest implements Surgery {
    private final List<AgentEffect> told = new ArrayList<>();

    @Override
    public List<AgentEffect> effect(AgentEffect effect) {
      if (effect instanceof AgentEffect.SendDatagram(var to, GossipMessage.Rumours rumours)
          && told.size() < 10) {
        told.add(effect);
      }
      boolean probes = effect instanceof AgentEffect.SendDatagram(var to, GossipMessage.Ping ping);
      List<AgentEffect> effects = new ArrayList<>(probes ? told : List.of());
      effects.add(effect);
      return effects;
    }
  }

  static final class RemovesOnNews implements Surgery {
    @Override
    public List<AgentEffect> effect(AgentEffect effect) {
      if (effect instanceof AgentEffect.MembershipChanged(MemberEvent.MetadataUpdated updated)) {
        return List.of(effect, removal(updated.member()));
      }
      return List.of(effect);
    }
  }

  /** From the first accusation on it says nothing about itself any more. */
  static final class DropsRefutations implements Surgery {
    private final AgentBoot self;
    private boolean accused;

    DropsRefutations(AgentBoot self) {
      this.self = self;
    }

    @Override
    public List<AgentInput> input(AgentInput input) {
      if (input instanceof AgentInput.GossipArrived(var from, var message)) {
        accused |=
            newsOf(message).stream()
                .map(News::member)
                .anyMatch(
                    member -> isOf(member.boot(), self) && member.state() != MemberState.ALIVE);
      }
      return List.of(input);
    }

    @Override
    public List<AgentEffect> effect(AgentEffect effect) {
      if (!accused) {
        return List.of(effect);
      }
      return switch (effect) {
        // Offers of a repair and rows would tell of it, too.
        case AgentEffect.SendDatagram(var to, GossipMessage.SyncOffer offer) -> List.of();
        case AgentEffect.SendDatagram(var to, GossipMessage.SyncRows rows) -> List.of();
        case AgentEffect.SendDatagram(var to, var message) ->
            List.of(new AgentEffect.SendDatagram(to, silenced(message)));
        case AgentEffect.SendStream(var to, GossipMessage.Ping ping) ->
            List.of(new AgentEffect.SendStream(to, silenced(ping)));
        case AgentEffect.SendStream(var to, GossipMessage.Ack ack) ->
            List.of(new AgentEffect.SendStream(to, silenced(ack)));
        case AgentEffect.SendStream stream -> List.of();
        default -> List.of(effect);
      };
    }

    private GossipMessage silenced(GossipMessage message) {
      List<News> others =
          newsOf(message).stream().filter(news -> !isOf(news.member().boot(), self)).toList();
      return with(message, others);
    }
  }

  static final class RevivesRemoved implements Surgery {
    @Override
    public List<AgentEffect> effect(AgentEffect effect) {
      return effect instanceof AgentEffect.MembershipChanged(MemberEvent.Removed removed)
          ? List.of(
              effect, new AgentEffect.MembershipChanged(new MemberEvent.Joined(removed.member())))
          : List.of(effect);
    }
  }

  static final class GoesBack implements Surgery {
    @Override
    public List<AgentEffect> effect(AgentEffect effect) {
      if (effect instanceof AgentEffect.MembershipChanged(MemberEvent.MetadataUpdated updated)
          && updated.member().incarnation() > 0) {
        Member m = updated.member();
        Member older =
            new Member(
                m.boot(),
                m.endpoint(),
                m.incarnation() - 1,
                m.state(),
                m.metadata(),
                m.coordinate());
        return List.of(
            effect, new AgentEffect.MembershipChanged(new MemberEvent.MetadataUpdated(older)));
      }
      return List.of(effect);
    }
  }

  static final class TellsOfItself implements Surgery {
    private final AgentBoot self;

    TellsOfItself(AgentBoot self) {
      this.self = self;
    }

    @Override
    public List<AgentEffect> effect(AgentEffect effect) {
      return effect instanceof AgentEffect.MembershipChanged(MemberEvent.Joined(Member m))
          ? List.of(
              effect, new AgentEffect.MembershipChanged(new MemberEvent.Joined(withBoot(m, self))))
          : List.of(effect);
    }
  }

  static final class InventsMembers implements Surgery {
    @Override
    public List<AgentEffect> effect(AgentEffect effect) {
      if (effect instanceof AgentEffect.MembershipChanged(MemberEvent.Joined(Member m))) {
        AgentBoot later = new AgentBoot(m.boot().agent(), m.boot().epoch() + 100);
        return List.of(
            new AgentEffect.MembershipChanged(new MemberEvent.Joined(withBoot(m, later))));
      }
      return List.of(effect);
    }
  }

  static final class OverfillsDatagrams implements Surgery {
    @Override
    public List<AgentEffect> effect(AgentEffect effect) {
      if (effect instanceof AgentEffect.SendDatagram(var to, var message)
          && !newsOf(message).isEmpty()) {
        List<News> much = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
          much.addAll(newsOf(message));
        }
        return List.of(new AgentEffect.SendDatagram(to, with(message, much)));
      }
      return List.of(effect);
    }
  }

  static Surgery ignoresHigherEpoch() {
    return Surgery.muteOn(effect -> effect instanceof AgentEffect.Superseded);
  }

  /** Tells the removal of a suspect so many inputs after the suspicion, unless it was refuted. */
  static final class RemovesSuspects implements Surgery {
    private final int patience;
    private final TreeMap<Member, Integer> suspects =
        new TreeMap<>(Comparator.comparing(Member::boot));

    RemovesSuspects(int patience) {
      this.patience = patience;
    }

    @Override
    public List<AgentInput> input(AgentInput input) {
      suspects.replaceAll((suspect, left) -> left - 1);
      return List.of(input);
    }

    @Override
    public List<AgentEffect> effect(AgentEffect effect) {
      List<AgentEffect> effects = new ArrayList<>(List.of(effect));
      if (effect instanceof AgentEffect.MembershipChanged(MemberEvent event)) {
        suspects.remove(event.member());
        if (event instanceof MemberEvent.Suspected(Member suspect)) {
          suspects.put(suspect, patience);
        }
      }
      suspects
          .entrySet()
          .removeIf(
              suspect -> {
                boolean due = suspect.getValue() <= 0;
                if (due) {
                  effects.add(removal(suspect.getKey()));
                }
                return due;
              });
      return effects;
    }
  }

  static final class ProbesTooMuch implements Surgery {
    @Override
    public List<AgentEffect> effect(AgentEffect effect) {
      return effect instanceof AgentEffect.SendStream(var to, GossipMessage.Ping ping)
          ? Collections.nCopies(12, effect)
          : List.of(effect);
    }
  }

  static final class StopsItself implements Surgery {
    private int steps;

    @Override
    public List<AgentInput> input(AgentInput input) {
      InvariantViolation.check(++steps < 500, () -> "this is the five hundredth step");
      return List.of(input);
    }
  }

  static final class Spins implements Surgery {
    @Override
    public List<AgentEffect> effect(AgentEffect effect) {
      return effect instanceof AgentEffect.SetTimer(AgentTimer.LookForNearer timer, var delay)
          ? List.of(new AgentEffect.SetTimer(timer, Duration.ZERO))
          : List.of(effect);
    }
  }

  private static AgentEffect removal(Member m) {
    Member removed =
        new Member(
            m.boot(),
            m.endpoint(),
            m.incarnation(),
            MemberState.REMOVED,
            m.metadata(),
            m.coordinate());
    return new AgentEffect.MembershipChanged(new MemberEvent.Removed(removed));
  }

  private static Member withBoot(Member m, AgentBoot boot) {
    return new Member(boot, m.endpoint(), m.incarnation(), m.state(), m.metadata(), m.coordinate());
  }

  static List<News> newsOf(GossipMessage message) {
    return switch (message) {
      case GossipMessage.Ping m -> m.news();
      case GossipMessage.Ack m -> m.news();
      case GossipMessage.PingRequest m -> m.news();
      case GossipMessage.Rumours m -> m.news();
      case GossipMessage.SyncRows m -> m.rows();
      case GossipMessage.SyncOffer m -> List.of(m.self());
      case GossipMessage.Nack m -> List.of();
    };
  }

  private static GossipMessage with(GossipMessage message, List<News> news) {
    return switch (message) {
      case GossipMessage.Ping m ->
          new GossipMessage.Ping(m.sequence(), m.target(), m.byStream(), m.digest(), news);
      case GossipMessage.Ack m ->
          new GossipMessage.Ack(m.sequence(), m.source(), m.coordinate(), m.digest(), news);
      case GossipMessage.PingRequest m ->
          new GossipMessage.PingRequest(m.sequence(), m.target(), m.endpoint(), news);
      case GossipMessage.Rumours m -> new GossipMessage.Rumours(news);
      case GossipMessage.SyncRows m -> new GossipMessage.SyncRows(m.wantedBuckets(), news);
      case GossipMessage.SyncOffer m -> m;
      case GossipMessage.Nack m -> m;
    };
  }

  private static boolean isOf(AgentBoot boot, AgentBoot other) {
    return boot.agent().equals(other.agent());
  }
}
