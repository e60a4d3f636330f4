package io.nefele.placement;

import io.nefele.core.Codec;
import io.nefele.core.Decoder;
import io.nefele.core.Encoder;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What constraints may ask of a server.
 *
 * @param labels that its owner gave it
 * @param group its group at level 0, empty if none
 * @param policy how its owner wants it filled
 */
public record ServerFacts(SortedMap<String, String> labels, String group, Policy policy) {
  public static final ServerFacts NONE = new ServerFacts(new TreeMap<>(), "", Policy.SPREAD);

  /** How a server is filled, among others that would do. */
  public enum Policy {
    /** The less busy, the sooner. */
    SPREAD,
    /** The busier, the sooner, so that others stay empty. */
    PACK
  }

  private static final Codec<Map.Entry<String, String>> LABEL =
      Codec.of(
          (Map.Entry<String, String> label, Encoder out) ->
              out.string(label.getKey()).string(label.getValue()),
          (Decoder in) -> Map.entry(in.string(), in.string()));

  public static final Codec<ServerFacts> CODEC =
      Codec.of(
          (facts, out) ->
              out.list(LABEL, facts.labels.entrySet())
                  .string(facts.group)
                  .bool(facts.policy == Policy.PACK),
          in -> {
            SortedMap<String, String> labels = new TreeMap<>();
            in.list(LABEL).forEach(label -> labels.put(label.getKey(), label.getValue()));
            return new ServerFacts(labels, in.string(), in.bool() ? Policy.PACK : Policy.SPREAD);
          });

  public ServerFacts {
    labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
  }

  public ServerFacts inGroup(String now) {
    return new ServerFacts(labels, now, policy);
  }

  /**
   * In which domain of a kind it is; empty if it is in none.
   *
   * @param server what the server itself is called
   */
  Optional<String> domain(String kind, String server) {
    return switch (kind) {
      case Constraint.SERVER -> Optional.of(server);
      case Constraint.GROUP -> Optional.of(group).filter(name -> !name.isEmpty());
      default -> Optional.ofNullable(labels.get(kind));
    };
  }

  /** Whether it meets what {@code constraint} asks of servers' labels. */
  public boolean meets(Constraint constraint) {
    return switch (constraint.kind()) {
      case ON -> constraint.value().equals(labels.get(constraint.key()));
      case NOT_ON -> !constraint.value().equals(labels.get(constraint.key()));
      case NEAR, APART, SPREAD -> true;
    };
  }
}
