package io.nefele.core;

import java.util.List;

/**
 * How much a process matters among those of its tenant. It is a label, since all that has to know
 * it has the labels of processes: agents after a restart, peers of a lost one, clients that are
 * older.
 */
public final class Priority {
  /** The key of the label. */
  public static final String KEY = "nefele.priority";

  public static final int MIN = -100;
  public static final int MAX = 100;

  /** Of a process that has no such label. */
  public static final int USUAL = 0;

  private static final String LABEL = KEY + "=";

  private Priority() {}

  /** The label that says it. */
  public static String label(int priority) {
    return LABEL + priority;
  }

  /**
   * What the labels of a process say.
   *
   * @param labels {@code KEY=VALUE}
   * @throws IllegalArgumentException if they say something else than one priority, in words for
   *     people
   */
  public static int parse(List<String> labels) {
    List<String> values =
        labels.stream()
            .filter(label -> label.startsWith(LABEL))
            .map(label -> label.substring(LABEL.length()))
            .toList();
    if (values.isEmpty()) {
      return USUAL;
    }
    String value = values.getFirst();
    int priority = value.matches("-?[0-9]{1,3}") ? Integer.parseInt(value) : MAX + 1;
    if (values.size() > 1 || priority < MIN || priority > MAX) {
      throw new IllegalArgumentException(
          "a priority is a whole number from "
              + MIN
              + " to "
              + MAX
              + ", given once; not "
              + String.join(", ", values));
    }
    return priority;
  }

  /** As {@link #parse}; labels that say nothing clear are of the usual priority. */
  public static int of(List<String> labels) {
    try {
      return parse(labels);
    } catch (IllegalArgumentException e) {
      return USUAL;
    }
  }
}
