package io.nefele.cli;

import io.nefele.lib.AgentSockets;
import io.nefele.lib.NefeleException;
import io.nefele.wire.ErrorKind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.zip.CRC32;

/** The directory of a local fabric. */
record FabricHome(Path path) {
  private static final int LARGEST_NUMBER = 9999;

  static FabricHome of(Console console) {
    return new FabricHome(AgentSockets.home(console.environment()));
  }

  /** Sets this home apart in names of namespaces and of the fabric: eight hexadecimal digits. */
  String tag() {
    CRC32 sum = new CRC32();
    sum.update(path.toString().getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().toHexDigits((int) sum.getValue());
  }

  Path agent(int number) {
    return AgentSockets.directory(path, number);
  }

  Path socket(int number) {
    return AgentSockets.numbered(path, number);
  }

  /** What agent {@code number} has printed. */
  Path output(int number) {
    return agent(number).resolve("output.log");
  }

  /** Makes the directory, for this user alone, or checks the one that is there. */
  void create() throws IOException, NefeleException {
    if (!AgentSockets.fits(agent(LARGEST_NUMBER).resolve("api/12345678/agent.sock"))) {
      throw new NefeleException(
          ErrorKind.USAGE,
          "the home "
              + path
              + " is too long: sockets below it would pass "
              + AgentSockets.MAX_PATH_BYTES
              + " bytes, Linux's limit; set NEFELE_HOME to a shorter path");
    }
    Path parent = path.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectory(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    Object owner = Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
        || !owner.equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
      throw new NefeleException(
          ErrorKind.REFUSED,
          path + " is not a directory of yours; set NEFELE_HOME to another place");
    }
  }

  /**
   * Keeps other {@code up}s and {@code down}s of this home away until closed.
   *
   * @throws NefeleException if one is at work
   */
  FileChannel lock() throws IOException, NefeleException {
    FileChannel channel =
        FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = channel.tryLock();
    if (lock == null) {
      channel.close();
      throw new NefeleException(
          ErrorKind.FAILED,
          "another nefele command is changing the fabric in " + path + "; wait for it to end");
    }
    return channel;
  }
}
