package io.nefele.lib;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where agents have their sockets.
 *
 * <p>A process that the fabric started has {@code NEFELE_SOCKET} in its environment. Everybody else
 * finds the agents of this user and machine below the fabric's home: {@code NEFELE_HOME}, or {@code
 * nefele-UID} in {@code XDG_RUNTIME_DIR} or else in {@code /tmp}. Last comes the server's own
 * agent, which is run by whatever restarts services, unless a home is named.
 */
public final class AgentSockets {
  /** The longest path that Linux takes as the address of a Unix socket ({@code unix(7)}). */
  public static final int MAX_PATH_BYTES = 107;

  /** Of the agent that is a service of this server. */
  private static final Path SERVICE = Path.of("/run/nefele/agent.sock");

  private AgentSockets() {}

  /** The home of this user's fabric on this machine, which need not exist. */
  public static Path home(Map<String, String> environment) {
    Optional<String> home = present(environment, "NEFELE_HOME");
    if (home.isPresent()) {
      return Path.of(home.get()).toAbsolutePath().normalize();
    }
    String parent = present(environment, "XDG_RUNTIME_DIR").orElse("/tmp");
    return Path.of(parent, "nefele-" + userId());
  }

  /** The socket of the agent that runs in the foreground with default settings. */
  public static Path single(Path home) {
    return home.resolve("agent.sock");
  }

  /** The state directory of agent {@code number} of the local fabric in {@code home}. */
  public static Path directory(Path home, int number) {
    return home.resolve("agents").resolve(Integer.toString(number));
  }

  /** The socket of agent {@code number} of the local fabric in {@code home}. */
  public static Path numbered(Path home, int number) {
    return directory(home, number).resolve("agent.sock");
  }

  /**
   * The sockets to try, the best first: {@code NEFELE_SOCKET} alone if it is set, else the single
   * agent's, then those of the local fabric's agents by number, then the server's agent's.
   *
   * @return at least one path, whether or not somebody listens there
   */
  public static List<Path> candidates(Map<String, String> environment) {
    return candidates(environment, SERVICE);
  }

  static List<Path> candidates(Map<String, String> environment, Path service) {
    Optional<String> named = present(environment, "NEFELE_SOCKET");
    if (named.isPresent()) {
      return List.of(Path.of(named.get()));
    }
    Path home = home(environment);
    List<Path> found = new ArrayList<>();
    if (Files.exists(single(home))) {
      found.add(single(home));
    }
    for (int number : numbers(home)) {
      found.add(numbered(home, number));
    }
    if (present(environment, "NEFELE_HOME").isEmpty() && Files.exists(service)) {
      found.add(service);
    }
    return found.isEmpty() ? List.of(single(home)) : List.copyOf(found);
  }

  /** The numbers of the local fabric's agents in {@code home} that have a socket, ascending. */
  static List<Integer> numbers(Path home) {
    String[] names = home.resolve("agents").toFile().list();
    if (names == null) {
      return List.of();
    }
    List<Integer> numbers = new ArrayList<>();
    for (String name : names) {
      if (name.matches("[1-9][0-9]{0,5}") && Files.exists(numbered(home, Integer.parseInt(name)))) {
        numbers.add(Integer.parseInt(name));
      }
    }
    numbers.sort(null);
    return numbers;
  }

  /** Whether {@code path} can be the address of a Unix socket at all. */
  public static boolean fits(Path path) {
    return path.toString().getBytes(StandardCharsets.UTF_8).length <= MAX_PATH_BYTES;
  }

  private static Optional<String> present(Map<String, String> environment, String variable) {
    return Optional.ofNullable(environment.get(variable)).filter(value -> !value.isEmpty());
  }

  private static int userId() {
    try {
      return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    } catch (IOException e) {
      throw new UncheckedIOException("the user's id can't be read from /proc/self", e);
    }
  }
}
