package io.nefele.placement;

import io.nefele.core.Codec;
import io.nefele.core.Name;
import java.util.List;

/**
 * On whose behalf room is asked for, and how much that matters.
 *
 * @param tenant whose processes alone give way
 * @param priority what has a lower one gives way if there is no other room
 */
record Claimant(Name tenant, int priority) {
  static final Codec<Claimant> CODEC =
      Codec.of(
          (claimant, out) -> out.put(Name.CODEC, claimant.tenant).int32(claimant.priority),
          in -> new Claimant(in.get(Name.CODEC), in.int32()));

  /** Of a request: each of its processes has to matter more than whatever gives way to it. */
  static Claimant of(List<Component> components) {
    return new Claimant(
        components.getFirst().template().tenant(),
        components.stream()
            .mapToInt(component -> component.template().tags().priority())
            .min()
            .orElseThrow());
  }

  /** Whether what has those {@code tags} gives way to it. */
  boolean outranks(Tags tags) {
    return tags.tenant().equals(tenant) && tags.priority() < priority;
  }
}
