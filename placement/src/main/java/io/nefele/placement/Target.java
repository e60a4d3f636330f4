package io.nefele.placement;

import io.nefele.core.Codec;
import io.nefele.core.Name;

/**
 * Processes that a constraint refers to.
 *
 * @param key of the label that {@code value} is of; empty if it is a name
 */
record Target(Name tenant, String key, String value) {
  static final Codec<Target> CODEC =
      Codec.of(
          (target, out) ->
              out.put(Name.CODEC, target.tenant).string(target.key).string(target.value),
          in -> new Target(in.get(Name.CODEC), in.string(), in.string()));

  boolean matches(Tags tags) {
    if (!tenant.equals(tags.tenant())) {
      return false;
    }
    return key.isEmpty()
        ? tags.name().filter(name -> name.text().equals(value)).isPresent()
        : tags.labels().contains(key + "=" + value);
  }

  String text() {
    return key.isEmpty() ? value : key + "=" + value;
  }
}
