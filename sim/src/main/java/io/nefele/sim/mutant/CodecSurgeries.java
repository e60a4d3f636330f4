package io.nefele.sim.mutant;

import io.nefele.agent.core.AgentMessage;
import io.nefele.core.Codec;
import io.nefele.gossip.Coordinate;
import io.nefele.gossip.GossipMessage;
import io.nefele.gossip.GossipMessage.Ack;
import io.nefele.sim.world.Codecs;

/** What goes wrong on the way into bytes and back. */
final class CodecSurgeries {
  private CodecSurgeries() {}

  /** Does not write where an agent sees itself. */
  static Codecs forgetful() {
    Codec<GossipMessage> forgetful =
        Codec.of(
            (message, out) -> GossipMessage.CODEC.encode(withoutPlace(message), out),
            GossipMessage.CODEC::decode);
    return new Codecs(forgetful, AgentMessage.CODEC);
  }

  private static GossipMessage withoutPlace(GossipMessage message) {
    return message instanceof Ack ack
        ? new Ack(ack.sequence(), ack.source(), Coordinate.ORIGIN, ack.digest(), ack.news())
        : message;
  }
}
