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
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs an agent's core: one input at a time, in the order in which they came, timers among them.
 * Effects are carried out in order, before the next input. A thread that has to wait for the answer
 * anyway may {@linkplain #runNow run} the core itself, which saves a change of threads; all else is
 * left to the loop's own thread.
 */
final class AgentLoop {
  private static final long STOP_MILLIS = 5_000;

  /** So many inputs are dealt with together, and no client waits for more of them. */
  private static final int AT_ONCE = 32;

  private final Core<AgentInput, AgentEffect> core;
  private final Consumer<AgentEffect> executor;
  private final Runnable afterSome;
  private final Consumer<Throwable> onFailure;
  private final Queue<AgentInput> inputs;
  private final Map<AgentTimer, Due> timers = new HashMap<>(); // guarded by running
  private final PriorityQueue<Due> dueNext = // guarded by running
      new PriorityQueue<>(Comparator.comparingLong(Due::atNanos));
  private final ReentrantLock running = new ReentrantLock();
  private final long startedNanos = System.nanoTime();
  private final Instant startedAt = Instant.now();
  private final Thread thread;
  private volatile long sleepsUntilNanos = Long.MAX_VALUE;
  private volatile boolean started;
  private volatile boolean stopped;

  private record Due(AgentTimer timer, long atNanos) {}

  /**
   * @param inputs where the inputs come from, a queue for any number of threads
   * @param executor carries out everything but timers; must not block for long, and is never called
   *     by two threads at once
   * @param afterSome is run after effects were carried out, before the loop rests, or else goes on:
   *     for what is better done for several at once
   * @param onFailure is told what ended the loop if it was not {@link #stop}
   */
  AgentLoop(
      Core<AgentInput, AgentEffect> core,
      Queue<AgentInput> inputs,
      Consumer<AgentEffect> executor,
      Runnable afterSome,
      Consumer<Throwable> onFailure) {
    this.core = core;
    this.inputs = inputs;
    this.executor = executor;
    this.afterSome = afterSome;
    this.onFailure = onFailure;
    this.thread = new Thread(this::run, "nefele-loop");
  }

  void start() {
    started = true;
    thread.start();
  }

  /** Says that there are inputs. */
  void wake() {
    if (!running.isHeldByCurrentThread()) {
      LockSupport.unpark(thread);
    }
  }

  /**
   * Runs the core on the calling thread until there are no inputs left, unless another thread is
   * already at it, which then takes them, too. Before {@link #start} nothing happens.
   */
  void runNow() {
    if (!started || running.isHeldByCurrentThread()) {
      return;
    }
    // Whoever adds behind the last look of the one that runs finds the lock free, or is seen.
    while (!inputs.isEmpty() && !stopped && running.tryLock()) {
      try {
        drain();
      } finally {
        running.unlock();
      }
    }
  }

  /** Ends the loop after the current step and waits for that, unless called by the loop itself. */
  void stop() throws InterruptedException {
    stopped = true;
    if (running.isHeldByCurrentThread()) {
      return;
    }
    LockSupport.unpark(thread);
    thread.join(STOP_MILLIS);
    if (running.tryLock(STOP_MILLIS, TimeUnit.MILLISECONDS)) {
      running.unlock();
    }
  }

  private void run() {
    while (!stopped) {
      running.lock();
      try {
        drain();
        sleepsUntilNanos = nextDueNanos();
      } finally {
        running.unlock();
      }
      sleep();
    }
  }

  private void sleep() {
    long leftNanos = sleepsUntilNanos - elapsedNanos();
    // A wake-up behind this look ends the sleep at once.
    if (inputs.isEmpty() && leftNanos > 0 && !stopped) {
      LockSupport.parkNanos(this, leftNanos);
    }
  }

  /** To be called with the lock held. */
  private void drain() {
    try {
      int inputs = 0;
      for (AgentInput input = next(); input != null && !stopped; input = next()) {
        core.step(now(), input).forEach(this::execute);
        if (++inputs % AT_ONCE == 0) {
          afterSome.run();
        }
      }
      if (inputs % AT_ONCE != 0) {
        afterSome.run();
      }
    } catch (RuntimeException | Error e) {
      stopped = true;
      onFailure.accept(e);
    }
  }

  private @Nullable AgentInput next() {
    for (Due due = dueNext.peek();
        due != null && due.atNanos() <= elapsedNanos();
        due = dueNext.peek()) {
      dueNext.remove();
      // Replaced and cancelled timers are only forgotten in the map.
      if (timers.remove(due.timer(), due)) {
        return new AgentInput.TimerFired(due.timer());
      }
    }
    return inputs.poll();
  }

  private long nextDueNanos() {
    for (Due due = dueNext.peek(); due != null; due = dueNext.peek()) {
      if (due.equals(timers.get(due.timer()))) {
        return due.atNanos();
      }
      dueNext.remove();
    }
    return Long.MAX_VALUE;
  }

  private void execute(AgentEffect effect) {
    switch (effect) {
      case AgentEffect.SetTimer(var timer, Duration delay) -> {
        Due due = new Due(timer, elapsedNanos() + Math.max(0, delay.toNanos()));
        timers.put(timer, due);
        dueNext.add(due);
        if (due.atNanos() < sleepsUntilNanos && Thread.currentThread() != thread) {
          sleepsUntilNanos = due.atNanos();
          LockSupport.unpark(thread);
        }
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
