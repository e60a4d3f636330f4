package io.nefele.hierarchy.jgroups;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class EarlyMessagesTest {
  private static final AgentBoot ANNA = new AgentBoot(new AgentId(1), 1);
  private static final AgentBoot BERT = new AgentBoot(new AgentId(2), 1);
  private static final long NOW = 7;

  private final EarlyMessages early = new EarlyMessages();

  @Test
  void whatWaitsForOneIsTakenOutInItsOrderAndOnce() {
    early.keep(ANNA, Bytes.utf8("a1"), NOW);
    early.keep(BERT, Bytes.utf8("b1"), NOW);
    early.keep(ANNA, Bytes.utf8("a2"), NOW);

    assertEquals(List.of(Bytes.utf8("a1"), Bytes.utf8("a2")), early.take(ANNA, NOW));
    assertEquals(List.of(), early.take(ANNA, NOW));
    assertFalse(early.isEmpty());
  }

  @Test
  void whatHasWaitedForASecondIsDroppedAndCounted() {
    early.keep(ANNA, Bytes.utf8("a1"), NOW);
    long later = NOW + Duration.ofMillis(1001).toNanos();

    assertEquals(List.of(), early.take(ANNA, later));
    assertEquals(1, early.dropped(later));
    assertTrue(early.isEmpty());
  }

  @Test
  void whatIsTooMuchIsRefused() {
    int kept = 0;
    while (kept < 10_000 && early.keep(ANNA, Bytes.utf8("a"), NOW)) {
      kept++;
    }
    assertEquals(256, kept);
  }

  @Test
  void whatIsTooLargeIsRefusedUntilThereIsRoomAgain() {
    Bytes large = Bytes.wrap(new byte[700_000]);
    assertTrue(early.keep(ANNA, large, NOW));
    assertFalse(early.keep(BERT, large, NOW));

    early.take(ANNA, NOW);

    assertTrue(early.keep(BERT, large, NOW));
  }
}
