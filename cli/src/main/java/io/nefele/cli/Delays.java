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
import java.util.TreeMap;

/**
 * How much longer what agents of a local fabric send takes on its way. Kept in its home, so that
 * delays add up.
 *
 * @param micros by sender and receiver, microseconds above 0
 */
record Delays(SortedMap<Integer, SortedMap<Integer, Long>> micros) {
  private static final String NAME = "delays";

  static Delays none() {
    return new Delays(new TreeMap<>());
  }

  /** The delays of the fabric in {@code home}. */
  static Delays read(Path home) throws IOException, NefeleException {
    Delays delays = none();
    try {
      for (String line : Files.readAllLines(home.resolve(NAME))) {
        String[] words = line.split(" ");
        delays.set(
            Integer.parseInt(words[0]), Integer.parseInt(words[1]), Long.parseLong(words[2]));
      }
    } catch (NoSuchFileException e) {
      // Nothing is slow.
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new NefeleException(
          ErrorKind.FAILED, home.resolve(NAME) + " is damaged; run 'nefele net heal'", e);
    }
    return delays;
  }

  void write(Path home) throws IOException {
    List<String> lines = new ArrayList<>();
    micros.forEach(
        (sender, receivers) ->
            receivers.forEach(
                (receiver, delay) -> lines.add(sender + " " + receiver + " " + delay)));
    if (lines.isEmpty()) {
      Files.deleteIfExists(home.resolve(NAME));
    } else {
      Files.write(home.resolve(NAME), lines);
    }
  }

  /**
   * From now on what {@code sender} sends {@code receiver} takes so much longer.
   *
   * @param delayMicros microseconds; 0: no longer than the network takes
   */
  void set(int sender, int receiver, long delayMicros) {
    if (sender == receiver) {
      return;
    }
    SortedMap<Integer, Long> row = micros.computeIfAbsent(sender, unused -> new TreeMap<>());
    if (delayMicros > 0) {
      row.put(receiver, delayMicros);
    } else {
      row.remove(receiver);
    }
    if (row.isEmpty()) {
      micros.remove(sender);
    }
  }

  int count() {
    return micros.values().stream().mapToInt(SortedMap::size).sum();
  }
}
