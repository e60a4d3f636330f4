package io.nefele.sim.check;

import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentInput;
import io.nefele.agent.core.AgentMessage;
import io.nefele.agent.depot.BundleKey;
import io.nefele.agent.depot.DepotInput;
import io.nefele.agent.depot.DepotMessage;
import io.nefele.placement.ProcessTemplate;
import io.nefele.sim.plan.FaultPlan;
import io.nefele.sim.world.Life;
import io.nefele.sim.world.Server;
import io.nefele.sim.world.Violation;
import io.nefele.sim.world.Watcher;
import io.nefele.sim.world.World;
import io.nefele.table.ProcessRow;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Invariants S1 and S2: no process is made of a program that is not there as it was named, and when
 * all is well what somebody has gets to whoever asks for it.
 */
public final class ShippingChecker implements Watcher {
  /** Those that are broken for good may be asked first, one after the other. */
  private static final long PATIENCE_NANOS = Duration.ofSeconds(40).toNanos();

  /** Who has not asked for so long has given up, and begins anew. */
  private static final long PAUSE_NANOS = Duration.ofSeconds(10).toNanos();

  private final Supplier<World> world;
  private final Supplier<List<Life>> core;
  private final long healedNanos;
  private final Sometimes sometimes;
  private final Map<Integer, Map<BundleKey, Asking>> asking = new TreeMap<>();

  private record Asking(long firstNanos, long lastNanos) {}

  /**
   * @param core those that are well in the liveness phase
   */
  public ShippingChecker(
      Supplier<World> world, Supplier<List<Life>> core, FaultPlan plan, Sometimes sometimes) {
    this.world = world;
    this.core = core;
    this.healedNanos = plan.safety().toNanos();
    this.sometimes = sometimes;
  }

  @Override
  public void input(Life life, AgentInput input) {
    if (input instanceof AgentInput.OfDepot(DepotInput.Sealed(var key))) {
      if (asked(life).remove(key) != null) {
        sometimes.happened(Sometimes.Thing.PROGRAM_FETCHED);
      }
    }
    if (input instanceof AgentInput.OfDepot(DepotInput.Checked(var key, var missing))
        && !missing.isEmpty()) {
      sometimes.happened(Sometimes.Thing.PROGRAM_TORN);
    }
  }

  @Override
  public void effect(Life life, AgentEffect effect) {
    if (effect instanceof AgentEffect.Spawn spawn) {
      BundleKey.of(spawn.template())
          .filter(key -> !life.server().bundles().isRight(key))
          .ifPresent(
              key -> {
                throw new Violation(
                    "S1", life + " makes " + spawn.process() + " of " + key + ", not all there");
              });
    }
    if (effect instanceof AgentEffect.Send(var to, AgentMessage.OfDepot(DepotMessage.Ask ask))) {
      asks(life, ask.key());
    }
  }

  /** Whether a process can't be started on {@code server} until its program has come there. */
  static boolean lacksProgram(Server server, ProcessRow row) {
    return row.revival()
        .flatMap(its -> its.template().read(ProcessTemplate.CODEC))
        .flatMap(BundleKey::of)
        .filter(key -> !server.bundles().isRight(key))
        .isPresent();
  }

  private void asks(Life life, BundleKey key) {
    long now = world.get().time().nowNanos();
    Asking before = asked(life).getOrDefault(key, new Asking(now, now));
    long first = now - before.lastNanos > PAUSE_NANOS ? now : before.firstNanos;
    asked(life).put(key, new Asking(first, now));
    if (now - Math.max(first, healedNanos) > PATIENCE_NANOS
        && core.get().contains(life)
        && core.get().stream().anyMatch(other -> other.server().bundles().isRight(key))) {
      throw new Violation(
          "S2", life + " asks for " + key + " again and again, and does not get it");
    }
  }

  private Map<BundleKey, Asking> asked(Life life) {
    return asking.computeIfAbsent(life.serial(), serial -> new TreeMap<>());
  }
}
