package io.nefele.cli;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** The cgroups that process hosts of a local fabric have left; one that ends well leaves none. */
final class Cgroups {
  private static final String LIST_SUFFIX = ".cgroups";
  private static final int DEPTH = 8;
  private static final int TRIES_MAX = 200;
  private static final long PAUSE_MILLIS = 5;

  private Cgroups() {}

  /** Removes those that the lists below {@code home} name, with the processes in them. */
  static void remove(FabricHome home) throws IOException {
    Path agents = home.path().resolve("agents");
    if (!Files.isDirectory(agents, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    List<Path> lists;
    try (Stream<Path> files = Files.walk(agents, DEPTH)) {
      lists = files.filter(file -> file.toString().endsWith(LIST_SUFFIX)).toList();
    }
    for (Path list : lists) {
      for (String directory : Files.readAllLines(list)) {
        if (directory.startsWith("/sys/fs/cgroup/") && directory.contains("/nefele-")) {
          removeTree(Path.of(directory));
        }
      }
    }
  }

  private static void removeTree(Path cgroup) throws IOException {
    if (!Files.isDirectory(cgroup, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    List<Path> nested;
    try (Stream<Path> files = Files.walk(cgroup)) {
      nested = files.filter(Files::isDirectory).sorted(Comparator.reverseOrder()).toList();
    }
    for (Path each : nested) {
      removeOne(each);
    }
  }

  /** A cgroup can be removed a moment after the last process in it was killed. */
  private static void removeOne(Path cgroup) throws IOException {
    for (int tries = 1; ; tries++) {
      try {
        for (String pid : Files.readAllLines(cgroup.resolve("cgroup.procs"))) {
          Posix.kill(Long.parseLong(pid), Posix.SIGKILL);
        }
        Files.deleteIfExists(cgroup);
        return;
      } catch (NoSuchFileException e) {
        return;
      } catch (DirectoryNotEmptyException e) {
        throw e;
      } catch (IOException e) {
        if (tries == TRIES_MAX) {
          throw e;
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS));
      }
    }
  }
}
