package io.nefele.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.nefele.contract.PacketEvent.Arrived;
import io.nefele.contract.PacketEvent.Posted;
import io.nefele.core.Endpoint;
import io.nefele.gossip.GossipMessage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each rule about packets can fail. */
class PacketRulesTest {
  private static final Endpoint A = new Endpoint("127.0.0.1", 1);
  private static final Endpoint B = new Endpoint("127.0.0.1", 2);
  private static final GossipMessage DATAGRAM = new GossipMessage.Nack(1);
  private static final GossipMessage STREAM = new GossipMessage.SyncRows(1, List.of());

  @Test
  void aChangedPacketIsCaught() {
    assertCaught(Rule.PACKETS_ARRIVE_UNCHANGED, new Arrived(B, A, new GossipMessage.Nack(2)));
  }

  @Test
  void aPacketInAnothersNameIsCaught() {
    assertCaught(Rule.PACKETS_ARRIVE_UNCHANGED, new Arrived(B, B, DATAGRAM));
  }

  @Test
  void aPacketAtTheWrongAgentIsCaught() {
    assertCaught(Rule.PACKETS_ARRIVE_UNCHANGED, new Arrived(A, A, DATAGRAM));
  }

  @Test
  void aThirdCopyIsCaught() {
    Arrived copy = new Arrived(B, A, DATAGRAM);

    assertCaught(Rule.DATAGRAMS_ARE_SELDOM_COPIED, copy, copy, copy);
  }

  @Test
  void aSecondStreamIsCaught() {
    Arrived copy = new Arrived(B, A, STREAM);

    assertCaught(Rule.STREAMS_ARRIVE_ONCE, copy, copy);
  }

  private static void assertCaught(Rule rule, PacketEvent... wrong) {
    List<PacketEvent> run = new ArrayList<>();
    run.add(new Posted(A, B, DATAGRAM));
    run.add(new Posted(A, B, STREAM));
    run.addAll(List.of(wrong));
    RuleBroken broken = assertThrows(RuleBroken.class, () -> PacketRules.check(run, 2));
    assertEquals(rule, broken.rule());
  }
}
