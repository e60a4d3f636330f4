package io.nefele.sim.world;

import io.nefele.agent.core.AgentMessage;
import io.nefele.core.Bytes;
import io.nefele.core.Codec;
import io.nefele.core.MalformedMessage;
import io.nefele.gossip.GossipMessage;
import io.nefele.sim.kernel.TraceHash;

/**
 * Sends every message through its codec and back, so that what a codec loses or refuses shows. In
 * large fabrics only each sixteenth; the others are charged the size of the last one.
 */
final class Postman {
  private static final int SAMPLE = 16;
  private static final int MAX_DATAGRAM_BYTES = 1400;

  private final TraceHash hash;
  private final boolean sampled;
  private long count;
  private int lastBytes = 200;

  Postman(TraceHash hash, boolean sampled) {
    this.hash = hash;
    this.sampled = sampled;
  }

  /** A message as the receiver reads it. */
  record Posted<T>(T message, int bytes) {}

  Posted<GossipMessage> datagram(GossipMessage message) {
    Posted<GossipMessage> posted = post(GossipMessage.CODEC, message);
    if (posted.bytes > MAX_DATAGRAM_BYTES) {
      throw new Violation("M7", "a datagram of " + posted.bytes + " bytes: " + message);
    }
    return posted;
  }

  Posted<GossipMessage> stream(GossipMessage message) {
    return post(GossipMessage.CODEC, message);
  }

  Posted<AgentMessage> agent(AgentMessage message) {
    return post(AgentMessage.CODEC, message);
  }

  private <T> Posted<T> post(Codec<T> codec, T message) {
    if (sampled && ++count % SAMPLE != 0) {
      return new Posted<>(message, lastBytes);
    }
    Bytes bytes = codec.toBytes(message);
    hash.add(bytes);
    lastBytes = bytes.size();
    try {
      T read = codec.fromBytes(bytes);
      if (sampled || (++count & 63) == 0) {
        checkEqual(message, read);
      }
      return new Posted<>(read, bytes.size());
    } catch (MalformedMessage e) {
      throw new Violation("C2", "a message does not decode: " + message + ": " + e.getMessage());
    }
  }

  private static void checkEqual(Object sent, Object read) {
    if (!sent.equals(read)) {
      throw new Violation("C2", "a codec changed a message: " + sent + " became " + read);
    }
  }
}
