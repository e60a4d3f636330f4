package io.nefele.gossip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.core.Endpoint;
import java.util.List;
import org.junit.jupiter.api.Test;

class RumourQueueTest {
  private static final int PLENTY = 1400;

  private final RumourQueue queue = new RumourQueue();

  @Test
  void newsIsTakenAsOftenAsItIsWorth() {
    News news = news(1, MemberState.ALIVE);
    queue.add(news);
    assertEquals(List.of(news), queue.take(PLENTY, 2));
    assertEquals(List.of(news), queue.take(PLENTY, 2));
    assertEquals(List.of(), queue.take(PLENTY, 2));
  }

  @Test
  void leastSentNewsGoesFirstAndTheYoungestOfThat() {
    News old = news(1, MemberState.ALIVE);
    queue.add(old);
    queue.take(PLENTY, 9);
    News younger = news(2, MemberState.ALIVE);
    News youngest = news(3, MemberState.ALIVE);
    queue.add(younger);
    queue.add(youngest);
    assertEquals(List.of(youngest, younger, old), queue.take(PLENTY, 9));
  }

  @Test
  void aRumourThatAllWhoAreMetKnowIsDropped() {
    queue.add(news(1, MemberState.ALIVE));
    for (int i = 0; i < 3; i++) {
      queue.metEqual();
    }
    assertTrue(queue.hasSentLessThan(1));
    queue.metEqual();
    assertTrue(queue.isEmpty());
  }

  @Test
  void suspicionsStayWhoeverIsMetSinceTablesAreNotComparedByThem() {
    queue.add(news(1, MemberState.SUSPECT));
    for (int i = 0; i < 10; i++) {
      queue.metEqual();
    }
    assertEquals(1, queue.take(PLENTY, 9).size());
  }

  private static News news(int agent, MemberState state) {
    return News.of(
        new Member(
            new AgentBoot(new AgentId(agent), 1),
            new Endpoint("10.0.0.1", 7000),
            0,
            state,
            Bytes.EMPTY,
            Coordinate.ORIGIN));
  }
}
