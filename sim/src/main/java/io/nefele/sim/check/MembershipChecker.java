package io.nefele.sim.check;

import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentInput;
import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.gossip.GossipMessage;
import io.nefele.gossip.Member;
import io.nefele.gossip.MemberEvent;
import io.nefele.gossip.MemberState;
import io.nefele.gossip.News;
import io.nefele.sim.world.Life;
import io.nefele.sim.world.Violation;
import io.nefele.sim.world.Watcher;
import io.nefele.sim.world.World;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Invariants M1 to M6 and M8, incrementally: every life's view of the membership is followed by the
 * changes that it tells, as a row of flat arrays and one hash, so that "all see all" costs one
 * comparison per agent.
 */
public final class MembershipChecker implements Watcher {
  /** The longest suspicion, and as long again for one that a repair started anew. */
  private static final long QUIET_NANOS = 75_000_000_000L;

  private static final byte UNKNOWN = 0;
  private static final byte PRESENT = 1;
  private static final byte GONE = 2;

  /** What one life believes; indexed by {@link #indexOf}. */
  private static final class View {
    byte[] standing = new byte[0];
    int[] epoch = new int[0];
    int[] incarnation = new int[0];
    long hash;
    int count;
    boolean superseded;

    void grow(int size) {
      if (size > standing.length) {
        int capacity = Math.max(size, standing.length * 3 / 2);
        standing = Arrays.copyOf(standing, capacity);
        epoch = Arrays.copyOf(epoch, capacity);
        incarnation = Arrays.copyOf(incarnation, capacity);
      }
    }
  }

  private final Supplier<World> world;
  private final LongSupplier disturbedAtNanos;
  private final Predicate<Life> isGivenUp;
  private final Sometimes sometimes;

  /** Looked up, never iterated. */
  private final Map<AgentId, Integer> indices = new HashMap<>();

  private final List<View> views = new ArrayList<>();
  private long lastChangeNanos;

  /**
   * @param disturbedAtNanos when something was last wrong in the world
   * @param isGivenUp whether a life is left broken for ever; what it thinks does not matter
   */
  public MembershipChecker(
      Supplier<World> world,
      LongSupplier disturbedAtNanos,
      Predicate<Life> isGivenUp,
      Sometimes sometimes) {
    this.world = world;
    this.disturbedAtNanos = disturbedAtNanos;
    this.isGivenUp = isGivenUp;
    this.sometimes = sometimes;
  }

  /** When any view changed last. */
  public long lastChangeNanos() {
    return lastChangeNanos;
  }

  @Override
  public void began(Life life) {
    View view = new View();
    views.add(view);
    indexOf(life.boot().agent());
    view.hash = hash(life.boot());
    view.count = 1;
  }

  @Override
  public void ended(Life life, String how) {
    View view = views.get(life.serial());
    view.standing = new byte[0];
    view.epoch = new int[0];
    view.incarnation = new int[0];
    if (how.startsWith("superseded")) {
      sometimes.happened(Sometimes.Thing.SUPERSEDED);
    }
  }

  /** M8: a life that has heard of a later one of itself takes no further step. */
  @Override
  public void input(Life life, AgentInput input) {
    View view = views.get(life.serial());
    if (view.superseded) {
      throw new Violation("M8", life + " goes on although it has heard of a later life of itself");
    }
    if (input instanceof AgentInput.GossipArrived(var from, var message)) {
      for (News news : newsOf(message)) {
        AgentBoot boot = news.member().boot();
        view.superseded |=
            boot.agent().equals(life.boot().agent()) && boot.epoch() > life.boot().epoch();
      }
    }
  }

  @Override
  public void effect(Life life, AgentEffect effect) {
    if (effect instanceof AgentEffect.MembershipChanged(MemberEvent event)) {
      changed(life, event);
    }
  }

  /** M2: whether each of {@code lives} sees just them all. */
  public boolean allSeeAll(List<Life> lives) {
    long expected = 0;
    for (Life life : lives) {
      expected ^= hash(life.boot());
    }
    for (Life life : lives) {
      View view = views.get(life.serial());
      if (view.count != lives.size() || view.hash != expected) {
        return false;
      }
    }
    return true;
  }

  /** How many members the life sees, itself included. */
  public int seenBy(Life life) {
    return views.get(life.serial()).count;
  }

