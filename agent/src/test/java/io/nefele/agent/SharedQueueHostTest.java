package io.nefele.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentInput;
import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedQueueHostTest {
  private static final Name TENANT = new Name("tenant");
  private static final ProcessId MAILBOX = new ProcessId(new AgentBoot(new AgentId(5), 1), 7);

  @TempDir private Path directory;
  private Path root = Path.of("");

  @SuppressWarnings("NullAway.Init")
  private SharedQueueHost host;

  private int uid;

  @BeforeEach
  void prepare() throws IOException {
    root = new TenantPlaces(directory).queues(TENANT);
    host = new SharedQueueHost(new TenantPlaces(directory));
    uid = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
  }

  @Test
  void theBoxIsForItsUserAlone_andWaysLeadThere() throws IOException {
    Path queue = open(uid);
    assertEquals("rwx--x--x", permissions(root));
    assertEquals("rwxr-xr-x", permissions(queue));
    assertEquals("rwx------", permissions(queue.resolve("box")));
    assertEquals(4096, Files.size(queue.resolve("closed")));
    assertEquals(queue, open(uid));
  }

  @Test
  void anotherUsersBoxIsMadeByRoot_andByNobodyElse() throws IOException {
    int other = uid + 1000;
    AgentInput opened = host.open(wanted(TENANT, other));
    if (uid == 0) {
      Path box = root.resolve(MAILBOX.toString()).resolve("box");
      assertEquals(other, Files.getAttribute(box, "unix:uid"));
    } else {
      assertEquals(new AgentInput.SharedQueueOpened(1, MAILBOX, ""), opened);
    }
  }

  @Test
  void theNextLifeFindsTheQueue() throws IOException {
    Path queue = open(uid);
    Files.createFile(root.resolve("no mailbox"));
    assertEquals(
        Map.of(MAILBOX, queue.toString()),
        new SharedQueueHost(new TenantPlaces(directory)).recover());
  }

  @Test
  void aClosedMailboxTellsWhoHasItOpen_andWhateverLiesInItGoes_butNotWhatItPointsTo()
      throws IOException {
    Path queue = open(uid);
    Path others = Files.createDirectory(directory.resolve("others"));
    Files.writeString(others.resolve("file"), "kept");
    Path box = queue.resolve("box");
    Files.createSymbolicLink(box.resolve("link"), others);
    Files.createSymbolicLink(box.resolve("state"), others.resolve("file"));
    Files.createDirectories(box.resolve("queue/deep"));
    Files.writeString(box.resolve("queue/deep/file"), "gone");
    try (FileChannel page = FileChannel.open(queue.resolve("closed"), StandardOpenOption.READ)) {
      host.delete(MAILBOX);
      ByteBuffer word = ByteBuffer.allocate(Integer.BYTES);
      page.read(word, 0);
      assertTrue(word.getInt(0) != 0);
    }
    awaitGone(queue);
    assertEquals("kept", Files.readString(others.resolve("file")));
  }

  @Test
  void aMailboxWithoutAQueueIsDeletedInSilence() throws IOException {
    Path queue = open(uid);
    host.delete(new ProcessId(MAILBOX.boot(), 8));
    assertTrue(Files.isDirectory(queue));
  }

  @Test
  void theQueuesOfTwoTenantsHaveNoDirectoryInCommon() throws IOException {
    Path one = open(uid);
    AgentInput opened = host.open(wanted(new Name("other"), uid));
    Path other = Path.of(assertInstanceOf(AgentInput.SharedQueueOpened.class, opened).path());
    assertNotEquals(one.getParent(), other.getParent());
  }

  private Path open(int owner) throws IOException {
    AgentInput opened = host.open(wanted(TENANT, owner));
    return Path.of(assertInstanceOf(AgentInput.SharedQueueOpened.class, opened).path());
  }

  private static AgentEffect.OpenSharedQueue wanted(Name tenant, int owner) {
    return new AgentEffect.OpenSharedQueue(1, MAILBOX, tenant, owner);
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private static void awaitGone(Path path) {
    long begin = System.nanoTime();
    while (Files.exists(path)) {
      assertTrue(
          System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(20), () -> path + " is there");
      Thread.onSpinWait();
    }
  }
}
