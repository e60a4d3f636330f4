package io.nefele.sim.check;

import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentInput;
import io.nefele.agent.core.AgentMessage;
import io.nefele.agent.core.AgentTimer;
import io.nefele.agent.core.ClientToken;
import io.nefele.gossip.Evidence;
import io.nefele.gossip.GossipMessage;
import io.nefele.gossip.News;
import io.nefele.hierarchy.HierarchyMessage;
import io.nefele.mailbox.MailboxTimer;
import io.nefele.placement.PlacementTimer;
import io.nefele.sim.check.Sometimes.Thing;
import io.nefele.sim.world.Life;
import io.nefele.sim.world.Watcher;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.Request;
import io.nefele.wire.Response;
import java.util.LinkedHashSet;
import java.util.Set;

/** Notes the interesting things that no invariant is about. */
public final class Happenings implements Watcher {
  private final Sometimes sometimes;

  /** Who has asked where it may write; looked up only. */
  private final Set<ClientToken> finding = new LinkedHashSet<>();

  public Happenings(Sometimes sometimes) {
    this.sometimes = sometimes;
  }

  @Override
  public void ended(Life life, String how) {
    if (how.startsWith("crashed before")) {
      sometimes.happened(Thing.CRASH_WITHIN_STEP);
    }
  }

  @Override
  public void input(Life life, AgentInput input) {
    switch (input) {
      case AgentInput.WatchBroken broken -> sometimes.happened(Thing.WATCH_BROKE);
      case AgentInput.GossipArrived(var from, GossipMessage.Rumours(var news)) -> {
        if (news.stream().anyMatch(Happenings::tellsOfRefusal)) {
          sometimes.happened(Thing.REFUSAL_TOLD);
        }
      }
      case AgentInput.TimerFired(AgentTimer.Placement(PlacementTimer.HoldExpiry expiry)) ->
          sometimes.happened(Thing.HOLD_EXPIRED);
      case AgentInput.TimerFired(AgentTimer.Mailbox(MailboxTimer.Retransmit retransmit)) ->
          sometimes.happened(Thing.MESSAGE_REPEATED);
      case AgentInput.ClientAsked(
              var token,
              var caller,
              Request.FindSharedQueue find,
              var programs) ->
          finding.add(token);
      case AgentInput.Booted booted -> {
        if (booted.processes().values().stream()
            .anyMatch(AgentInput.Survivor.Running.class::isInstance)) {
          sometimes.happened(Thing.PROCESS_SURVIVED);
        }
      }
      default -> {}
    }
  }

  private static boolean tellsOfRefusal(News news) {
    return news.accusation().filter(a -> a.evidence() == Evidence.REFUSAL).isPresent();
  }

  @Override
  public void effect(Life life, AgentEffect effect) {
    if (effect
        instanceof
        AgentEffect.Send(var to, AgentMessage.OfHierarchy(HierarchyMessage.Succeed succeed))) {
      sometimes.happened(Thing.SUCCESSION);
    }
    if (effect instanceof AgentEffect.Reply(var token, var response)) {
      switch (response) {
        case Response.Spawned spawned -> sometimes.happened(Thing.SPAWN_PLACED);
        case Response.Message message -> sometimes.happened(Thing.MESSAGE_DELIVERED);
        case Response.Reply reply -> {
          sometimes.happened(Thing.CALL_ANSWERED);
          if (!reply.failovers().isEmpty()) {
            sometimes.happened(Thing.CALL_FAILED_OVER);
          }
        }
        case Response.SharedQueue(var mailbox, var path) when finding.remove(token) ->
            sometimes.happened(path.isEmpty() ? Thing.QUEUE_NOT_YET : Thing.QUEUE_TAKEN);
        case Response.Published published -> {
          if (published.agents() > 1) {
            sometimes.happened(Thing.PUBLISHED_TO_MANY);
          }
          if (published.refused() + published.waiting() + published.dropped() > 0) {
            sometimes.happened(Thing.SUBSCRIBER_SLOW);
          }
        }
        case Response.Failed(ErrorKind kind, String why) when kind == ErrorKind.REFUSED ->
            sometimes.happened(Thing.SPAWN_REFUSED);
        default -> {}
      }
    }
  }
}
