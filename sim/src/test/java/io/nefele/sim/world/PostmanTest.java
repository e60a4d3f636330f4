package io.nefele.sim.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.core.Endpoint;
import io.nefele.gossip.Coordinate;
import io.nefele.gossip.GossipMessage;
import io.nefele.gossip.Member;
import io.nefele.gossip.MemberState;
import io.nefele.gossip.News;
import io.nefele.sim.kernel.TraceHash;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PostmanTest {
  @Test
  void aDatagramOfALargeFabricIsNotChargedTheSizeOfAStream() {
    Postman postman = new Postman(new TraceHash(), Codecs.OURS, true);
    for (int i = 0; i < 100; i++) {
      postman.stream(large());
    }
    assertTrue(postman.stream(large()) > 1400);
    assertTrue(postman.datagram(small()) <= 1400);
  }

  @Test
  void aMessageOfASmallFabricIsChargedItsOwnSize() {
    Postman postman = new Postman(new TraceHash(), Codecs.OURS, false);
    postman.stream(large());
    assertEquals(GossipMessage.CODEC.toBytes(small()).size(), postman.datagram(small()));
  }

  private static GossipMessage small() {
    return new GossipMessage.Nack(1);
  }

  /** As a repair is: more than a datagram takes. */
  private static GossipMessage large() {
    return new GossipMessage.Rumours(
        LongStream.range(0, 100)
            .mapToObj(
                id ->
                    new Member(
                        new AgentBoot(new AgentId(id), 1),
                        new Endpoint("10.0.0.1", 7000),
                        0,
                        MemberState.ALIVE,
                        Bytes.EMPTY,
                        Coordinate.ORIGIN))
            .map(member -> new News(member, Optional.empty()))
            .toList());
  }
}
