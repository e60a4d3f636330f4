package io.nefele.sim.check;

import io.nefele.agent.core.AgentEffect;
import io.nefele.sim.plan.FaultPlan;
import io.nefele.sim.world.Clients;
import io.nefele.sim.world.Life;
import io.nefele.sim.world.ProcessHost;
import io.nefele.sim.world.Server;
import io.nefele.sim.world.Violation;
import io.nefele.sim.world.Watcher;
import io.nefele.sim.world.World;
import io.nefele.wire.Response;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Invariants Q1 and Q2: no tenant passes its quota, and all know the same tenants. */
public final class TenantChecker implements Watcher {
  private final Supplier<World> world;
  private final boolean connected;
  private final Sometimes sometimes;
  private Optional<List<String>> first = Optional.empty();

  public TenantChecker(Supplier<World> world, FaultPlan plan, Sometimes sometimes) {
    this.world = world;
    this.connected = plan.isConnected();
    this.sometimes = sometimes;
  }

  @Override
  public void effect(Life life, AgentEffect effect) {
    switch (effect) {
      case AgentEffect.Spawn spawn
          when spawn.beside().isEmpty() && isSmall(spawn.template().tenant().toString()) ->
          made(life);
      case AgentEffect.Reply(var token, Response.Failed(var kind, String message)) -> {
        if (message.contains("is reached: ")) {
          sometimes.happened(Sometimes.Thing.QUOTA_REACHED);
        } else if (message.contains("can't be told now")) {
          sometimes.happened(Sometimes.Thing.QUOTA_UNTOLD);
        }
      }
      default -> {}
    }
  }

  /** Q1: another process is about to be made. */
  private void made(Life life) {
    long before = world.get().servers().stream().mapToLong(TenantChecker::running).sum();
    if (connected && before >= Clients.SMALL_QUOTA) {
      throw new Violation(
          "Q1",
          life
              + " makes one more process of a tenant that has "
              + before
              + " and may have "
              + Clients.SMALL_QUOTA);
    }
  }

  private static long running(Server server) {
    return server.processes().entries().values().stream()
        .filter(
            entry ->
                entry.stage() != ProcessHost.Stage.EXITED
                    && isSmall(entry.template().tenant().toString()))
        .count();
  }

  private static boolean isSmall(String tenant) {
    return tenant.equals(Clients.SMALL_TENANT.toString());
  }

  /** Q2, from the answers of all, one after the other. */
  public Optional<Violation> answered(Life asked, Response answer) {
    if (!(answer instanceof Response.Tenants(var rows, var missing))) {
      return Optional.of(new Violation("A1", asked + " answers " + answer));
    }
    List<String> told =
        rows.stream().map(row -> row.name() + " " + row.quota() + " " + row.users()).toList();
    if (first.isPresent() && !first.get().equals(told)) {
      return Optional.of(
          new Violation("Q2", asked + " knows of tenants " + told + ", others of " + first.get()));
    }
    first = Optional.of(told);
    return Optional.empty();
  }
}
