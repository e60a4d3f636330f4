package io.nefele.sim.check;

import com.google.common.collect.EvictingQueue;
import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentInput;
import io.nefele.agent.core.AgentMessage;
import io.nefele.gossip.MemberEvent;
import io.nefele.sim.plan.Fault;
import io.nefele.sim.plan.PlanText;
import io.nefele.sim.world.Life;
import io.nefele.sim.world.Watcher;
import io.nefele.sim.world.World;
import io.nefele.wire.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** The last transitions of a run, a line each: what people read when an invariant broke. */
public final class Story implements Watcher {
  private static final int REMEMBERED = 2_000;

  /** Put into words only if it is read. */
  private record Line(long nanos, Object who, Supplier<String> what) {}

  private final EvictingQueue<Line> lines = EvictingQueue.create(REMEMBERED);
  private final Supplier<World> world;

  /**
   * @param world the world that is told about, once it is there
   */
  public Story(Supplier<World> world) {
    this.world = world;
  }

  /** The last {@code most} lines. */
  public List<String> lines(int most) {
    List<String> all = new ArrayList<>();
    lines.stream()
        .skip(Math.max(0, lines.size() - most))
        .forEach(
            line ->
                all.add(
                    String.format(
                        Locale.ROOT, "%11.6f %s %s", line.nanos / 1e9, line.who, line.what.get())));
    return all;
  }

  @Override
  public void began(Life life) {
    add(life, () -> "begins");
  }

  @Override
  public void ended(Life life, String how) {
    add(life, () -> "ends: " + how);
  }

  @Override
  public void fault(Fault fault) {
    add("plan", () -> PlanText.words(fault));
  }

  @Override
  public void input(Life life, AgentInput input) {
    switch (input) {
      case AgentInput.ViewInstalled view ->
          add(life, () -> "view of " + view.group() + ": " + view.members());
      case AgentInput.ProcessGated gated -> add(life, gated::toString);
      case AgentInput.ProcessStarted started -> add(life, started::toString);
      case AgentInput.ProcessExited exited -> add(life, exited::toString);
      case AgentInput.MessageArrived(var from, AgentMessage.OfPlacement(var message)) ->
          add(life, () -> "has " + shortened(message.toString()) + " from " + from);
      default -> {}
    }
  }

  @Override
  public void effect(Life life, AgentEffect effect) {
    switch (effect) {
      case AgentEffect.MembershipChanged(MemberEvent event) ->
          add(
              life.toString(),
              () ->
                  event.getClass().getSimpleName().toLowerCase(Locale.ROOT)
                      + " "
                      + event.member().boot()
                      + " incarnation "
                      + event.member().incarnation());
      case AgentEffect.Told(var event) ->
          add(life, () -> event.kind() + " " + event.group() + ": " + event.why());
      case AgentEffect.Spawn spawn ->
          add(life, () -> "makes " + spawn.process() + spawn.template().environment());
      case AgentEffect.Release release -> add(life, release::toString);
      case AgentEffect.Abort abort -> add(life, abort::toString);
      case AgentEffect.Signal signal -> add(life, signal::toString);
      // The answers to the final questions are long, and the violation quotes them.
      case AgentEffect.Reply(var token, Response.Agents answer) -> {}
      case AgentEffect.Reply(var token, Response.Groups answer) -> {}
      case AgentEffect.Reply(var token, Response.Processes answer) -> {}
      case AgentEffect.Reply(var token, var response) ->
          add(life, () -> "answers " + shortened(response.toString()));
      default -> {}
    }
  }

  private static String shortened(String text) {
    return text.length() <= 160 ? text : text.substring(0, 157) + "...";
  }

  private void add(Object who, Supplier<String> what) {
    lines.add(new Line(world.get().time().nowNanos(), who, what));
  }
}
