package io.nefele.cli;

import io.nefele.core.Endpoint;
import io.nefele.lib.NefeleException;
import io.nefele.wire.ErrorKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What {@code nefele up} has decided about a local fabric, kept in its home so that agents start
 * again where they were.
 *
 * @param namespaces whether each agent has a network namespace of its own
 * @param multicast whether agents find each other by multicast, not by seeds
 * @param groupSize as given; empty: the agents' default
 * @param services group sizes of further services, by name
 * @param agents where each agent listens, by number
 */
record FabricFile(
    boolean namespaces,
    boolean multicast,
    OptionalInt groupSize,
    SortedMap<String, Integer> services,
    SortedMap<Integer, Endpoint> agents) {

  private static final String NAME = "fabric";
  private static final String FIRST_LINE = "nefele-fabric 1";

  /** The file with {@code endpoint} for agent {@code number}. */
  FabricFile with(int number, Endpoint endpoint) {
    SortedMap<Integer, Endpoint> more = new TreeMap<>(agents);
    more.put(number, endpoint);
    return new FabricFile(namespaces, multicast, groupSize, services, more);
  }

  /** The file in {@code home}, if there is a fabric. */
  static Optional<FabricFile> read(Path home) throws IOException, NefeleException {
    List<String> lines;
    try {
      lines = Files.readAllLines(home.resolve(NAME));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    try {
      return Optional.of(parse(lines));
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new NefeleException(
          ErrorKind.FAILED,
          home.resolve(NAME) + " is damaged (" + e.getMessage() + "); run 'nefele down' first",
          e);
    }
  }

  private static FabricFile parse(List<String> lines) {
    if (lines.isEmpty() || !lines.getFirst().equals(FIRST_LINE)) {
      throw new IllegalArgumentException("it does not start with '" + FIRST_LINE + "'");
    }
    boolean namespaces = false;
    boolean multicast = false;
    OptionalInt groupSize = OptionalInt.empty();
    SortedMap<String, Integer> services = new TreeMap<>();
    SortedMap<Integer, Endpoint> agents = new TreeMap<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] words = line.split(" ");
      switch (words[0]) {
        case "namespaces" -> namespaces = true;
        case "multicast" -> multicast = true;
        case "group-size" -> groupSize = OptionalInt.of(Integer.parseInt(words[1]));
        case "service" -> services.put(words[1], Integer.parseInt(words[2]));
        case "agent" ->
            agents.put(
                Integer.parseInt(words[1]), new Endpoint(words[2], Integer.parseInt(words[3])));
        default -> throw new IllegalArgumentException("'" + line + "'");
      }
    }
    return new FabricFile(namespaces, multicast, groupSize, services, agents);
  }

  /** Replaces the file in {@code home} as a whole. */
  void write(Path home) throws IOException {
    List<String> lines = new ArrayList<>(List.of(FIRST_LINE));
    if (namespaces) {
      lines.add("namespaces");
    }
    if (multicast) {
      lines.add("multicast");
    }
    groupSize.ifPresent(size -> lines.add("group-size " + size));
    services.forEach((service, k) -> lines.add("service " + service + " " + k));
    agents.forEach(
        (number, at) -> lines.add("agent " + number + " " + at.host() + " " + at.port()));
    Path fresh = home.resolve(NAME + ".new");
    Files.write(fresh, lines);
    Files.move(fresh, home.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
  }
}
