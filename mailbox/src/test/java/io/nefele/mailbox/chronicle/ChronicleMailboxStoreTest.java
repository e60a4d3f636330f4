package io.nefele.mailbox.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.core.ProcessId;
import io.nefele.mailbox.MailboxStore;
import io.nefele.mailbox.MailboxStoreContract;
import io.nefele.mailbox.StoreLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import net.openhft.chronicle.core.io.BackgroundResourceReleaser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChronicleMailboxStoreTest extends MailboxStoreContract {
  private static final int OPEN_MAX = 50;

  @TempDir Path root;

  /** So few open queues that the tests with many mailboxes close and reopen them. */
  @Override
  protected MailboxStore open(StoreLimits limits) {
    return new ChronicleMailboxStore(root, limits, OPEN_MAX);
  }

  @Test
  void aMailboxThatIsReadStaysSmallAndADeletedOneLeavesNothing() throws IOException {
    try (MailboxStore store = open(StoreLimits.DEFAULT)) {
      for (int i = 1; i <= 300; i++) {
        store.append(MAILBOX, message(MAILBOX, i, i % 2 == 0 ? 16_000 : 40_000));
        store.take(MAILBOX);
      }
      long bytes = bytesUnderRoot();
      assertTrue(bytes < 3 << 20, bytes + " bytes are in use");
      store.delete(MAILBOX);
      assertEquals(0, bytesUnderRoot());
    }
  }

  @Test
  void closedQueuesLeaveNoFileOpen() throws IOException {
    long before = openFilesUnderRoot();
    try (MailboxStore store = open(StoreLimits.DEFAULT)) {
      for (int i = 1; i <= 60; i++) {
        ProcessId mailbox = new ProcessId(HOST, i);
        store.append(mailbox, message(mailbox, 1, 10));
      }
      assertEquals(2 * OPEN_MAX, openFilesUnderRoot());
    }
    assertEquals(before, openFilesUnderRoot());
  }

  @Test
  void onlyWhatNeedsNoFileToBeOpenedOrMovedIsQuick() {
    try (MailboxStore store = open(StoreLimits.DEFAULT)) {
      assertFalse(store.isQuick(MAILBOX, 100));
      store.append(MAILBOX, message(MAILBOX, 1, 100));
      assertTrue(store.isQuick(MAILBOX, 100));
      assertFalse(store.isQuick(MAILBOX, 1 << 20));
    }
    try (MailboxStore store = open(StoreLimits.DEFAULT)) {
      assertFalse(store.isQuick(MAILBOX, 100));
    }
  }

  @Test
  void whileAMessageWaitsInAFileOfItsOwnNothingIsQuick() {
    try (MailboxStore store = open(StoreLimits.DEFAULT)) {
      store.append(MAILBOX, message(MAILBOX, 1, 1 << 20));
      assertFalse(store.isQuick(MAILBOX, 100));
      store.take(MAILBOX);
      assertTrue(store.isQuick(MAILBOX, 100));
    }
  }

  @Test
  void aMailboxThatIsToBeTidiedUpIsNotQuick() {
    try (MailboxStore store = open(StoreLimits.DEFAULT)) {
      store.append(MAILBOX, message(MAILBOX, 1, 10));
      long sequence = 1;
      while (store.isQuick(MAILBOX, 4_000)) {
        assertTrue(++sequence < 1_000, "1,000 messages of 4 kB are quick");
        store.append(MAILBOX, message(MAILBOX, sequence, 4_000));
        store.append(MAILBOX, message(MAILBOX, ++sequence, 4_000));
        store.take(MAILBOX);
      }
    }
  }

  private long bytesUnderRoot() throws IOException {
    try (Stream<Path> tree = Files.walk(root)) {
      return tree.filter(Files::isRegularFile).mapToLong(path -> path.toFile().length()).sum();
    }
  }

  /** Read from {@code /proc}, where a link that has vanished in the meantime counts for nothing. */
  private long openFilesUnderRoot() throws IOException {
    BackgroundResourceReleaser.releasePendingResources();
    try (Stream<Path> links = Files.list(Path.of("/proc/self/fd"))) {
      return links.filter(link -> target(link).startsWith(root.toString())).count();
    }
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      return "";
    }
  }
}
