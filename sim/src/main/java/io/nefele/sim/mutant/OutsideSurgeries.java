package io.nefele.sim.mutant;

import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentInput;
import io.nefele.agent.core.AgentTimer;
import io.nefele.agent.core.OutsideOutcome;
import io.nefele.core.Bytes;
import io.nefele.wire.Address;
import io.nefele.wire.Request;
import io.nefele.wire.Response;
import java.util.List;

/** What goes wrong with the world outside. */
final class OutsideSurgeries {
  private OutsideSurgeries() {}

  /** Takes whoever wants outside for an operator. */
  static final class LetsAllOut implements Surgery {
    @Override
    public List<AgentInput> input(AgentInput input) {
      return input
                  instanceof
                  AgentInput.ClientAsked(var token, var caller, Request.As as, var programs)
              && isForOutside(as.request())
          ? List.of(new AgentInput.ClientAsked(token, caller, as.request()))
          : List.of(input);
    }

    private static boolean isForOutside(Request request) {
      return (request instanceof Request.Call call && Address.leadsOutside(call.to()))
          || (request instanceof Request.Post post && Address.leadsOutside(post.to()));
    }
  }

  static Surgery waitsForEver() {
    return Surgery.deafTo(
        input -> input instanceof AgentInput.TimerFired(AgentTimer.OutsideDue due));
  }

  /** Tells whoever called somebody outside something else than came back. */
  static final class MakesUpWhatCameBack implements Surgery {
    @Override
    public List<AgentEffect> effect(AgentEffect effect) {
      return effect instanceof AgentEffect.Reply(var token, Response.Reply r)
              && r.distance().equals("outside")
          ? List.of(
              new AgentEffect.Reply(
                  token,
                  new Response.Reply(
                      r.from(),
                      Bytes.EMPTY,
                      r.distance(),
                      r.rttMicros(),
                      r.tookMicros(),
                      r.failovers())))
          : List.of(effect);
    }
  }

  /** Takes it for not done that nobody has answered. */
  static final class TakesSilenceForNo implements Surgery {
    @Override
    public List<AgentInput> input(AgentInput input) {
      return input instanceof AgentInput.CameBack(long token, OutsideOutcome.Unanswered(var why))
          ? List.of(new AgentInput.CameBack(token, new OutsideOutcome.Refused(why)))
          : List.of(input);
    }
  }

  /** Forgets to count what was sent. */
  static final class Uncounted implements Surgery {
    @Override
    public List<AgentEffect> effect(AgentEffect effect) {
      if (!(effect instanceof AgentEffect.Reply(var token, Response.Status s))) {
        return List.of(effect);
      }
      Response.Messages m = s.messages();
      Response.Messages less =
          new Response.Messages(
              0,
              m.accepted(),
              m.refused(),
              m.unanswered(),
              m.inFlight(),
              m.recovered(),
              m.stored(),
              m.delivered(),
              m.pending(),
              m.deadLettered());
      return List.of(
          new AgentEffect.Reply(
              token,
              new Response.Status(
                  s.agent(),
                  s.name(),
                  s.epoch(),
                  s.upMillis(),
                  s.group(),
                  s.members(),
                  s.lost(),
                  s.processes(),
                  s.dropped(),
                  less)));
    }
  }
}
