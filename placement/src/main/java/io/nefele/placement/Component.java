package io.nefele.placement;

import io.nefele.core.Codec;
import java.util.List;

/**
 * Processes of a request that are the same as each other.
 *
 * @param count how many, from 1
 */
public record Component(ProcessTemplate template, int count) {
  static final Codec<Component> CODEC =
      Codec.of(
          (component, out) ->
              out.put(ProcessTemplate.CODEC, component.template).int32(component.count),
          in -> new Component(in.get(ProcessTemplate.CODEC), in.int32()));

  /** More than one server or fabric has a use for, so that sums of counts do not overflow. */
  public static final int COUNT_MAX = 1_000_000;

  public Component {
    if (count < 1 || count > COUNT_MAX) {
      throw new IllegalArgumentException(
          "a spawn is of 1 to " + COUNT_MAX + " processes of a kind, not of " + count);
    }
  }

  /** As neighbours are asked for it. */
  Wanted wanted() {
    return new Wanted(count, template.demand());
  }

  /** How many processes they are together; at most the largest number there is. */
  public static int processes(List<Component> components) {
    return (int) Math.min(Integer.MAX_VALUE, components.stream().mapToLong(Component::count).sum());
  }

  /** What their constraints ask for among processes, each once. */
  static List<Target> targets(List<Component> components) {
    return components.stream()
        .map(Component::template)
        .flatMap(
            template ->
                template.constraints().stream()
                    .filter(
                        c -> c.kind() == Constraint.Kind.NEAR || c.kind() == Constraint.Kind.APART)
                    .map(c -> c.target(template.tags())))
        .distinct()
        .toList();
  }

  /** The most that one of them needs of each. */
  static Resources largest(List<Component> components) {
    Resources largest = Resources.NONE;
    for (Component component : components) {
      largest = largest.max(component.template.demand());
    }
    return largest;
  }

  static List<Wanted> wanted(List<Component> components) {
    return components.stream().map(Component::wanted).toList();
  }
}
