package io.nefele.agent.depot;

import io.nefele.core.Codec;
import io.nefele.core.Digest;
import io.nefele.core.Name;
import io.nefele.placement.ProcessTemplate;
import io.nefele.wire.ProcessSpec;
import java.util.Comparator;
import java.util.Optional;

/**
 * A bundle of a tenant. Tenants that ship the same have a bundle each, so that none can use, or
 * find out about, what another has.
 *
 * @param id the SHA-256 of its manifest
 */
public record BundleKey(Name tenant, Digest id) implements Comparable<BundleKey> {
  private static final Comparator<BundleKey> ORDER =
      Comparator.comparing(BundleKey::tenant).thenComparing(BundleKey::id);

  public static final Codec<BundleKey> CODEC =
      Codec.of(
          (key, out) -> out.put(Name.CODEC, key.tenant).put(Digest.CODEC, key.id),
          in -> new BundleKey(in.get(Name.CODEC), in.get(Digest.CODEC)));

  /** The bundle that holds the program of {@code template}, if it comes over the fabric. */
  public static Optional<BundleKey> of(ProcessTemplate template) {
    return template
        .terms()
        .shipment()
        .map(shipment -> new BundleKey(template.tenant(), shipment.bundle()));
  }

  /** The bundle that {@code spec} of a tenant names, if it does. */
  public static Optional<BundleKey> of(Name tenant, ProcessSpec spec) {
    return spec.bundle().map(id -> new BundleKey(tenant, Digest.parse(id)));
  }

  @Override
  public int compareTo(BundleKey other) {
    return ORDER.compare(this, other);
  }
}
