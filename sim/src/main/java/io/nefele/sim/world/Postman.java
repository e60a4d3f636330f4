package io.nefele.sim.world;

import io.nefele.agent.core.AgentMessage;
import io.nefele.core.Bytes;
import io.nefele.core.Codec;
import io.nefele.core.MalformedMessage;
import io.nefele.gossip.GossipMessage;
import io.nefele.sim.kernel.TraceHash;

/**
 * Sends every message through its codec and back: what comes out has to equal what went in, so what
 * a codec loses, changes or refuses shows. In large fabrics only each sixteenth of a kind; the
 * others are charged the size of the last one. What is delivered is the message that was sent,
 * since the one that was read equals it: a thousand agents then share what they know of each other.
 */
final class Postman {
  private static final int SAMPLE = 16;
  private static final int MAX_DATAGRAM_BYTES = 1400;

  private final TraceHash hash;
  private final Codecs codecs;
  private final boolean sampled;
  private final Kind datagrams = new Kind();
  private final Kind streams = new Kind();
  private final Kind agentMessages = new Kind();

  /** Messages that go the same way: of a stream's size nothing follows for a datagram's. */
  private static final class Kind {
    long count;
    int lastBytes = 200;
  }

  Postman(TraceHash hash, Codecs codecs, boolean sampled) {
    this.hash = hash;
    this.codecs = codecs;
    this.sampled = sampled;
  }

  /** Returns how many bytes the message has as a datagram. */
  int datagram(GossipMessage message) {
    int bytes = post(datagrams, codecs.gossip(), message);
    if (bytes > MAX_DATAGRAM_BYTES) {
      throw new Violation("M7", "a datagram of " + bytes + " bytes: " + message);
    }
    return bytes;
  }

  /** Returns how many bytes the message has in a stream. */
  int stream(GossipMessage message) {
    return post(streams, codecs.gossip(), message);
  }

  /** Returns how many bytes the message has. */
  int agent(AgentMessage message) {
    return post(agentMessages, codecs.agent(), message);
  }

  private <T> int post(Kind kind, Codec<T> codec, T message) {
    if (sampled && ++kind.count % SAMPLE != 0) {
      return kind.lastBytes;
    }
    Bytes bytes = codec.toBytes(message);
    hash.add(bytes);
    kind.lastBytes = bytes.size();
    try {
      T read = codec.fromBytes(bytes);
      if (!message.equals(read)) {
        throw new Violation("C2", "a codec changed a message: " + message + " became " + read);
      }
    } catch (MalformedMessage e) {
      throw new Violation("C2", "a message does not decode: " + message + ": " + e.getMessage());
    }
    return kind.lastBytes;
  }
}
