package io.nefele.hierarchy.jgroups;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LaneTest {
  private final BlockingQueue<List<String>> batches = new LinkedBlockingQueue<>();
  private final CountDownLatch first = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);

  @Test
  void whatWaitsGoesTogetherUpToABatch() throws InterruptedException {
    Lane<String> lane = lane(1_000, 10);
    assertTrue(lane.put("a", 4));
    first.await();
    for (String thing : List.of("b", "c", "d", "large", "e")) {
      assertTrue(lane.put(thing, thing.equals("large") ? 100 : 4));
    }
    goOn.countDown();
    assertEquals(List.of("a"), next());
    assertEquals(List.of("b", "c"), next());
    assertEquals(List.of("d"), next());
    assertEquals(List.of("large"), next());
    assertEquals(List.of("e"), next());
  }

  @Test
  void withoutABatchOneGoesAfterTheOther() throws InterruptedException {
    Lane<String> lane = lane(1_000, 0);
    assertTrue(lane.put("a", 0));
    first.await();
    assertTrue(lane.put("b", 0));
    assertTrue(lane.put("c", 0));
    goOn.countDown();
    assertEquals(List.of("a"), next());
    assertEquals(List.of("b"), next());
    assertEquals(List.of("c"), next());
  }

  @Test
  void whatIsBeingWorkedOnTakesRoomUntilThatIsDone() throws InterruptedException {
    Lane<String> lane = lane(10, 10);
    assertTrue(lane.put("a", 8));
    first.await();
    assertFalse(lane.put("b", 4));
    goOn.countDown();
    assertEquals(List.of("a"), next());
  }

  /** Its first batch is worked on until {@link #goOn}. */
  private Lane<String> lane(long limitBytes, int batchBytes) {
    return new Lane<>(
        "test",
        limitBytes,
        batchBytes,
        batch -> {
          first.countDown();
          try {
            goOn.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          batches.add(new ArrayList<>(batch));
        });
  }

  private List<String> next() throws InterruptedException {
    List<String> batch = batches.poll(30, TimeUnit.SECONDS);
    return batch == null ? List.of() : batch;
  }
}
