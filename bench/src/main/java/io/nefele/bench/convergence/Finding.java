package io.nefele.bench.convergence;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one phase of a trial found; told by the trial's JVM as a line of its standard output.
 *
 * @param reached whether the phase came to its end before its deadline
 * @param value in the phase's own unit; how long it was waited if it was not reached
 * @param share of what had to be reached, 0 to 1
 */
record Finding(Phase phase, boolean reached, double value, double share) {
  private static final Pattern LINE =
      Pattern.compile("finding ([A-Z_]+) (reached|missed) ([0-9.]+) ([0-9.]+)");

  /** The phases of trials, in their order. */
  enum Phase {
    /** Milliseconds until all members have been started. */
    STARTED,
    /** Milliseconds from the first start until all see all; share of pairs. */
    ALL_SEE_ALL,
    /** Bytes per second and member at rest. */
    TRAFFIC,
    /** Percent of a core per member at rest. */
    CPU,
    /** Milliseconds until the last member has heard news; share of members. */
    NEWS_HEARD,
    /** Milliseconds from the kill until the dead are gone everywhere; share of members. */
    DEAD_REMOVED,
    /** Milliseconds from the launch of the first process until all are one. */
    ONE_TOP,
    /** Milliseconds from the launch of the last process until then. */
    LAST_IN,
    /** Milliseconds from the kill of the leader until all others are one. */
    LEADER_REPLACED,
    /** Milliseconds from a cut until either half is one. */
    PARTED,
    /** Milliseconds from the end of the cut until all are one. */
    HEALED
  }

  String toLine() {
    return String.format(
        Locale.ROOT,
        "finding %s %s %.3f %.4f",
        phase,
        reached ? "reached" : "missed",
        value,
        share);
  }

  /** What {@code line} tells; empty for a line of somebody else. */
  static Optional<Finding> parse(String line) {
    Matcher found = LINE.matcher(line);
    if (!found.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        new Finding(
            Phase.valueOf(found.group(1)),
            found.group(2).equals("reached"),
            Double.parseDouble(found.group(3)),
            Double.parseDouble(found.group(4))));
  }
}
