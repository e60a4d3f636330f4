package io.nefele.sim.check;

import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentInput;
import io.nefele.sim.world.Life;
import io.nefele.sim.world.OutsideCallers;
import io.nefele.sim.world.Outsiders;
import io.nefele.sim.world.Violation;
import io.nefele.sim.world.Watcher;
import io.nefele.sim.world.World;
import io.nefele.wire.Address;
import io.nefele.wire.Request;
import io.nefele.wire.Response;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * Invariants O1 to O5: nothing goes outside that may not, whoever asks for that is answered in time
 * and with what came back, all messages are accounted for, and one for another fabric goes to one
 * gateway of it alone that may take it.
 */
public final class OutsideChecker implements Watcher {
  /** Clocks of servers are not quite alike. */
  private static final long GRACE_NANOS = 500_000_000;

  private final Supplier<World> world;
  private final Sometimes sometimes;

  /** All before it are answered, or were asked of a life that has ended. */
  private int firstOpen;

  public OutsideChecker(Supplier<World> world, Sometimes sometimes) {
    this.world = world;
    this.sometimes = sometimes;
  }

  @Override
  public void input(Life life, AgentInput input) {
    if (input
        instanceof AgentInput.ClientAsked(var token, var caller, Request request, var programs)) {
      number(request)
          .ifPresent(number -> callers().asked(number).taken(world.get().time().nowNanos()));
    }
    Optional<Violation> wrong = overdue();
    if (wrong.isPresent()) {
      throw wrong.get();
    }
  }

  @Override
  public void effect(Life life, AgentEffect effect) {
    switch (effect) {
      case AgentEffect.GoOutside order -> {
        OutsideCallers.Asked asked = callers().asked(Long.parseLong(order.payload().utf8()));
        check(life, asked, order.to().host());
        if (asked.goes(order.to().host())) {
          sometimes.happened(Sometimes.Thing.GATEWAY_FAILED_OVER);
        }
        if (asked.life() != life) {
          sometimes.happened(Sometimes.Thing.OUTSIDE_BY_PROXY);
        }
      }
      case AgentEffect.Reply(var token, Response.Failed(var kind, String why))
          when why.contains("outside the fabric; an operator changes that") ->
          sometimes.happened(Sometimes.Thing.OUTSIDE_FORBIDDEN);
      case AgentEffect.Reply(var token, Response.Reply reply)
          when reply.distance().equals("outside") ->
          sometimes.happened(Sometimes.Thing.OUTSIDE_ANSWERED);
      default -> {}
    }
  }

  /** O1 and O5: it may go there, it is meant to, and nobody elsewhere may have it. */
  private static void check(Life life, OutsideCallers.Asked asked, String host) {
    if (!asked.mayGo(host)) {
      throw new Violation("O1", life + " goes to " + host + " with " + asked + ", which may not");
    }
    if (!asked.leadsTo(host)) {
      throw new Violation("O5", life + " goes to " + host + " with " + asked);
    }
    if (asked.taker().filter(taker -> !taker.equals(host)).isPresent()) {
      throw new Violation(
          "O5",
          life + " goes to " + host + " with " + asked + ", which " + asked.taker().get() + " has");
    }
  }

  /** The number of what is asked for outside; empty if something else is. */
  private static OptionalLong number(Request request) {
    return switch (request) {
      case Request.As as -> number(as.request());
      case Request.Call call when Address.leadsOutside(call.to()) ->
          OptionalLong.of(Long.parseLong(call.payload().utf8()));
      case Request.Post post when Address.leadsOutside(post.to()) ->
          OptionalLong.of(Long.parseLong(post.payload().utf8()));
      default -> OptionalLong.empty();
    };
  }

  private OutsideCallers callers() {
    return world.get().clients().outsideCallers();
  }

  /** O2: whoever waits for something outside waits no longer than it said. */
  private Optional<Violation> overdue() {
    OutsideCallers callers = callers();
    long now = world.get().time().nowNanos();
    int count = callers.count();
    while (firstOpen < count && isClosed(callers.asked(firstOpen))) {
      firstOpen++;
    }
    for (int number = firstOpen; number < count; number++) {
      OutsideCallers.Asked asked = callers.asked(number);
      if (asked.isDue(now, GRACE_NANOS) && !isClosed(asked) && asked.life().isUpToDate()) {
        return Optional.of(
            new Violation("O2", asked.life() + " has not answered " + asked + " in time"));
      }
    }
    return Optional.empty();
  }

  private static boolean isClosed(OutsideCallers.Asked asked) {
    return asked.answer().isPresent() || !asked.life().running();
  }

  /** O3: a call was answered only with what the outside gave for it. */
  public Optional<Violation> atRest() {
    List<OutsideCallers.Asked> all = callers().asked();
    for (int number = 0; number < all.size(); number++) {
      if (all.get(number).answer().orElse(null) instanceof Response.Reply reply
          && !reply.payload().utf8().equals(Outsiders.replyTo(number))) {
        return Optional.of(
            new Violation("O3", all.get(number) + " was answered with " + reply.payload().utf8()));
      }
    }
    return overdue();
  }

  /** O4: every message that an agent has seen is somewhere. */
  public static Optional<Violation> answered(Life asked, Response answer) {
    if (!(answer instanceof Response.Status status)) {
      return Optional.of(new Violation("A1", asked + " answers " + answer));
    }
    Response.Messages m = status.messages();
    boolean right =
        m.sent() == m.accepted() + m.refused() + m.unanswered() + m.inFlight()
            && m.recovered() + m.stored() == m.delivered() + m.pending() + m.deadLettered();
    return right
        ? Optional.empty()
        : Optional.of(new Violation("O4", asked + " does not account for all messages: " + m));
  }
}
