package io.nefele.sim.check;

import io.nefele.sim.world.Life;
import io.nefele.sim.world.PoolUsers;
import io.nefele.sim.world.ProcessHost;
import io.nefele.sim.world.Violation;
import io.nefele.sim.world.World;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.Response;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Invariants F1 and F2: a pool that nobody calls becomes small, and grows when somebody does. */
public final class PoolChecker {
  /** What a keeper may take to see that a process is idle, and to end it. */
  private static final long LATE_NANOS = 5_000_000_000L;

  private final Supplier<World> world;
  private final Sometimes sometimes;

  public PoolChecker(Supplier<World> world, Sometimes sometimes) {
    this.world = world;
    this.sometimes = sometimes;
  }

  /** F1, on the servers of {@code core}, which has been whole since {@code sinceNanos}. */
  public Optional<Violation> atRest(List<Life> core, long sinceNanos) {
    long now = world.get().time().nowNanos();
    long patience = PoolUsers.IDLE_MILLIS * 1_000_000L + LATE_NANOS;
    for (Life life : core) {
      for (var entry : life.server().processes().entries().entrySet()) {
        Optional<Long> idle = world.get().clients().poolUsers().idleSinceNanos(entry.getKey());
        if (entry.getValue().stage() == ProcessHost.Stage.RUNNING
            && idle.filter(since -> Math.max(since, sinceNanos) + patience < now).isPresent()) {
          return Optional.of(
              new Violation("F1", life + " keeps " + entry.getKey() + ", which has no work"));
        }
      }
    }
    return Optional.empty();
  }

  /** F2: what came of a call when all was at rest. */
  public Optional<Violation> answered(Life asked, Optional<Response> answer) {
    if (answer.isPresent() && answer.get() instanceof Response.Reply) {
      sometimes.happened(Sometimes.Thing.POOL_ANSWERED);
      return Optional.empty();
    }
    boolean full =
        answer.isPresent()
            && answer.get() instanceof Response.Failed(ErrorKind kind, String why)
            && kind == ErrorKind.REFUSED;
    return full
        ? Optional.empty()
        : Optional.of(new Violation("F2", asked + " calls a pool and gets " + answer));
  }
}
