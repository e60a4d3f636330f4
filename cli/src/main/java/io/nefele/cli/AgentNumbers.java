package io.nefele.cli;

import io.nefele.lib.NefeleException;
import io.nefele.wire.ErrorKind;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Agents of a local fabric, as people name several. */
final class AgentNumbers {
  private static final Pattern RANGE = Pattern.compile("([0-9]{1,5})(?:-([0-9]{1,5}))?");

  private AgentNumbers() {}

  /**
   * Reads agent numbers as in {@code 1-3,7}.
   *
   * @throws NefeleException if it is none, or names an agent that is not in {@code agents}
   */
  static SortedSet<Integer> parse(String text, Map<Integer, ?> agents) throws NefeleException {
    SortedSet<Integer> numbers = new TreeSet<>();
    for (String part : text.split(",", -1)) {
      Matcher range = RANGE.matcher(part);
      if (!range.matches()) {
        throw new NefeleException(
            ErrorKind.USAGE, "'" + text + "' names no agents; write numbers as in 1-3,7");
      }
      int first = Integer.parseInt(range.group(1));
      int last = range.group(2) == null ? first : Integer.parseInt(range.group(2));
      for (int number = first; number <= last; number++) {
        if (!agents.containsKey(number)) {
          throw new NefeleException(
              ErrorKind.USAGE,
              "'" + text + "': the local fabric has no agent " + number + "; see 'nefele agents'");
        }
        numbers.add(number);
      }
    }
    return numbers;
  }
}
