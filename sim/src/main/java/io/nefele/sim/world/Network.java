package io.nefele.sim.world;

import io.nefele.sim.kernel.VirtualTime;
import io.nefele.sim.plan.LinkQuality;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * The wires. Datagrams get lost, doubled, overtaken and replayed; {@linkplain #send channels} are
 * reliable and in order as long as no cut outlasts their patience. Latency is a least time by class
 * of distance and a tail; each place sends through one interface of limited rate and queue.
 */
final class Network {
  private static final long NANOS_PER_BYTE = 8; // 1 Gbit/s
  private static final long QUEUE_NANOS = 20_000_000;
  private static final long PATIENCE_NANOS = 10_000_000_000L;
  private static final long REORDER_NANOS = 20_000_000;
  private static final long REPLAY_NANOS = 5_000_000_000L;
  private static final long BREAK_NANOS = 30_000_000_000L;
  private static final int REMEMBERED = 256;

  private record Remembered(int from, int to, Runnable arrival) {}

  private record CutLinks(BitSet from, BitSet to) {}

  private final VirtualTime time;
  private final RandomGenerator random;
  private final Topology topology;
  private final TreeMap<Integer, CutLinks> cuts = new TreeMap<>();
  private final BitSet clogged = new BitSet();
  private final List<Remembered> clogHeld = new ArrayList<>();
  private final Set<Channel> holding = new LinkedHashSet<>();
  private final Deque<Remembered> recent = new ArrayDeque<>();
  private long[] interfaceFreeAt = new long[64];
  private LinkQuality quality;
  private long datagrams;
  private long dropped;

  Network(VirtualTime time, RandomGenerator random, Topology topology, LinkQuality quality) {
    this.time = time;
    this.random = random;
    this.topology = topology;
    this.quality = quality;
  }

  long datagrams() {
    return datagrams;
  }

  long dropped() {
    return dropped;
  }

  /** Whether any link is cut or held back, or worse than {@code usual}. */
  boolean disturbed(LinkQuality usual) {
    return !cuts.isEmpty() || !clogged.isEmpty() || !quality.equals(usual);
  }

  boolean anyBlocked() {
    return !cuts.isEmpty() || !clogged.isEmpty();
  }

  /** Whether nothing gets from one place to the other now. */
  boolean blocked(int from, int to) {
    return isCut(from, to)
        || (!clogged.isEmpty() && from != to && (clogged.get(from) || clogged.get(to)));
  }

  private boolean isCut(int from, int to) {
    if (cuts.isEmpty() || from == to) {
      return false;
    }
    for (CutLinks cut : cuts.values()) {
      if (cut.from.get(from) && cut.to.get(to)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a firewall refuses connections from one place to the other: every other cut is one. */
  boolean rejects(int from, int to) {
    for (Map.Entry<Integer, CutLinks> cut : cuts.entrySet()) {
      if (cut.getKey() % 2 != 0 && cut.getValue().from.get(from) && cut.getValue().to.get(to)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a connection that is opened now will break for no reason; as often as loss. */
  boolean breaksConnection() {
    return happens(quality.loss());
  }

  long breaksAfterNanos() {
    return (long) (random.nextDouble() * BREAK_NANOS);
  }

  void cut(int number, SortedSet<Integer> from, SortedSet<Integer> to) {
    cuts.put(number, new CutLinks(bits(from), bits(to)));
  }

  void heal(int number) {
    if (cuts.remove(number) != null) {
      drainOpened();
    }
  }

  void healAll() {
    cuts.clear();
    clogged.clear();
    releaseClogged();
    drainOpened();
  }

  void clog(int place) {
    clogged.set(place);
  }

  void unclog(int place) {
    clogged.clear(place);
    releaseClogged();
    drainOpened();
  }

  void quality(LinkQuality newQuality) {
    quality = newQuality;
  }

  /** Sends unreliably. {@code arrival} runs for each copy that arrives. */
  void datagram(int from, int to, int bytes, Runnable arrival) {
    datagrams++;
    long departure = departure(from, bytes);
    if (departure < 0 || happens(quality.loss()) || isCut(from, to)) {
      dropped++;
      return;
    }
    long wire = departure - time.nowNanos() + latencyNanos(from, to);
    if (happens(quality.reordering())) {
      wire += (long) (random.nextDouble() * REORDER_NANOS);
    }
    arriveAfter(wire, from, to, arrival);
    if (happens(quality.duplication())) {
      arriveAfter(wire + latencyNanos(from, to), from, to, arrival);
    }
    if (quality.replay() > 0) {
      remember(from, to, arrival);
    }
  }

  /**
   * Sends in order and without loss. What meets a blocked link waits for up to 10 s, then is lost,
   * as when a connection is given up.
   */
  void send(Channel channel, int bytes, Runnable arrival) {
    long departure = Math.max(time.nowNanos(), freeAt(channel.from)) + bytes * NANOS_PER_BYTE;
    interfaceFreeAt[channel.from] = departure;
    long at =
        Math.max(channel.lastArrivalNanos + 1, departure + latencyNanos(channel.from, channel.to));
    channel.lastArrivalNanos = at;
    time.at(at, () -> arrive(channel, arrival));
  }

  long latencyNanos(int from, int to) {
    long least = topology.leastNanos(from, to);
    // An exponential tail of a fifth of the least time on the average, and a rare long wait.
    double tail = -Math.log(1 - random.nextDouble()) * 0.2;
    if (random.nextInt(1000) == 0) {
      tail += 5 * random.nextDouble();
    }
    return least + (long) (least * tail);
  }

  private void arrive(Channel channel, Runnable arrival) {
    if (!channel.held.isEmpty() || blocked(channel.from, channel.to)) {
      channel.held.add(new Channel.Held(time.nowNanos(), arrival));
      holding.add(channel);
    } else {
      arrival.run();
    }
  }

  private void drainOpened() {
    for (Channel channel : holding) {
      if (!channel.draining && !blocked(channel.from, channel.to)) {
        channel.draining = true;
        time.after(latencyNanos(channel.from, channel.to), () -> drain(channel));
      }
    }
  }

  private void drain(Channel channel) {
    channel.draining = false;
    while (!channel.held.isEmpty() && !blocked(channel.from, channel.to)) {
      Channel.Held held = channel.held.remove();
      if (time.nowNanos() - held.sinceNanos() <= PATIENCE_NANOS) {
        held.arrival().run();
      } else {
        dropped++;
      }
    }
    if (channel.held.isEmpty()) {
      holding.remove(channel);
    }
  }

  private void arriveAfter(long nanos, int from, int to, Runnable arrival) {
    time.after(
        nanos,
        () -> {
          if (isCut(from, to)) {
            dropped++;
          } else if (blocked(from, to)) {
            clogHeld.add(new Remembered(from, to, arrival));
          } else {
            arrival.run();
          }
        });
  }

  /** What was held back comes in another order than it was sent (swizzle-clogging). */
  private void releaseClogged() {
    List<Remembered> waiting = new ArrayList<>(clogHeld);
    clogHeld.clear();
    for (Remembered one : waiting) {
      if (blocked(one.from, one.to)) {
        clogHeld.add(one);
      } else {
        arriveAfter(random.nextInt(1_000_000), one.from, one.to, one.arrival);
      }
    }
  }

  private void remember(int from, int to, Runnable arrival) {
    recent.add(new Remembered(from, to, arrival));
    if (recent.size() > REMEMBERED) {
      recent.remove();
    }
    if (happens(quality.replay())) {
      Remembered old = recent.getFirst();
      arriveAfter((long) (random.nextDouble() * REPLAY_NANOS), old.from, old.to, old.arrival);
    }
  }

  /** When a datagram has left the interface; negative if its queue is full. */
  private long departure(int from, int bytes) {
    long free = Math.max(time.nowNanos(), freeAt(from));
    if (free - time.nowNanos() > QUEUE_NANOS) {
      return -1;
    }
    interfaceFreeAt[from] = free + bytes * NANOS_PER_BYTE;
    return interfaceFreeAt[from];
  }

  private long freeAt(int place) {
    if (place >= interfaceFreeAt.length) {
      interfaceFreeAt = java.util.Arrays.copyOf(interfaceFreeAt, place * 2);
    }
    return interfaceFreeAt[place];
  }

  private boolean happens(int thousandths) {
    return thousandths > 0 && random.nextInt(1000) < thousandths;
  }

  private static BitSet bits(SortedSet<Integer> places) {
    BitSet bits = new BitSet();
    places.forEach(bits::set);
    return bits;
  }
}
