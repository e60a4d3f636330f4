package io.nefele.bench.report;

/** Whether a row reached its goal. */
public enum Verdict {
  MET,
  MISSED,
  /** There is a goal, but no number to hold against it. */
  OPEN
}
