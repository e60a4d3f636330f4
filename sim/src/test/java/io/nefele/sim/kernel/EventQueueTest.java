package io.nefele.sim.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class EventQueueTest {
  private record Key(long time, long tie) {}

  @Property(tries = 300)
  void eventsComeOutInTheOrderOfTimeAndTie(
      @ForAll @Size(max = 400) List<@IntRange(max = 50) Integer> times) {
    EventQueue queue = new EventQueue();
    List<Key> expected = new ArrayList<>();
    List<Key> seen = new ArrayList<>();
    for (int i = 0; i < times.size(); i++) {
      Key key = new Key(times.get(i), (i * 7919L) % 1009 << 32 | i);
      expected.add(key);
      queue.add(key.time, key.tie, () -> seen.add(key));
    }
    expected.sort(Comparator.comparingLong(Key::time).thenComparingLong(Key::tie));

    while (!queue.isEmpty()) {
      queue.remove().run();
    }

    assertEquals(expected, seen);
  }

  @Property(tries = 100)
  void whatIsAddedWhileEventsRunIsNotOvertaken(
      @ForAll @Size(min = 1, max = 200) List<@IntRange(min = 1, max = 20) Integer> delays) {
    EventQueue queue = new EventQueue();
    List<Long> order = new ArrayList<>();
    long now = 0;
    queue.add(0, 0, () -> {});
    for (int i = 0; i < delays.size(); i++) {
      now = queue.firstTime();
      order.add(now);
      queue.remove();
      queue.add(now + delays.get(i), i, () -> {});
      queue.add(now + delays.get(i) * 2L, i, () -> {});
    }

    assertEquals(order.stream().sorted().toList(), order);
    assertEquals(delays.size() + 1, queue.size());
  }
}
