package io.nefele.cli;

import io.nefele.lib.NefeleException;
import io.nefele.wire.ErrorKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How many network neighbours the kernel knows at a time, of all namespaces of a machine together:
 * an entry for each pair of agents in namespaces of their own. Beyond that packets are dropped
 * without a word to anybody, now here and now there.
 */
final class NeighbourTable {
  private static final String SETTING = "net.ipv4.neigh.default.gc_thresh3";

  private NeighbourTable() {}

  /** Refuses {@code agents} of which each has to talk to each if there is no room for them. */
  static void checkRoomFor(int agents) throws NefeleException, IOException {
    Path file = Path.of("/proc/sys", SETTING.replace('.', '/'));
    if (Files.isReadable(file)) {
      // By lines: such a file gives its number to whoever reads it at once, and else its beginning.
      checkRoomFor(agents, Long.parseLong(Files.readAllLines(file).getFirst().strip()));
    }
  }

  static void checkRoomFor(int agents, long room) throws NefeleException {
    long pairs = (long) agents * (agents - 1);
    if (pairs > room) {
      throw new NefeleException(
          ErrorKind.FAILED,
          "up "
              + agents
              + " --netns: the kernel's table of network neighbours has room for "
              + room
              + ", and so many agents need "
              + pairs
              + "; make room with 'sysctl -w "
              + SETTING
              + "="
              + 2 * pairs
              + "', or leave --netns out");
    }
  }
}
