package io.nefele.sim.check;

import com.google.common.collect.MultimapBuilder;
import com.google.common.collect.SetMultimap;
import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentMessage;
import io.nefele.agent.depot.BundleKey;
import io.nefele.core.AgentId;
import io.nefele.core.ProcessId;
import io.nefele.placement.PlacementMessage;
import io.nefele.placement.ProcessTemplate;
import io.nefele.placement.RequestKey;
import io.nefele.sim.world.Life;
import io.nefele.sim.world.Violation;
import io.nefele.sim.world.Watcher;
import io.nefele.sim.world.World;
import io.nefele.table.ProcessRow;
import io.nefele.table.ProcessState;
import io.nefele.wire.Response;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Invariant L7: what is lost with an agent, asks to be placed anew and is known to the others to
 * have run runs elsewhere, if there is room for it and somebody has its program. What was called
 * off before anybody was told of it does not.
 */
public final class RescueChecker implements Watcher {
  private final Supplier<World> world;
  private final Predicate<Life> isDrained;

  /**
   * Who was told last that a request is called off there, of those that were to make some of it.
   */
  private final SetMultimap<RequestKey, AgentId> calledOff =
      MultimapBuilder.treeKeys().treeSetValues().build();

  private final SortedSet<ProcessId> spawned = new TreeSet<>();

  /**
   * @param isDrained whether a life knows that it is drained
   */
  public RescueChecker(Supplier<World> world, Predicate<Life> isDrained) {
    this.world = world;
    this.isDrained = isDrained;
  }

  @Override
  public void effect(Life life, AgentEffect effect) {
    switch (effect) {
      case AgentEffect.Send(var to, AgentMessage.OfPlacement(PlacementMessage.Commit commit)) ->
          calledOff.remove(commit.key(), to.agent());
      case AgentEffect.Send(var to, AgentMessage.OfPlacement(PlacementMessage.Abort abort)) ->
          calledOff.put(abort.key(), to.agent());
      case AgentEffect.Reply(var token, Response.Spawned(var processes)) ->
          spawned.addAll(processes);
      default -> {}
    }
  }

  private boolean isCalledOff(ProcessRow row) {
    return !spawned.contains(row.id())
        && RequestKey.parse(row.request())
            .filter(key -> calledOff.containsEntry(key, row.id().agent()))
            .isPresent();
  }

  /** Whether something that was lost may still have to be placed anew. */
  public boolean awaitsRescue(List<Life> core) {
    return !lost(core).isEmpty();
  }

  /** What is wrong with the answer of one of the core, which has had time to place all anew. */
  public Optional<Violation> answered(Life asked, Response answer, List<Life> core) {
    if (!(answer instanceof Response.Processes(var rows, var missing))) {
      return Optional.of(new Violation("A1", asked + " answers " + answer));
    }
    SortedMap<ProcessId, ProcessTemplate> lost = lost(core);
    for (Response.ProcessRow row : rows) {
      written(row.id()).ifPresent(own -> own.supersedes().forEach(lost::remove));
    }
    for (Response.ProcessRow row : rows) {
      ProcessTemplate template = lost.get(row.id());
      // Of what is not known to have started it is not known either whether its spawn let it.
      boolean ran = row.startedAtMillis() > 0;
      if (row.state().equals("lost") && ran && template != null && canRun(core, template)) {
        return Optional.of(
            new Violation("L7", asked + " tells of a loss that nobody has made good: " + row));
      }
    }
    return Optional.empty();
  }

  /** What ran on servers that are none of the core's, to be placed anew, and was not yet. */
  private SortedMap<ProcessId, ProcessTemplate> lost(List<Life> core) {
    SortedSet<Integer> present = new TreeSet<>();
    SortedSet<ProcessId> superseded = new TreeSet<>();
    for (Life life : core) {
      present.add(life.place());
      life.server().rows().values().forEach(row -> superseded.addAll(row.supersedes()));
    }
    SortedMap<ProcessId, ProcessTemplate> lost = new TreeMap<>();
    for (int agent : world.get().plan().agents()) {
      world
          .get()
          .home(agent)
          .filter(server -> !present.contains(server.place()))
          .ifPresent(
              server -> {
                for (ProcessRow row : server.rows().values()) {
                  if (row.state() == ProcessState.RUNNING
                      && !superseded.contains(row.id())
                      && !isCalledOff(row)) {
                    rescued(row).ifPresent(template -> lost.put(row.id(), template));
                  }
                }
              });
    }
    return lost;
  }

  private static Optional<ProcessTemplate> rescued(ProcessRow row) {
    return row.revival()
        .flatMap(its -> its.template().read(ProcessTemplate.CODEC))
        .filter(template -> template.terms().lifecycle().rescheduleMillis() > 0);
  }

  private Optional<ProcessRow> written(ProcessId process) {
    return world
        .get()
        .lifeOf(process.boot())
        .flatMap(life -> Optional.ofNullable(life.server().rows().get(process)));
  }

  private boolean canRun(List<Life> core, ProcessTemplate template) {
    Optional<BundleKey> program = BundleKey.of(template);
    boolean isThere =
        program.isEmpty()
            || core.stream().anyMatch(life -> life.server().bundles().isRight(program.get()));
    return isThere && hasRoom(core, template);
  }

  private boolean hasRoom(List<Life> core, ProcessTemplate template) {
    return core.stream()
        .filter(isDrained.negate())
        .anyMatch(life -> PlacementChecker.left(life.server()).covers(template.demand()));
  }
}
