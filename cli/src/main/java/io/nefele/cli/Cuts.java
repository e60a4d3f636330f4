package io.nefele.cli;

import io.nefele.lib.NefeleException;
import io.nefele.wire.ErrorKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which agents of a local fabric can't reach which others. Kept in its home, so that cuts add up.
 *
 * @param unheard by receiver, the senders that it does not hear
 */
record Cuts(SortedMap<Integer, SortedSet<Integer>> unheard) {
  private static final String NAME = "cuts";
  private static final Pattern RANGE = Pattern.compile("([0-9]{1,5})(?:-([0-9]{1,5}))?");

  static Cuts none() {
    return new Cuts(new TreeMap<>());
  }

  /** The cuts of the fabric in {@code home}. */
  static Cuts read(Path home) throws IOException, NefeleException {
    Cuts cuts = none();
    try {
      for (String line : Files.readAllLines(home.resolve(NAME))) {
        String[] words = line.split(" ");
        cuts.add(Integer.parseInt(words[0]), Integer.parseInt(words[1]));
      }
    } catch (NoSuchFileException e) {
      // Nothing is cut.
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new NefeleException(
          ErrorKind.FAILED, home.resolve(NAME) + " is damaged; run 'nefele net heal'", e);
    }
    return cuts;
  }

  void write(Path home) throws IOException {
    List<String> lines = new ArrayList<>();
    unheard.forEach(
        (receiver, senders) -> senders.forEach(sender -> lines.add(sender + " " + receiver)));
    if (lines.isEmpty()) {
      Files.deleteIfExists(home.resolve(NAME));
    } else {
      Files.write(home.resolve(NAME), lines);
    }
  }

  /** From now on {@code receiver} does not hear {@code sender}. */
  void add(int sender, int receiver) {
    if (sender != receiver) {
      unheard.computeIfAbsent(receiver, unused -> new TreeSet<>()).add(sender);
    }
  }

  int count() {
    return unheard.values().stream().mapToInt(SortedSet::size).sum();
  }

  /**
   * Reads agent numbers as in {@code 1-3,7}.
   *
   * @throws NefeleException if it is none, or names an agent that is not in {@code agents}
   */
  static SortedSet<Integer> agents(String text, Map<Integer, ?> agents) throws NefeleException {
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
