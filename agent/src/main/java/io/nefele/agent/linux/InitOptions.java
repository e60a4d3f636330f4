package io.nefele.agent.linux;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Where an init lives and how it ends.
 *
 * @param socket the Unix socket on which it listens; its path is at most 107 bytes
 * @param binary where its program is put, if it is not there already
 * @param logs an existing or new directory; relative output paths start here
 * @param isolation what a new init puts its processes into; empty: the strongest that this server
 *     allows. {@link HostEvent.Resynchronized} tells which one holds
 * @param linger how long an init without processes and without an agent stays, in whole seconds;
 *     zero: for ever
 * @param cgroup the name of the cgroup that a new init makes below its own, if it is to
 * @param outputKibMax how long an output file of a process may become before the init gives the
 *     space of its older part back; 0: as long as it likes
 * @param sandbox what processes see of the server, if they are kept apart at all
 * @param grace how long processes have between SIGTERM and SIGKILL when the init itself is ended
 */
public record InitOptions(
    Path socket,
    Path binary,
    Path logs,
    Optional<Isolation> isolation,
    Duration linger,
    Duration grace,
    Optional<String> cgroup,
    int outputKibMax,
    Sandbox sandbox) {
  private static final int SOCKET_PATH_BYTES_MAX = 107;

  public InitOptions {
    socket = socket.toAbsolutePath();
    binary = binary.toAbsolutePath();
    logs = logs.toAbsolutePath();
    int bytes = socket.toString().getBytes(StandardCharsets.UTF_8).length;
    if (bytes > SOCKET_PATH_BYTES_MAX) {
      throw new IllegalArgumentException(
          "the path of a Unix socket has at most "
              + SOCKET_PATH_BYTES_MAX
              + " bytes, this one has "
              + bytes
              + ": "
              + socket
              + "; use a shorter state directory");
    }
    if (linger.isNegative() || grace.isNegative()) {
      throw new IllegalArgumentException("linger and grace can't be negative");
    }
  }

  /** The usual places below {@code stateDirectory}. */
  public static InitOptions below(
      Path stateDirectory, Optional<Isolation> isolation, Duration linger, Duration grace) {
    return new InitOptions(
        stateDirectory.resolve("init.sock"),
        stateDirectory.resolve("nefele-init"),
        stateDirectory.resolve("logs"),
        isolation,
        linger,
        grace,
        Optional.empty(),
        0,
        Sandbox.PLAIN);
  }

  /** The same on another socket. */
  public InitOptions at(Path newSocket) {
    return new InitOptions(
        newSocket, binary, logs, isolation, linger, grace, cgroup, outputKibMax, sandbox);
  }

  /** The same with a cgroup, with output that is kept within bounds, and with another sandbox. */
  public InitOptions with(String newCgroup, int newOutputKibMax, Sandbox newSandbox) {
    return new InitOptions(
        socket,
        binary,
        logs,
        isolation,
        linger,
        grace,
        Optional.of(newCgroup),
        newOutputKibMax,
        newSandbox);
  }

  /**
   * What processes see of the server. In any case /proc, /dev, /tmp and /dev/shm are their own.
   *
   * @param hidden a directory that they must not see
   * @param shared directories that they see, read-only, wherever these are
   * @param writable directories that they see and may write to, as far as their user may
   * @param ownNetwork whether they have a network of their own, which is the loopback alone
   */
  public record Sandbox(
      Optional<Path> hidden, List<Path> shared, List<Path> writable, boolean ownNetwork) {
    public static final Sandbox PLAIN = new Sandbox(Optional.empty(), List.of(), List.of(), true);

    public Sandbox {
      shared = List.copyOf(shared);
      writable = List.copyOf(writable);
    }
  }
}
