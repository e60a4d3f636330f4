package io.nefele.sim.check;

import io.nefele.agent.core.AgentInput;
import io.nefele.sim.plan.Fault;
import io.nefele.sim.plan.LinkQuality;
import io.nefele.sim.world.Life;
import io.nefele.sim.world.Violation;
import io.nefele.sim.world.Watcher;
import io.nefele.sim.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.function.Supplier;

/**
 * Invariants M13 and H13: how soon a fabric at rest that is cut into two sides, and nothing else,
 * is two fabrics.
 */
public final class HalvesChecker implements Watcher {
  private static final long SECOND = 1_000_000_000L;
  private static final long REST_NANOS = 3 * SECOND;
  private static final long REMOVAL_NANOS = 25 * SECOND;
  private static final long TREE_NANOS = 30 * SECOND;

  private final Supplier<World> world;
  private final MembershipChecker membership;
  private final GroupChecker groups;
  private Optional<Halves> halves = Optional.empty();

  /** A cut one way, and whether there is one the other way, too. */
  private static final class Halves {
    final Fault.Cut cut;
    final long sinceNanos;
    boolean bothWays;
    boolean removed;

    Halves(Fault.Cut cut, long sinceNanos) {
      this.cut = cut;
      this.sinceNanos = sinceNanos;
    }
  }

  public HalvesChecker(Supplier<World> world, MembershipChecker membership, GroupChecker groups) {
    this.world = world;
    this.membership = membership;
    this.groups = groups;
  }

  @Override
  public void fault(Fault fault) {
    long now = world.get().time().nowNanos();
    if (!(fault instanceof Fault.Cut cut)) {
      halves = Optional.empty();
    } else if (halves.filter(first -> first.sinceNanos == now && isBack(first, cut)).isPresent()) {
      halves.get().bothWays = true;
    } else {
      boolean calm =
          now - groups.lastChangeNanos() >= REST_NANOS
              && world.get().plan().links().equals(LinkQuality.PERFECT)
              && cut.from().size() + cut.to().size() == world.get().plan().agents().size();
      halves = calm ? Optional.of(new Halves(cut, now)) : Optional.empty();
    }
  }

  private static boolean isBack(Halves first, Fault.Cut cut) {
    return first.cut.from().equals(cut.to()) && first.cut.to().equals(cut.from());
  }

  @Override
  public void ended(Life life, String how) {
    halves = Optional.empty();
  }

  @Override
  public void input(Life life, AgentInput input) {
    if (halves.isEmpty() || !halves.get().bothWays) {
      return;
    }
    Halves cut = halves.get();
    long now = world.get().time().nowNanos();
    if (now > world.get().plan().safety().toNanos()) {
      // The core is healed, which no fault tells.
      halves = Optional.empty();
      return;
    }
    long since = now - cut.sinceNanos;
    if (since >= REMOVAL_NANOS && !cut.removed) {
      cut.removed = true;
      checkMembers(livingOf(cut.cut.from()));
      checkMembers(livingOf(cut.cut.to()));
    }
    if (since >= TREE_NANOS) {
      checkTree(livingOf(cut.cut.from()));
      checkTree(livingOf(cut.cut.to()));
      halves = Optional.empty();
    }
  }

  private void checkMembers(List<Life> side) {
    if (!membership.allSeeAll(side)) {
      throw new Violation(
          "M13",
          REMOVAL_NANOS / SECOND + " s after a cut not all of a side see just their side: " + side);
    }
  }

  private void checkTree(List<Life> side) {
    Optional<Violation> wrong = side.isEmpty() ? Optional.empty() : groups.atRest(side);
    if (wrong.isPresent()) {
      throw new Violation(
          "H13",
          TREE_NANOS / SECOND
              + " s after a cut a side is no fabric of its own: "
              + wrong.get().getMessage());
    }
  }

  private List<Life> livingOf(SortedSet<Integer> agents) {
    List<Life> living = new ArrayList<>();
    for (int agent : agents) {
      world.get().living(agent).ifPresent(living::add);
    }
    return living;
  }
}
