package io.nefele.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where a state directory is: on which machine, and which directory of its file system. A copy is
 * somewhere else, and must not be used by an agent: two would go by one id, and the one that starts
 * later would drive out the other. A copy that looks just the same (a disk cloned below the file
 * system, on a machine cloned with it) is found out by gossip.
 */
final class DiskPlace {
  private static final String FILE = "place";
  private static final Path MACHINE_ID = Path.of("/etc/machine-id");
  private static final Path PRODUCT = Path.of("/sys/class/dmi/id/product_uuid");

  private DiskPlace() {}

  /**
   * Writes down where {@code directory} is, or compares with what was.
   *
   * @throws StartFailure if it has been copied or moved here
   */
  static void check(Path directory) throws IOException, StartFailure {
    Path file = directory.resolve(FILE);
    SortedMap<String, String> here = here(directory);
    if (!Files.exists(file)) {
      write(file, here);
      return;
    }
    for (String line : Files.readAllLines(file)) {
      int equals = line.indexOf('=');
      String then = equals < 0 ? "" : line.substring(equals + 1);
      String now = equals < 0 ? line : here.getOrDefault(line.substring(0, equals), then);
      if (!now.equals(then)) {
        throw new StartFailure(
            "the state directory "
                + directory
                + " was copied or moved here, and two agents must not share an id; remove it to"
                + " start as a new agent or, if the agent it came from is gone for good, remove "
                + file);
      }
    }
  }

  private static SortedMap<String, String> here(Path directory) throws IOException {
    SortedMap<String, String> here = new TreeMap<>();
    here.put("directory", String.valueOf(Files.getAttribute(directory, "unix:ino")));
    // What can't be read, or is not there, is not compared.
    line(MACHINE_ID).ifPresent(id -> here.put("machine", id));
    line(PRODUCT).ifPresent(id -> here.put("product", id));
    return here;
  }

  private static Optional<String> line(Path file) {
    try {
      return Files.readAllLines(file).stream().findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static void write(Path file, SortedMap<String, String> place) throws IOException {
    List<String> lines =
        place.entrySet().stream().map(entry -> entry.getKey() + "=" + entry.getValue()).toList();
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      channel.write(UTF_8.encode(String.join("\n", lines) + "\n"));
      channel.force(true);
    }
  }
}
