package io.nefele.agent.depot;

import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.function.Function;

/**
 * Gives other agents what they asked for: to each in its turn, and only so much at a time that all
 * else an agent has to say is not kept waiting behind it.
 */
final class Serving {
  /** How much is on its way at a time. */
  private static final long ON_THE_WAY_BYTES_MAX = 2L << 20;

  /** What nobody has said of for so long is not on its way any more. */
  private static final Duration LOST_AFTER = Duration.ofSeconds(5);

  private final List<DepotEffect> effects;
  private final SequencedMap<AgentId, SequencedSet<Item>> waiting = new LinkedHashMap<>();
  private final SequencedMap<Sent, OnTheWay> onTheWay = new LinkedHashMap<>();
  private final Map<Long, Sent> reads = new LinkedHashMap<>();
  private long bytesOnTheWay;
  private long lastRead;
  private long sentBytes;

  private record Item(BundleKey key, int chunk) {}

  private record Sent(AgentId to, BundleKey key, int chunk) {}

  private record OnTheWay(int bytes, Instant since) {}

  Serving(List<DepotEffect> effects) {
    this.effects = effects;
  }

  long sentBytes() {
    return sentBytes;
  }

  boolean isBusy() {
    return !waiting.isEmpty() || !onTheWay.isEmpty();
  }

  void add(AgentId to, BundleKey key, int chunk) {
    if (!onTheWay.containsKey(new Sent(to, key, chunk))) {
      waiting.computeIfAbsent(to, agent -> new LinkedHashSet<>()).add(new Item(key, chunk));
    }
  }

  void got(AgentId from, BundleKey key, int chunk) {
    arrived(new Sent(from, key, chunk));
  }

  void agentLost(AgentId agent) {
    waiting.remove(agent);
    onTheWay.keySet().stream()
        .filter(sent -> sent.to.equals(agent))
        .toList()
        .forEach(this::arrived);
  }

  void tick(Instant now) {
    onTheWay.entrySet().stream()
        .filter(its -> its.getValue().since.isBefore(now.minus(LOST_AFTER)))
        .map(Map.Entry::getKey)
        .toList()
        .forEach(this::arrived);
  }

  private void arrived(Sent sent) {
    OnTheWay its = onTheWay.remove(sent);
    if (its != null) {
      bytesOnTheWay -= its.bytes;
    }
  }

  /** Who waits for its turn hears so. */
  void sayComing() {
    waiting.forEach((agent, items) -> items.forEach(item -> sayComing(agent, item)));
  }

  private void sayComing(AgentId agent, Item item) {
    effects.add(new DepotEffect.Send(agent, new DepotMessage.Coming(item.key, item.chunk)));
  }

  /**
   * @param bundles what is here
   */
  void pump(Instant now, Function<BundleKey, Optional<Bundle>> bundles) {
    while (bytesOnTheWay < ON_THE_WAY_BYTES_MAX && !waiting.isEmpty()) {
      var next = waiting.pollFirstEntry();
      Item item = next.getValue().removeFirst();
      if (!next.getValue().isEmpty()) {
        waiting.putLast(next.getKey(), next.getValue());
      }
      Sent sent = new Sent(next.getKey(), item.key, item.chunk);
      Optional<Bundle> bundle = bundles.apply(item.key);
      OnTheWay its = new OnTheWay(bundle.map(found -> found.bytes(item.chunk)).orElse(0), now);
      onTheWay.put(sent, its);
      bytesOnTheWay += its.bytes;
      if (item.chunk == DepotMessage.MANIFEST) {
        bundle.ifPresentOrElse(found -> send(sent, found.encoded), () -> lacking(sent));
      } else {
        reads.put(++lastRead, sent);
        effects.add(new DepotEffect.Read(lastRead, item.key, item.chunk));
      }
    }
  }

  void read(long token, Optional<Bytes> content) {
    Sent sent = reads.remove(token);
    if (sent != null) {
      content.ifPresentOrElse(bytes -> send(sent, bytes), () -> lacking(sent));
    }
  }

  /** It is not here any more. */
  void forget(BundleKey key) {
    waiting.forEach(
        (agent, items) -> {
          for (Item item : List.copyOf(items)) {
            if (item.key.equals(key)) {
              items.remove(item);
              effects.add(new DepotEffect.Send(agent, new DepotMessage.Lacking(key, item.chunk)));
            }
          }
        });
    waiting.values().removeIf(SequencedSet::isEmpty);
  }

  private void send(Sent sent, Bytes content) {
    sentBytes += content.size();
    effects.add(
        new DepotEffect.Send(sent.to, new DepotMessage.Chunk(sent.key, sent.chunk, content)));
  }

  private void lacking(Sent sent) {
    arrived(sent);
    effects.add(new DepotEffect.Send(sent.to, new DepotMessage.Lacking(sent.key, sent.chunk)));
  }
}
