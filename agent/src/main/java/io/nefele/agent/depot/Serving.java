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

/**
 * Gives other agents what they asked for: to each in its turn, and only so much at a time that all
 * else an agent has to say is not kept waiting behind it.
 */
final class Serving {
  /** How many chunks are on their way at a time. */
  private static final int ON_THE_WAY_MAX = 8;

  /** What nobody has said of for so long is not on its way any more. */
  private static final Duration LOST_AFTER = Duration.ofSeconds(5);

  private final List<DepotEffect> effects;
  private final SequencedMap<AgentId, SequencedSet<Item>> waiting = new LinkedHashMap<>();
  private final SequencedMap<Sent, Instant> onTheWay = new LinkedHashMap<>();
  private final Map<Long, Sent> reads = new LinkedHashMap<>();
  private long lastRead;
  private long sentBytes;

  private record Item(BundleKey key, int chunk) {}

  private record Sent(AgentId to, BundleKey key, int chunk) {}

  /** Has the manifests. */
  interface Manifests {
    Optional<Bytes> manifest(BundleKey key);
  }

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
    onTheWay.remove(new Sent(from, key, chunk));
  }

  void agentLost(AgentId agent) {
    waiting.remove(agent);
    onTheWay.keySet().removeIf(sent -> sent.to.equals(agent));
  }

  void tick(Instant now) {
    onTheWay.values().removeIf(since -> since.isBefore(now.minus(LOST_AFTER)));
  }

  void pump(Instant now, Manifests manifests) {
    while (onTheWay.size() < ON_THE_WAY_MAX && !waiting.isEmpty()) {
      var next = waiting.pollFirstEntry();
      Item item = next.getValue().removeFirst();
      if (!next.getValue().isEmpty()) {
        waiting.putLast(next.getKey(), next.getValue());
      }
      Sent sent = new Sent(next.getKey(), item.key, item.chunk);
      onTheWay.put(sent, now);
      if (item.chunk == DepotMessage.MANIFEST) {
        manifests
            .manifest(item.key)
            .ifPresentOrElse(manifest -> send(sent, manifest), () -> lacking(sent));
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
    onTheWay.remove(sent);
    effects.add(new DepotEffect.Send(sent.to, new DepotMessage.Lacking(sent.key, sent.chunk)));
  }
}
