package io.nefele.sim.kernel;

import java.util.random.RandomGenerator;

/**
 * One thread's worth of virtual time. Events run in the order of (time, seeded tie, sequence): two
 * events of the same nanosecond run in an order that depends on the seed alone.
 */
public final class VirtualTime {
  private final EventQueue queue = new EventQueue();
  private final RandomGenerator ties;
  private long nowNanos;
  private long sequence;
  private long executed;
  private long executedAtNow;

  /**
   * @param ties the stream that orders simultaneous events
   */
  public VirtualTime(RandomGenerator ties) {
    this.ties = ties;
  }

  /** Nanoseconds since the beginning of the simulation. */
  public long nowNanos() {
    return nowNanos;
  }

  /** How many events have run. */
  public long executed() {
    return executed;
  }

  /** How many events have run at the present instant: too many, and time stands still. */
  public long executedAtNow() {
    return executedAtNow;
  }

  /** How many events wait, cancelled timers among them. */
  public int waiting() {
    return queue.size();
  }

  /** Runs {@code action} at {@code atNanos}, or now if that is over. */
  public void at(long atNanos, Runnable action) {
    long tie = ((long) ties.nextInt() << 32) | (sequence++ & 0xffff_ffffL);
    queue.add(Math.max(atNanos, nowNanos), tie, action);
  }

  /** Runs {@code action} after {@code delayNanos}. */
  public void after(long delayNanos, Runnable action) {
    at(nowNanos + delayNanos, action);
  }

  /**
   * Runs the next event if it is due at {@code endNanos} or before.
   *
   * @return whether there was one; if not, the time is {@code endNanos} now
   */
  public boolean step(long endNanos) {
    if (queue.isEmpty() || queue.firstTime() > endNanos) {
      nowNanos = Math.max(nowNanos, endNanos);
      return false;
    }
    executedAtNow = queue.firstTime() == nowNanos ? executedAtNow + 1 : 0;
    nowNanos = queue.firstTime();
    executed++;
    queue.remove().run();
    return true;
  }
}
