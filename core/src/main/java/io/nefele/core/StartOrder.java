package io.nefele.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Which names start after which. Not thread-safe. */
public final class StartOrder {
  private final SortedMap<Name, SortedSet<Name>> after = new TreeMap<>();

  /** Those of {@code name} start after those of {@code others}. */
  public void add(Name name, List<Name> others) {
    after.computeIfAbsent(name, its -> new TreeSet<>()).addAll(others);
  }

  /**
   * Names of which none would ever start, for each waits for the next and the last for the first.
   *
   * @return in words for people; empty if there is an order for all
   */
  public Optional<String> circle() {
    SortedSet<Name> settled = new TreeSet<>();
    for (Name name : after.keySet()) {
      Optional<List<Name>> found = circle(name, new ArrayList<>(), settled);
      if (found.isPresent()) {
        List<String> names = found.get().stream().map(its -> "'" + its + "'").toList();
        return Optional.of(
            "none of these would ever start: "
                + String.join(" starts after ", names)
                + " starts after "
                + names.getFirst());
      }
    }
    return Optional.empty();
  }

  private Optional<List<Name>> circle(Name name, List<Name> path, SortedSet<Name> settled) {
    int seen = path.indexOf(name);
    if (seen >= 0) {
      return Optional.of(List.copyOf(path.subList(seen, path.size())));
    }
    if (settled.contains(name)) {
      return Optional.empty();
    }
    path.add(name);
    for (Name other : after.getOrDefault(name, new TreeSet<>())) {
      Optional<List<Name>> found = circle(other, path, settled);
      if (found.isPresent()) {
        return found;
      }
    }
    path.removeLast();
    settled.add(name);
    return Optional.empty();
  }
}
