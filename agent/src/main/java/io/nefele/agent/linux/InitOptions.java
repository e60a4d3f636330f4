package io.nefele.agent.linux;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
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
 * @param grace how long processes have between SIGTERM and SIGKILL when the init itself is ended
 */
public record InitOptions(
    Path socket,
    Path binary,
    Path logs,
    Optional<Isolation> isolation,
    Duration linger,
    Duration grace) {
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
        grace);
  }
}
