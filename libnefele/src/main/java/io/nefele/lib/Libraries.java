package io.nefele.lib;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The shared libraries of a program. Those in the system's own directories are taken to be on every
 * server; others go with the program.
 *
 * @param toShip by the name under which they are asked for
 * @param missing what was found nowhere, by name
 */
record Libraries(SortedMap<String, Path> toShip, SortedSet<String> missing) {
  private static final List<String> SYSTEM =
      List.of("/lib64", "/usr/lib64", "/lib", "/usr/lib", "/lib32", "/usr/lib32");

  private static final Path CONFIGURED = Path.of("/etc/ld.so.conf.d");
  private static final String ORIGIN = "$ORIGIN";
  private static final String LONG_ORIGIN = "${ORIGIN}";

  /**
   * What {@code program} needs, and what that needs.
   *
   * @param tree what is shipped anyway: a library in there that is looked for beside its user is
   *     found by itself
   * @param environment of the caller
   */
  static Libraries of(Path program, Elf elf, Optional<Path> tree, Map<String, String> environment)
      throws IOException {
    return new Search(elf, tree, environment).run(program, elf);
  }

  private static final class Search {
    private final Elf like;
    private final Optional<Path> tree;
    private final List<Path> system = new ArrayList<>();
    private final List<Path> configured = new ArrayList<>();
    private final List<Path> asked = new ArrayList<>();
    private final SortedMap<String, Path> toShip = new TreeMap<>();
    private final SortedSet<String> missing = new TreeSet<>();
    private final SortedSet<String> seen = new TreeSet<>();

    Search(Elf like, Optional<Path> tree, Map<String, String> environment) throws IOException {
      this.like = like;
      this.tree = tree;
      for (String directory : SYSTEM) {
        // Debian and its kin have a directory for each architecture.
        system.add(Path.of(directory, like.architecture() + "-linux-gnu"));
        system.add(Path.of(directory));
      }
      for (String part : environment.getOrDefault("LD_LIBRARY_PATH", "").split(":")) {
        if (!part.isEmpty()) {
          asked.add(Path.of(part));
        }
      }
      if (Files.isDirectory(CONFIGURED)) {
        readConfigured();
      }
    }

    private void readConfigured() throws IOException {
      try (Stream<Path> files = Files.list(CONFIGURED)) {
        for (Path file : files.sorted().toList()) {
          for (String line : Files.readAllLines(file)) {
            if (line.startsWith("/")) {
              configured.add(Path.of(line.strip()));
            }
          }
        }
      }
    }

    Libraries run(Path program, Elf elf) throws IOException {
      Deque<Map.Entry<Path, Elf>> open = new ArrayDeque<>(List.of(Map.entry(program, elf)));
      while (!open.isEmpty()) {
        var user = open.remove();
        for (String name : user.getValue().needed()) {
          if (seen.add(name)) {
            Optional<Path> found = find(name, user.getKey(), user.getValue());
            if (found.isPresent()) {
              Elf.read(found.get()).ifPresent(its -> open.add(Map.entry(found.get(), its)));
            }
          }
        }
      }
      return new Libraries(toShip, missing);
    }

    /** The library, if it is not the system's, whose own needs the system sees to. */
    private Optional<Path> find(String name, Path user, Elf elf) throws IOException {
      for (String entry : elf.runPath()) {
        boolean beside = entry.startsWith(ORIGIN) || entry.startsWith(LONG_ORIGIN);
        String origin = user.toAbsolutePath().resolveSibling("").toString();
        Path at =
            Path.of(entry.replace(LONG_ORIGIN, origin).replace(ORIGIN, origin))
                .resolve(name)
                .normalize();
        if (fits(at)) {
          boolean inTree = beside && tree.filter(at::startsWith).isPresent();
          return inTree ? Optional.of(at) : take(name, at);
        }
      }
      for (Path directory : asked) {
        if (fits(directory.resolve(name))) {
          return take(name, directory.resolve(name));
        }
      }
      for (Path directory : system) {
        if (fits(directory.resolve(name))) {
          return Optional.empty();
        }
      }
      for (Path directory : configured) {
        if (fits(directory.resolve(name))) {
          return take(name, directory.resolve(name));
        }
      }
      // What another kind of machine has is not to be seen here.
      if (like.architecture().equals(own())) {
        missing.add(name);
      }
      return Optional.empty();
    }

    private Optional<Path> take(String name, Path at) {
      if (system.stream().noneMatch(directory -> directory.equals(at.resolveSibling("")))) {
        toShip.put(name, at);
        return Optional.of(at);
      }
      return Optional.empty();
    }

    private boolean fits(Path library) throws IOException {
      return Files.isRegularFile(library)
          && Elf.read(library)
              .filter(
                  its ->
                      its.architecture().equals(like.architecture()) && its.wide() == like.wide())
              .isPresent();
    }

    private static String own() {
      String architecture = System.getProperty("os.arch", "");
      return architecture.equals("amd64") ? "x86_64" : architecture;
    }
  }
}
