package io.nefele.mailbox;

import io.nefele.core.Codec;
import io.nefele.core.Name;
import java.util.Comparator;

/**
 * That somebody of a tenant wants what is published.
 *
 * @param pattern of topics
 */
public record Interest(Name tenant, String pattern) implements Comparable<Interest> {
  private static final Comparator<Interest> ORDER =
      Comparator.comparing(Interest::tenant).thenComparing(Interest::pattern);

  static final Codec<Interest> CODEC =
      Codec.of(
          (interest, out) -> out.put(Name.CODEC, interest.tenant).string(interest.pattern),
          in -> new Interest(in.get(Name.CODEC), in.string()));

  @Override
  public int compareTo(Interest other) {
    return ORDER.compare(this, other);
  }
}
