package io.nefele.agent;

import io.nefele.agent.core.AgentEffect;
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
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
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

  private final TenantPlaces places;
  private final int uid;
  private final Map<ProcessId, Path> queues = new ConcurrentHashMap<>();

  SharedQueueHost(TenantPlaces places) throws IOException {
    this.places = places;
    this.uid = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
  }

  /** Makes a directory through which everybody gets to the queues of his own. */
  static void prepare(Path directory) throws IOException {
    Files.createDirectories(directory);
    Files.setPosixFilePermissions(directory, permissions("rwx--x--x"));
  }

  /** The queues that earlier lives of the agent made; to be called first. */
  SortedMap<ProcessId, String> recover() throws IOException {
    SortedMap<ProcessId, String> found = new TreeMap<>();
    if (Files.notExists(places.queues())) {
      return found;
    }
    try (Stream<Path> all = Files.walk(places.queues(), 2)) {
      all.filter(path -> ProcessId.isProcessId(path.getFileName().toString()))
          .forEach(path -> queues.put(ProcessId.parse(path.getFileName().toString()), path));
    }
    queues.forEach((mailbox, directory) -> found.put(mailbox, directory.toString()));
    return found;
  }

  /** Makes the queue of a mailbox for one user, if it is not there. */
  AgentInput open(AgentEffect.OpenSharedQueue wanted) {
    long token = wanted.token();
    ProcessId mailbox = wanted.mailbox();
    int owner = wanted.uid();
    if (owner != uid && uid != 0) {
      // A box can't be given away; programs of that user read over the agent.
      return new AgentInput.SharedQueueOpened(token, mailbox, "");
    }
    Path root = places.queues(wanted.tenant());
    Path directory = root.resolve(mailbox.toString());
    try {
      if (Files.notExists(directory.resolve("box"))) {
        prepare(root.resolve("..").normalize());
        prepare(root);
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
      queues.put(mailbox, directory);
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
    Path directory = queues.remove(mailbox);
    if (directory == null) {
      return;
    }
    try {
      tellClosed(directory.resolve("closed"));
    } catch (IOException e) {
      log.warn("the programs that use {} can't be told that it is closed: {}", directory, e);
    }
    // A user may have put anything there, and any amount of it: the agent doesn't wait for that.
    Thread.ofVirtual().name("nefele-shared-queue").start(() -> deleteTree(directory));
  }

  private static void tellClosed(Path page) throws IOException {
    try (FileChannel channel = FileChannel.open(page, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.nativeOrder());
      channel.write(one.putInt(1).flip(), 0);
    }
  }

  private static void deleteTree(Path directory) {
    Path all = directory.resolve("..").normalize();
    try (DirectoryStream<Path> queues = Files.newDirectoryStream(all)) {
      deleteTree((SecureDirectoryStream<Path>) queues, directory.getFileName(), 0);
    } catch (IOException | ClassCastException e) {
      log.warn("the shared queue {} can't be removed: {}", directory, e.toString());
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

  private static Set<PosixFilePermission> permissions(String text) {
    return PosixFilePermissions.fromString(text);
  }
}
