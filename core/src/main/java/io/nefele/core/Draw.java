package io.nefele.core;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.random.RandomGenerator;

/** Some of many, at random. */
public final class Draw {
  private Draw() {}

  /** As many of {@code all} as there are, up to {@code count}, each once. */
  public static <T> List<T> some(int count, Collection<T> all, RandomGenerator random) {
    List<T> left = new ArrayList<>(all);
    List<T> drawn = new ArrayList<>();
    while (drawn.size() < count && !left.isEmpty()) {
      int index = random.nextInt(left.size());
      drawn.add(left.get(index));
      left.set(index, left.getLast());
      left.removeLast();
    }
    return drawn;
  }
}
