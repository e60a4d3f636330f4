package io.nefele.gossip;

import io.nefele.core.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The effects of the step under way, in order. */
final class Outbox {
  private List<GossipEffect> effects = new ArrayList<>();

  void send(Endpoint to, GossipMessage message) {
    effects.add(new GossipEffect.Send(to, message));
  }

  void sendStream(Endpoint to, GossipMessage message) {
    effects.add(new GossipEffect.SendStream(to, message));
  }

  void setTimer(GossipTimer timer, Duration delay) {
    effects.add(new GossipEffect.SetTimer(timer, delay));
  }

  void cancelTimer(GossipTimer timer) {
    effects.add(new GossipEffect.CancelTimer(timer));
  }

  void tell(MemberEvent event) {
    effects.add(new GossipEffect.MemberChanged(event));
  }

  void add(GossipEffect effect) {
    effects.add(effect);
  }

  List<GossipEffect> drain() {
    List<GossipEffect> drained = effects;
    effects = new ArrayList<>();
    return drained;
  }
}
