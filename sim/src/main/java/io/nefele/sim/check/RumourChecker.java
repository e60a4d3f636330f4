package io.nefele.sim.check;

import io.nefele.agent.core.AgentEffect;
import io.nefele.gossip.GossipMessage;
import io.nefele.sim.world.Life;
import io.nefele.sim.world.Violation;
import io.nefele.sim.world.Watcher;
import io.nefele.sim.world.World;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Invariant M12: where all know the same, nobody goes on telling it. */
public final class RumourChecker implements Watcher {
  private static final long SECOND_NANOS = 1_000_000_000;
  private static final int WINDOW_SECONDS = 6;

  /** Nobody is still at it; a coordinate that has settled may be news now and then. */
  private static final int MOST_PER_AGENT_AND_SECOND = 6;

  private final Supplier<World> world;
  private final Predicate<Life> isGivenUp;

  /** How many datagrams of rumours were sent, by second, of the last seconds. */
  private final long[] sent = new long[WINDOW_SECONDS];

  private long lastSecond;

  /**
   * @param isGivenUp whether a life is left broken for ever; what it says does not matter
   */
  public RumourChecker(Supplier<World> world, Predicate<Life> isGivenUp) {
    this.world = world;
    this.isGivenUp = isGivenUp;
  }

  @Override
  public void effect(Life life, AgentEffect effect) {
    if (effect instanceof AgentEffect.SendDatagram(var to, GossipMessage.Rumours rumours)
        && !isGivenUp.test(life)) {
      sent[slotNow()]++;
    }
  }

  /** To be called when nothing has changed for longer than the window. */
  public Optional<Violation> atRest(int agents) {
    slotNow();
    long count = 0;
    for (long ofSecond : sent) {
      count += ofSecond;
    }
    long most = (long) agents * MOST_PER_AGENT_AND_SECOND * WINDOW_SECONDS;
    return count <= most
        ? Optional.empty()
        : Optional.of(
            new Violation(
                "M12", agents + " agents that know the same sent " + count + " rumours in 6 s"));
  }

  private int slotNow() {
    long second = world.get().time().nowNanos() / SECOND_NANOS;
    for (long s = Math.max(lastSecond + 1, second - WINDOW_SECONDS + 1); s <= second; s++) {
      sent[(int) (s % WINDOW_SECONDS)] = 0;
    }
    lastSecond = second;
    return (int) (second % WINDOW_SECONDS);
  }
}
