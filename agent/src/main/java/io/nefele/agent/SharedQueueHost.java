package io.nefele.agent;

import io.nefele.agent.core.AgentInput;
import io.nefele.core.ProcessId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directories of the shared queues of this server. The agent makes and removes them, and says
 * in a file of its own that a mailbox is closed. What a user's programs write there it neither
 * opens nor maps, so that they can do with it what they like and harm only themselves.
 */
final class SharedQueueHost {
  private static final Logger log = LoggerFactory.getLogger(SharedQueueHost.class);

  /** Of the page that says whether a mailbox is closed: programs map it. */
  private static final int PAGE_BYTES = 4096;

  /** Deeper than any queue is; whatever else lies there is its owner's doing. */
  private static final int DEPTH_MAX = 8;

  private final Path root;
  private final int uid;

  /**
   * @param root as {@link #prepare} made it
   */
  SharedQueueHost(Path root) throws IOException {
    this.root = root;
    this.uid = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
  }

  /** Makes the directory of all queues, through which everybody gets to his own. */
  static void prepare(Path root) throws IOException {
    Files.createDirectories(root);
    Files.setPosixFilePermissions(root, permissions("rwx--x--x"));
  }

  /** The queues that earlier lives of the agent made. */
  SortedMap<ProcessId, String> recover() throws IOException {
    SortedMap<ProcessId, String> queues = new TreeMap<>();
    try (Stream<Path> entries = Files.list(root)) {
      entries
          .map(entry -> entry.getFileName().toString())
          .filter(ProcessId::isProcessId)
          .map(ProcessId::parse)
          .forEach(mailbox -> queues.put(mailbox, directory(mailbox).toString()));
    }
    return queues;
  }

  /** Makes the queue of a mailbox for one user, if it is not there. */
  AgentInput open(long token, ProcessId mailbox, int owner) {
    if (owner != uid && uid != 0) {
      // A box can't be given away; programs of that user read over the agent.
      return new AgentInput.SharedQueueOpened(token, mailbox, "");
    }
    Path directory = directory(mailbox);
    try {
      if (Files.notExists(directory.resolve("box"))) {
        Files.createDirectories(directory);
        Files.setPosixFilePermissions(directory, permissions("rwxr-xr-x"));
        Files.write(directory.resolve("closed"), new byte[PAGE_BYTES]);
        Files.setPosixFilePermissions(directory.resolve("closed"), permissions("rw-r--r--"));
        Path box = directory.resolve("box.new");
        Files.createDirectories(box);
        Files.setPosixFilePermissions(box, permissions("rwx------"));
        Files.setAttribute(box, "unix:uid", owner, LinkOption.NOFOLLOW_LINKS);
        Files.move(box, directory.resolve("box"));
      }
      return new AgentInput.SharedQueueOpened(token, mailbox, directory.toString());
    } catch (IOException e) {
      return new AgentInput.SharedQueueFailed(
          token, "the shared queue of mailbox " + mailbox + " can't be made: " + e.getMessage());
    }
  }

  /**
   * The mailbox is closed: writers are refused from now on, and its files go, if it has a queue.
   */
  void delete(ProcessId mailbox) {
    Path directory = directory(mailbox);
    if (Files.notExists(directory)) {
      return;
    }
    try {
      tellClosed(directory.resolve("closed"));
    } catch (IOException e) {
      log.warn("the programs that use {} can't be told that it is closed: {}", directory, e);
    }
    // A user may have put anything there, and any amount of it: the agent doesn't wait for that.
    Thread.ofVirtual().name("nefele-shared-queue").start(() -> deleteTree(mailbox));
  }

  private static void tellClosed(Path page) throws IOException {
    try (FileChannel channel = FileChannel.open(page, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.nativeOrder());
      channel.write(one.putInt(1).flip(), 0);
    }
  }

  private void deleteTree(ProcessId mailbox) {
    try (DirectoryStream<Path> all = Files.newDirectoryStream(root)) {
      deleteTree((SecureDirectoryStream<Path>) all, Path.of(mailbox.toString()), 0);
    } catch (IOException | ClassCastException e) {
      log.warn("the shared queue of {} can't be removed: {}", mailbox, e.toString());
    }
  }

  /** By descriptors, so that no link leads elsewhere, whoever changes names meanwhile. */
  private static void deleteTree(SecureDirectoryStream<Path> parent, Path name, int depth)
      throws IOException {
    if (depth > DEPTH_MAX) {
      throw new IOException("it is deeper than " + DEPTH_MAX + " directories");
    }
    try (SecureDirectoryStream<Path> directory =
        parent.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
      List<Path> names = new ArrayList<>();
      directory.forEach(entry -> names.add(entry.getFileName()));
      for (Path entry : names) {
        BasicFileAttributeView view =
            directory.getFileAttributeView(
                entry, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (view.readAttributes().isDirectory()) {
          deleteTree(directory, entry, depth + 1);
        } else {
          directory.deleteFile(entry);
        }
      }
    }
    parent.deleteDirectory(name);
  }

  private Path directory(ProcessId mailbox) {
    return root.resolve(mailbox.toString());
  }

  private static Set<PosixFilePermission> permissions(String text) {
    return PosixFilePermissions.fromString(text);
  }
}
