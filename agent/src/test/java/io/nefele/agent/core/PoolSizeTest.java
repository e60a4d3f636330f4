package io.nefele.agent.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.core.ProcessId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PoolSizeTest {
  private static final Duration IDLE = Duration.ofSeconds(60);
  private static final ProcessId A = ProcessId.parse("7h3kq2m9x4.1.1");
  private static final ProcessId B = ProcessId.parse("7h3kq2m9x4.1.2");

  private final PoolSize size = new PoolSize();
  private Instant now = Instant.EPOCH;

  @Test
  void callsThatWait_startAProcessEach_onlyOnce() {
    assertEquals(new PoolSize.Change(2, List.of()), look(loads(), 2, 0));
    assertEquals(new PoolSize.Change(0, List.of()), look(loads(), 2, 2));
    assertEquals(new PoolSize.Change(0, List.of()), look(loads(A, -1, B, 1), 2, 0));
  }

  @Test
  void messagesThatWaitForABusyProcess_startOthers_upToTheGreatestSize() {
    look(loads(A, 0), 0, 0);

    assertEquals(new PoolSize.Change(2, List.of()), look(loads(A, 3), 0, 0));
    assertEquals(new PoolSize.Change(4, List.of()), look(loads(A, 100), 0, 0));
  }

  @Test
  void theLongestIdle_endsFirst_whenItsTimeHasCome() {
    look(loads(B, 0), 0, 0);
    now = now.plusSeconds(1);
    look(loads(A, 0, B, 0), 0, 0);
    now = now.plus(IDLE).minusSeconds(1);

    assertEquals(List.of(B), look(loads(A, 0, B, 0), 0, 0).end());
    assertEquals(List.of(), look(loads(A, 0, B, 1), 0, 0).end(), "it has work again");
    now = now.plusSeconds(1);
    assertEquals(List.of(A), look(loads(A, 0, B, 0), 0, 0).end(), "its time began anew");
  }

  @Test
  void whatIsAboveTheGreatestSize_endsAtOnce_ifItIsIdle() {
    assertEquals(List.of(A), size.look(now, loads(A, 0, B, 1), 0, 0, 0, 1, IDLE).end());
  }

  @Test
  void whateverHappens_itStaysWithinItsBounds() {
    Random random = new Random(7);
    for (int i = 0; i < 10_000; i++) {
      int min = random.nextInt(3);
      int max = Math.max(1, min + random.nextInt(4));
      SortedMap<ProcessId, Long> loads = new TreeMap<>();
      for (int p = random.nextInt(max + 1); p > 0; p--) {
        loads.put(
            ProcessId.parse("7h3kq2m9x4.1." + (1 + random.nextInt(9))), random.nextLong(-1, 4));
      }
      int coming = random.nextInt(1 + Math.max(0, max - loads.size()));
      now = now.plusSeconds(random.nextInt(40));
      PoolSize.Change change = size.look(now, loads, random.nextInt(5), coming, min, max, IDLE);
      int after = loads.size() + coming + change.start() - change.end().size();
      assertTrue(after <= max && after >= min, () -> change + " of " + loads);
    }
  }

  private PoolSize.Change look(SortedMap<ProcessId, Long> loads, int waiting, int coming) {
    return size.look(now, loads, waiting, coming, 0, 5, IDLE);
  }

  private static SortedMap<ProcessId, Long> loads(Object... pairs) {
    SortedMap<ProcessId, Long> loads = new TreeMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      loads.put((ProcessId) pairs[i], ((Number) pairs[i + 1]).longValue());
    }
    return loads;
  }
}
