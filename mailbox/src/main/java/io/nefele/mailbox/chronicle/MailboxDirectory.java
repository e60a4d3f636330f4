package io.nefele.mailbox.chronicle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The files of one mailbox.
 *
 * <pre>
 * queue-7/       the Chronicle queue in use: the one with the highest number
 * queue-8.new/   its successor while it is being written; of no meaning after a crash
 * large-12       one message that is too large for a queue
 * note           what the agent keeps with the mailbox
 * large-13.new   the same while it is being written
 * </pre>
 */
final class MailboxDirectory {
  private static final String QUEUE = "queue-";
  private static final String LARGE = "large-";
  private static final String NOTE = "note";
  private static final String UNFINISHED = ".new";

  private final Path root;

  MailboxDirectory(Path root) {
    this.root = root;
  }

  /** The queue to use after the mess of a crash is removed. */
  long recoverGeneration() {
    long newest = 0;
    for (Path path : entries()) {
      String name = path.getFileName().toString();
      if (name.endsWith(UNFINISHED)) {
        deleteTree(path);
      } else if (name.startsWith(QUEUE)) {
        newest = Math.max(newest, number(name, QUEUE));
      }
    }
    for (Path path : entries()) {
      String name = path.getFileName().toString();
      if (name.startsWith(QUEUE) && number(name, QUEUE) < newest) {
        deleteTree(path);
      }
    }
    return newest;
  }

  Path queue(long generation) {
    return root.resolve(QUEUE + generation);
  }

  Path unfinishedQueue(long generation) {
    return root.resolve(QUEUE + generation + UNFINISHED);
  }

  /** Makes a finished successor the queue in use, at once or not at all. */
  void replaceQueue(long generation) {
    try {
      Files.move(
          unfinishedQueue(generation + 1), queue(generation + 1), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    deleteTree(queue(generation));
  }

  /** Numbers of the large messages, in no order. */
  List<Long> largeFiles() {
    return entries().stream()
        .map(path -> path.getFileName().toString())
        .filter(name -> name.startsWith(LARGE))
        .map(name -> number(name, LARGE))
        .toList();
  }

  /** Writes a large message, so that the file is there with all of it or not at all. */
  void writeLarge(long file, byte[] content) throws IOException {
    Path unfinished = root.resolve(LARGE + file + UNFINISHED);
    try {
      Files.write(unfinished, content);
      Files.move(unfinished, large(file), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Files.deleteIfExists(unfinished);
      throw e;
    }
  }

  byte[] readLarge(long file) {
    try {
      return Files.readAllBytes(large(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void deleteLarge(long file) {
    try {
      Files.deleteIfExists(large(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Replaces the note, at once or not at all. */
  void writeNote(byte[] content) throws IOException {
    Files.createDirectories(root);
    Path unfinished = root.resolve(NOTE + UNFINISHED);
    Files.write(unfinished, content);
    Files.move(unfinished, root.resolve(NOTE), StandardCopyOption.ATOMIC_MOVE);
  }

  /** The note; empty if there is none. */
  byte[] readNote() {
    Path note = root.resolve(NOTE);
    try {
      return Files.exists(note) ? Files.readAllBytes(note) : new byte[0];
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void delete() {
    deleteTree(root);
  }

  private Path large(long file) {
    return root.resolve(LARGE + file);
  }

  private List<Path> entries() {
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    try (Stream<Path> paths = Files.list(root)) {
      return paths.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long number(String name, String prefix) {
    return Long.parseLong(name.substring(prefix.length()));
  }

  private static void deleteTree(Path path) {
    if (!Files.exists(path)) {
      return;
    }
    try (Stream<Path> tree = Files.walk(path)) {
      for (Path each : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