  private void changed(Life life, MemberEvent event) {
    Member member = event.member();
    AgentBoot boot = member.boot();
    if (!isGivenUp.test(life) && !(event instanceof MemberEvent.Forgotten)) {
      lastChangeNanos = world.get().time().nowNanos();
    }
    if (boot.agent().equals(life.boot().agent())) {
      throw new Violation("M5", life + " tells a change of itself: " + event);
    }
    if (world.get().lifeOf(boot).isEmpty()) {
      throw new Violation("M6", life + " tells of " + boot + ", which never lived");
    }
    View view = views.get(life.serial());
    int index = indexOf(boot.agent());
    view.grow(index + 1);
    checkOrder(life, view, index, event);
    switch (event) {
      case MemberEvent.Joined joined -> enter(view, index, boot);
      case MemberEvent.Restarted restarted -> {
        leave(view, index, boot.agent());
        enter(view, index, boot);
      }
      case MemberEvent.Forgotten forgotten -> {
        sometimes.happened(Sometimes.Thing.TOMBSTONE_COLLECTED);
        view.standing[index] = UNKNOWN;
      }
      case MemberEvent.Left left -> leave(view, index, boot.agent());
      case MemberEvent.Removed removed -> {
        checkRemoval(life, member);
        leave(view, index, boot.agent());
      }
      case MemberEvent.Suspected suspected -> suspected(life, boot);
      case MemberEvent.Refuted refuted -> sometimes.happened(Sometimes.Thing.REFUTATION);
      case MemberEvent.MetadataUpdated updated -> {}
    }
    view.epoch[index] = boot.epoch();
    view.incarnation[index] = member.incarnation();
  }

  private static List<News> newsOf(GossipMessage message) {
    return switch (message) {
      case GossipMessage.Ping m -> m.news();
      case GossipMessage.Ack m -> m.news();
      case GossipMessage.PingRequest m -> m.news();
      case GossipMessage.Rumours m -> m.news();
      case GossipMessage.SyncRows m -> m.rows();
      case GossipMessage.SyncOffer m -> List.of();
      case GossipMessage.Nack m -> List.of();
    };
  }

  private void suspected(Life life, AgentBoot boot) {
    sometimes.happened(Sometimes.Thing.SUSPICION);
    if (world.get().lifeOf(boot).filter(other -> other.running() && !other.paused()).isPresent()) {
      sometimes.happened(Sometimes.Thing.FALSE_SUSPICION);
    }
  }

  /** M3 and M4: news of an agent only ever gets newer; the removed return by newer news alone. */
  private static void checkOrder(Life life, View view, int index, MemberEvent event) {
    if (view.standing[index] == UNKNOWN) {
      return;
    }
    Member member = event.member();
    int epochs = Integer.compare(member.boot().epoch(), view.epoch[index]);
    int order =
        epochs != 0 ? epochs : Integer.compare(member.incarnation(), view.incarnation[index]);
    if (order < 0) {
      throw new Violation(
          "M4",
          life
              + " goes back with "
              + member.boot()
              + " from incarnation "
              + view.incarnation[index]
              + " of boot "
              + view.epoch[index]
              + ": "
              + event);
    }
    boolean rises = event instanceof MemberEvent.Joined;
    if (rises && view.standing[index] == GONE && order == 0) {
      throw new Violation("M3", life + " takes back a removed member by old news: " + event);
    }
  }

  /** M1. */
  private void checkRemoval(Life life, Member member) {
    World now = world.get();
    boolean wrongly =
        member.state() == MemberState.REMOVED
            && !isGivenUp.test(life)
            && now.lifeOf(member.boot())
                .filter(other -> other.running() && !isGivenUp.test(other))
                .isPresent();
    if (!wrongly) {
      return;
    }
    sometimes.happened(Sometimes.Thing.FALSE_REMOVAL);
    long quiet = now.time().nowNanos() - disturbedAtNanos.getAsLong();
    boolean inReach =
        now.plan().core().isEmpty() || now.time().nowNanos() < now.plan().safety().toNanos();
    if (quiet > QUIET_NANOS && inReach) {
      throw new Violation(
          "M1",
          life + " removed " + member.boot() + ", which lives, after quiet " + quiet / 1e9 + " s");
    }
  }

  private void enter(View view, int index, AgentBoot boot) {
    if (view.standing[index] == PRESENT) {
      view.hash ^= hash(new AgentBoot(boot.agent(), view.epoch[index]));
      view.count--;
    }
    view.standing[index] = PRESENT;
    view.hash ^= hash(boot);
    view.count++;
  }

  private void leave(View view, int index, AgentId agent) {
    if (view.standing[index] == PRESENT) {
      view.hash ^= hash(new AgentBoot(agent, view.epoch[index]));
      view.count--;
    }
    view.standing[index] = GONE;
  }

  private int indexOf(AgentId agent) {
    return indices.computeIfAbsent(agent, id -> indices.size());
  }

  /** One of the mixers of SplitMix64, so that sums of ids tell sets apart. */
  private static long hash(AgentBoot boot) {
    long z = boot.agent().value() * 31 + boot.epoch();
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
