package io.nefele.table;

import java.util.Locale;

/** What checks have said of a process. */
public enum Health {
  /** It has none. */
  UNCHECKED,
  /** No check has succeeded since its start. */
  STARTING,
  HEALTHY,
  /** So many failed in a row that it is ended. */
  UNHEALTHY,
  /**
   * It is there, and held before its first instruction until those that it starts after are well.
   */
  WAITING,
  /**
   * It gave way to processes of a higher priority: it has been told to end, or has ended and waits
   * for a place to be started again.
   */
  PREEMPTED;

  private final String text = name().toLowerCase(Locale.ROOT);

  /** As answers and people write it. */
  public String text() {
    return text;
  }
}
