package io.nefele.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.List;

/**
 * What an agent keeps on its disk, and who it is: its id, made at the first start, and the count of
 * its starts. Held by one agent at a time; a crashed one lets go of it by itself.
 */
final class StateDirectory implements AutoCloseable {
  private final Path directory;
  private final FileChannel lockFile;
  private final FileLock lock;
  private final AgentBoot boot;

  private StateDirectory(Path directory, FileChannel lockFile, FileLock lock, AgentBoot boot) {
    this.directory = directory;
    this.lockFile = lockFile;
    this.lock = lock;
    this.boot = boot;
  }

  /**
   * Takes hold of {@code directory}, made if need be, and begins the next boot of its agent.
   *
   * @throws StartFailure if another agent holds it or it is not readable
   */
  static StateDirectory open(Path directory) throws StartFailure {
    try {
      Files.createDirectories(directory);
      FileChannel lockFile =
          FileChannel.open(
              directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = lockFile.tryLock();
      if (lock == null) {
        lockFile.close();
        throw inUse(directory);
      }
      boolean taken = false;
      try {
        DiskPlace.check(directory);
        AgentBoot boot = nextBoot(directory.resolve("identity"));
        taken = true;
        return new StateDirectory(directory, lockFile, lock, boot);
      } finally {
        if (!taken) {
          lockFile.close();
        }
      }
    } catch (OverlappingFileLockException e) {
      throw inUse(directory);
    } catch (IOException e) {
      throw new StartFailure(
          "the state directory " + directory + " can't be used: " + e.getMessage(), e);
    }
  }

  AgentBoot boot() {
    return boot;
  }

  Path resolve(String name) {
    return directory.resolve(name);
  }

  Path path() {
    return directory;
  }

  @Override
  public void close() throws IOException {
    lock.release();
    lockFile.close();
  }

  /** The epoch is raised on disk before anything is sent under it. */
  private static AgentBoot nextBoot(Path identity) throws IOException, StartFailure {
    AgentBoot next;
    if (Files.exists(identity)) {
      List<String> lines = Files.readAllLines(identity);
      try {
        next = new AgentBoot(AgentId.parse(lines.get(0)), Integer.parseInt(lines.get(1)) + 1);
      } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
        throw new StartFailure(
            identity + " is damaged; remove the state directory to start as a new agent", e);
      }
    } else {
      next = new AgentBoot(AgentId.random(new SecureRandom()), 1);
    }
    Path fresh = identity.resolveSibling("identity.new");
    try (FileChannel file =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      String content = next.agent() + "\n" + next.epoch() + "\n";
      file.write(UTF_8.encode(content));
      file.force(true);
    }
    Files.move(fresh, identity, StandardCopyOption.ATOMIC_MOVE);
    Disk.syncDirectory(identity);
    return next;
  }

  private static StartFailure inUse(Path directory) {
    return new StartFailure(
        "the state directory "
            + directory
            + " belongs to an agent that runs; stop that one or name another directory");
  }
}
