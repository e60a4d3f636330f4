package io.nefele.sim.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.core.SeededStreams;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class VirtualTimeTest {

  @Test
  void simultaneousEventsRunInAnOrderThatTheSeedAloneDecides() {
    assertEquals(orderOfTies(1), orderOfTies(1));
    assertNotEquals(orderOfTies(1), orderOfTies(2));
  }

  @Test
  void timeEndsWhereItIsToldToWhenNothingIsDueBefore() {
    VirtualTime time = new VirtualTime(new SeededStreams(1).stream("ties"));
    time.at(50, () -> {});

    assertFalse(time.step(49));
    assertEquals(49, time.nowNanos());
    assertTrue(time.step(50));
    assertEquals(50, time.nowNanos());
  }

  @Test
  void anEventOfThePastRunsNow() {
    VirtualTime time = new VirtualTime(new SeededStreams(1).stream("ties"));
    time.step(100);
    time.at(10, () -> {});

    assertTrue(time.step(100));
    assertEquals(100, time.nowNanos());
  }

  @Test
  void aSpinningInstantIsCounted() {
    VirtualTime time = new VirtualTime(new SeededStreams(1).stream("ties"));
    for (int i = 0; i < 10; i++) {
      time.at(7, () -> {});
    }
    while (time.step(7)) {}

    assertEquals(9, time.executedAtNow());
  }

  private static List<Integer> orderOfTies(long seed) {
    VirtualTime time = new VirtualTime(new SeededStreams(seed).stream("ties"));
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      int number = i;
      time.at(5, () -> order.add(number));
    }
    while (time.step(5)) {}
    return order;
  }
}
