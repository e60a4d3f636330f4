package io.nefele.hierarchy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.core.MalformedMessage;
import io.nefele.core.Name;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HierarchyCodecTest {
  private static final AgentBoot ONE = new AgentBoot(new AgentId(1), 3);
  private static final AgentBoot TWO = new AgentBoot(new AgentId(1L << 49), 1);
  private static final GroupId RED = new GroupId(new Name("boot"), 0, ONE, 1);
  private static final GroupId BLUE = new GroupId(new Name("boot"), 0, TWO, 7);

  @Test
  void everyMessageIsReadBackAsWrittenAndNoPrefixOfItIsAMessage() throws Exception {
    List<HierarchyMessage> messages =
        List.of(
            new HierarchyMessage.Ask(RED.service(), 2, List.of(ONE, TWO), true),
            new HierarchyMessage.Granted(RED, 4),
            new HierarchyMessage.Refused(RED.service(), 1, true),
            new HierarchyMessage.Move(RED, BLUE, TWO, 2),
            new HierarchyMessage.SplitOff(RED, BLUE, List.of(TWO)),
            new HierarchyMessage.Claim(RED, 9),
            new HierarchyMessage.Mirror(RED, Optional.empty()),
            new HierarchyMessage.Mirror(RED, Optional.of(new Upward(BLUE, List.of(TWO, ONE)))),
            new HierarchyMessage.Succeed(BLUE, TWO),
            new HierarchyMessage.Declined(BLUE));
    for (HierarchyMessage message : messages) {
      Bytes bytes = HierarchyMessage.CODEC.toBytes(message);
      assertEquals(message, HierarchyMessage.CODEC.fromBytes(bytes));
      for (int length = 0; length < bytes.size(); length++) {
        Bytes cut = Bytes.wrap(Arrays.copyOf(bytes.toArray(), length));
        assertThrows(MalformedMessage.class, () -> HierarchyMessage.CODEC.fromBytes(cut));
      }
    }
  }

  @Test
  void anAdvertTakesFewBytesOfGossip() throws Exception {
    GroupAdvert advert = new GroupAdvert(RED, TWO, 5, 8);
    Bytes bytes = GroupAdvert.CODEC.toBytes(advert);
    assertEquals(advert, GroupAdvert.CODEC.fromBytes(bytes));
    assertTrue(bytes.size() <= 48, () -> "an advert of " + bytes);
  }
}
