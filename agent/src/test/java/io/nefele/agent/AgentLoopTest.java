package io.nefele.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentInput;
import io.nefele.agent.core.AgentTimer;
import io.nefele.core.Core;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AgentLoopTest {
  private static final int THREADS = 4;
  private static final int EACH = 5_000;

  private final LoopInputs inputs = new LoopInputs();
  private final LinkedBlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();

  @Test
  void everyInputIsTakenOnceAndNoTwoAtATime() throws InterruptedException {
    CountDownLatch taken = new CountDownLatch(THREADS * EACH);
    AtomicInteger inside = new AtomicInteger();
    long[] lastOf = new long[THREADS];
    AgentLoop loop =
        loop(
            (now, input) -> {
              assertEquals(1, inside.incrementAndGet());
              if (input instanceof AgentInput.ClientGone(long number)) {
                int thread = (int) (number / EACH);
                assertTrue(number >= lastOf[thread], "in the order of each thread");
                lastOf[thread] = number;
              }
              taken.countDown();
              inside.decrementAndGet();
              return List.of();
            });
    loop.start();
    List<Thread> threads = new ArrayList<>();
    for (int thread = 0; thread < THREADS; thread++) {
      long first = (long) thread * EACH;
      boolean runs = thread % 2 == 0;
      threads.add(Thread.ofPlatform().start(() -> bring(first, runs)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertTrue(taken.await(30, TimeUnit.SECONDS), taken + " left; " + failures);
    loop.stop();
    assertTrue(failures.isEmpty(), failures.toString());
  }

  @Test
  void aTimerSetOnACallersThreadFiresWithoutFurtherInputs() throws InterruptedException {
    LinkedBlockingQueue<AgentTimer> fired = new LinkedBlockingQueue<>();
    AgentTimer timer = new AgentTimer.TableDigest();
    AgentLoop loop =
        loop(
            (now, input) -> {
              if (input instanceof AgentInput.TimerFired(var due) && due.equals(timer)) {
                fired.add(due);
                return List.of();
              }
              return List.of(
                  new AgentEffect.SetTimer(new AgentTimer.TableNews(), Duration.ofHours(1)),
                  new AgentEffect.SetTimer(timer, Duration.ofMillis(1)));
            });
    loop.start();
    inputs.run(new AgentInput.ClientGone(1));
    assertEquals(timer, fired.poll(30, TimeUnit.SECONDS));
    loop.stop();
  }

  @Test
  void whatComesBeforeTheStartIsTakenThen() throws InterruptedException {
    CountDownLatch taken = new CountDownLatch(2);
    AgentLoop loop =
        loop(
            (now, input) -> {
              taken.countDown();
              return List.of();
            });
    inputs.run(new AgentInput.ClientGone(1));
    inputs.add(new AgentInput.ClientGone(2));
    assertEquals(2, taken.getCount());
    loop.start();
    assertTrue(taken.await(30, TimeUnit.SECONDS));
    loop.stop();
  }

  @Test
  void whatIsBetterDoneForSeveralInputsIsDoneBehindAllOfThemAndInBetween()
      throws InterruptedException {
    List<String> done = new CopyOnWriteArrayList<>();
    CountDownLatch rest = new CountDownLatch(3);
    AgentLoop loop =
        new AgentLoop(
            (now, input) -> {
              done.add("input");
              return List.of();
            },
            inputs.waiting(),
            effect -> {},
            () -> {
              done.add("after");
              rest.countDown();
            },
            failures::add);
    for (int i = 0; i < 70; i++) {
      inputs.add(new AgentInput.ClientGone(i));
    }
    inputs.readBy(loop);
    loop.start();
    assertTrue(rest.await(30, TimeUnit.SECONDS));
    loop.stop();
    List<String> expected = new ArrayList<>();
    for (int some : List.of(32, 32, 6)) {
      expected.addAll(Collections.nCopies(some, "input"));
      expected.add("after");
    }
    assertEquals(expected, done);
  }

  private void bring(long first, boolean runs) {
    for (long number = first; number < first + EACH; number++) {
      AgentInput input = new AgentInput.ClientGone(number);
      if (runs) {
        inputs.run(input);
      } else {
        inputs.add(input);
      }
    }
  }

  private AgentLoop loop(Core<AgentInput, AgentEffect> core) {
    AgentLoop loop = new AgentLoop(core, inputs.waiting(), effect -> {}, () -> {}, failures::add);
    inputs.readBy(loop);
    return loop;
  }
}
