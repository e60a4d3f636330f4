package io.nefele.hierarchy;

import io.nefele.hierarchy.StarHeartbeats.Round;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;

/**
 * A group of failure detectors in virtual time, of which the first leads. Rounds begin at random
 * and come up to a tenth of a period late; a message takes up to 20 ms. What reaches a member that
 * stands still waits for it.
 */
final class HeartbeatWorld {
  static final long MILLI = 1_000_000;

  private record Event(long at, long order, Runnable action) {}

  private final long periodNanos;
  private final Random random;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(
          (a, b) -> a.at == b.at ? Long.compare(a.order, b.order) : Long.compare(a.at, b.at));
  private final List<StarHeartbeats<Integer>> detectors = new ArrayList<>();
  private final List<Set<Integer>> suspected = new ArrayList<>();
  private final long[] standsUntil;
  private BiPredicate<Integer, Integer> cut = (a, b) -> false;
  private long now;
  private long order;
  private long sent;
  private long alarms;

  HeartbeatWorld(int members, long periodNanos, long silenceNanos, long seed) {
    this.periodNanos = periodNanos;
    this.random = new Random(seed);
    this.standsUntil = new long[members];
    List<Integer> view = IntStream.range(0, members).boxed().toList();
    for (int member : view) {
      StarHeartbeats<Integer> detector = new StarHeartbeats<>(member, periodNanos, silenceNanos);
      detector.view(0, view);
      detectors.add(detector);
      suspected.add(new HashSet<>());
      after(member, random.nextLong(periodNanos), () -> round(member));
    }
  }

  long sent() {
    return sent;
  }

  long alarms() {
    return alarms;
  }

  Set<Integer> suspectedBy(int member) {
    return suspected.get(member);
  }

  Set<Integer> allSuspected() {
    Set<Integer> all = new HashSet<>();
    suspected.forEach(all::addAll);
    return all;
  }

  void cut(BiPredicate<Integer, Integer> cut) {
    this.cut = cut;
  }

  void pause(int member, long nanos) {
    standsUntil[member] = now + nanos;
  }

  void run(long nanos) {
    long end = now + nanos;
    while (!events.isEmpty() && events.peek().at <= end) {
      Event event = events.remove();
      now = event.at;
      event.action.run();
    }
    now = end;
  }

  private void after(int member, long delay, Runnable action) {
    events.add(
        new Event(
            now + delay,
            order++,
            () -> {
              if (now < standsUntil[member]) {
                after(member, standsUntil[member] - now, action);
              } else {
                action.run();
              }
            }));
  }

  private void round(int member) {
    Round<Integer> round = detectors.get(member).round(now);
    suspected.get(member).addAll(round.suspects());
    send(member, round.recipients(), round.alarm());
    after(member, round.nextNanos() + random.nextLong(periodNanos / 10), () -> round(member));
  }

  private void send(int from, List<Integer> recipients, boolean alarm) {
    alarms += alarm ? 1 : 0;
    for (int to : recipients) {
      sent++;
      if (!cut.test(from, to)) {
        after(to, random.nextLong(20 * MILLI), () -> arrive(from, to, alarm));
      }
    }
  }

  private void arrive(int from, int to, boolean alarm) {
    detectors.get(to).heard(now, from);
    if (alarm) {
      send(to, detectors.get(to).alarm(now), false);
    }
  }
}
