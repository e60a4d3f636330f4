package io.nefele.agent;

import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentInput;
import io.nefele.agent.core.AgentTimer;
import io.nefele.core.Core;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs an agent's core: one thread, one input at a time, timers among them. Effects are carried out
 * on that thread, in order.
 */
final class AgentLoop {
  private final Core<AgentInput, AgentEffect> core;
  private final Consumer<AgentEffect> executor;
  private final Consumer<Throwable> onFailure;
  private final BlockingQueue<AgentInput> inputs;
  private final Map<AgentTimer, Due> timers = new HashMap<>();
  private final PriorityQueue<Due> dueNext =
      new PriorityQueue<>(Comparator.comparingLong(Due::atNanos));
  private final long startedNanos = System.nanoTime();
  private final Instant startedAt = Instant.now();
  private final Thread thread;
  private volatile boolean stopped;

  private record Due(AgentTimer timer, long atNanos) {}

  /**
   * @param inputs where the inputs come from; anybody may add to it at any time
   * @param executor carries out everything but timers; must not block for long
   * @param onFailure is told what ended the loop if it was not {@link #stop}
   */
  AgentLoop(
      Core<AgentInput, AgentEffect> core,
      BlockingQueue<AgentInput> inputs,
      Consumer<AgentEffect> executor,
      Consumer<Throwable> onFailure) {
    this.core = core;
    this.inputs = inputs;
    this.executor = executor;
    this.onFailure = onFailure;
    this.thread = new Thread(this::run, "nefele-loop");
  }

  void start() {
    thread.start();
  }

  /** Ends the loop after the current step and waits for that, unless called by the loop itself. */
  void stop() throws InterruptedException {
    stopped = true;
    thread.interrupt();
    if (Thread.currentThread() != thread) {
      thread.join(TimeUnit.SECONDS.toMillis(5));
    }
  }

  private void run() {
    try {
      while (!stopped) {
        AgentInput input = next();
        if (input != null) {
          core.step(now(), input).forEach(this::execute);
        }
      }
    } catch (InterruptedException e) {
      // Stopped.
    } catch (RuntimeException | Error e) {
      onFailure.accept(e);
    }
  }

  private @Nullable AgentInput next() throws InterruptedException {
    Due due = dueNext.peek();
    if (due == null) {
      return inputs.take();
    }
    long leftNanos = due.atNanos() - elapsedNanos();
    if (leftNanos > 0) {
      return inputs.poll(leftNanos, TimeUnit.NANOSECONDS);
    }
    dueNext.remove();
    // Replaced and cancelled timers are only forgotten in the map.
    return timers.remove(due.timer(), due) ? new AgentInput.TimerFired(due.timer()) : null;
  }

  private void execute(AgentEffect effect) {
    switch (effect) {
      case AgentEffect.SetTimer(var timer, Duration delay) -> {
        Due due = new Due(timer, elapsedNanos() + Math.max(0, delay.toNanos()));
        timers.put(timer, due);
        dueNext.add(due);
      }
      case AgentEffect.CancelTimer(var timer) -> timers.remove(timer);
      default -> executor.accept(effect);
    }
  }

  /** The wall clock at the start, carried on by a clock that nobody sets. */
  private Instant now() {
    return startedAt.plusNanos(elapsedNanos());
  }

  private long elapsedNanos() {
    return System.nanoTime() - startedNanos;
  }
}
