package io.nefele.cli;

import io.nefele.lib.NefeleException;
import io.nefele.wire.ErrorKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which agents of a local fabric can't reach which others. Kept in its home, so that cuts add up.
 *
 * @param unheard by receiver, the senders that it does not hear
 */
record Cuts(SortedMap<Integer, SortedSet<Integer>> unheard) {
  private static final String NAME = "cuts";

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
}
