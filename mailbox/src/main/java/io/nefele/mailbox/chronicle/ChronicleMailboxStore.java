package io.nefele.mailbox.chronicle;

import com.google.common.cache.CacheBuilder;
import com.google.common.cache.CacheLoader;
import com.google.common.cache.LoadingCache;
import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.core.ProcessId;
import io.nefele.mailbox.Envelope;
import io.nefele.mailbox.MailboxStore;
import io.nefele.mailbox.RefusalReason;
import io.nefele.mailbox.StoreLimits;
import io.nefele.mailbox.StoredState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Mailboxes as Chronicle queues, one directory for each, named by the id of the mailbox.
 *
 * <p>The messages are in the page cache when {@link #append} returns: they survive {@code kill -9}
 * of the agent, and the end of the server only as far as the directory does (not in {@code
 * /dev/shm}). A message of which only a part was written is not seen again.
 *
 * <p>The first use of a mailbox in a JVM reads all of its queue, to count what waits in it. Queues
 * are opened at the first use. Each takes file descriptors and mappings, so at most {@code openMax}
 * stay open; the one longest unused is closed first.
 *
 * <p>Appending is refused with {@link RefusalReason#STORAGE} while the file system has less than 4
 * MiB left.
 *
 * <p>Used by one thread at a time, as {@link MailboxStore} says; {@link #warmUp} may run on any.
 */
public final class ChronicleMailboxStore implements MailboxStore {
  /** How many queues stay open by default. */
  public static final int OPEN_MAX_DEFAULT = 1024;

  /** What an empty queue takes on disk. */
  private static final long NEW_QUEUE_BYTES = 16 << 10;

  private final Path root;
  private final StoreLimits limits;
  private final DiskRoom room;
  private final TreeMap<ProcessId, MailboxQueue> known = new TreeMap<>();

  /** The open ones; the one longest unused makes room for another. */
  private final LoadingCache<ProcessId, MailboxQueue> open;

  /**
   * Opens nothing yet.
   *
   * @param root the directory, made if it is not there; belongs to one agent alone
   * @param openMax how many queues stay open, from 1
   */
  public ChronicleMailboxStore(Path root, StoreLimits limits, int openMax) {
    if (openMax < 1) {
      throw new IllegalArgumentException("at least one queue must be open: " + openMax);
    }
    this.root = root;
    this.limits = limits;
    this.room = new DiskRoom(root);
    this.open =
        CacheBuilder.newBuilder()
            .maximumSize(openMax)
            // One segment: the longest unused of all, not of a part.
            .concurrencyLevel(1)
            .<ProcessId, MailboxQueue>removalListener(unused -> unused.getValue().release())
            .build(CacheLoader.from(this::known));
  }

  /**
   * Loads and runs the code of a store once, on a mailbox that it makes in {@code scratch} and
   * removes: the first use in a JVM is two orders of magnitude slower than the later ones. Meant
   * for a background thread of an agent that starts.
   */
  public static void warmUp(Path scratch) {
    AgentBoot nobody = new AgentBoot(new AgentId(0), 1);
    ProcessId mailbox = new ProcessId(nobody, 1);
    try (var store = new ChronicleMailboxStore(scratch, StoreLimits.DEFAULT, 1)) {
      Envelope envelope =
          new Envelope(Optional.empty(), mailbox, nobody, 1, 0, List.of(), Bytes.EMPTY);
      store.append(mailbox, envelope);
      store.take(mailbox);
      store.delete(mailbox);
    }
  }

  @Override
  public Optional<RefusalReason> append(ProcessId mailbox, Envelope envelope) {
    if (!known.containsKey(mailbox) && !room.has(NEW_QUEUE_BYTES)) {
      return Optional.of(RefusalReason.STORAGE);
    }
    return queue(mailbox).append(envelope);
  }

  @Override
  public Optional<Envelope> take(ProcessId mailbox) {
    return exists(mailbox) ? queue(mailbox).take() : Optional.empty();
  }

  @Override
  public boolean isQuick(ProcessId mailbox, int payloadBytes) {
    MailboxQueue queue = open.getIfPresent(mailbox);
    return queue != null && queue.isQuick(payloadBytes);
  }

  @Override
  public long pending(ProcessId mailbox) {
    return exists(mailbox) ? queue(mailbox).pending() : 0;
  }

  @Override
  public StoredState recover(ProcessId mailbox) {
    return exists(mailbox) ? queue(mailbox).state() : StoredState.EMPTY;
  }

  @Override
  public boolean keepNote(ProcessId mailbox, Bytes note) {
    try {
      directory(mailbox).writeNote(note.unsafeArray());
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public Bytes note(ProcessId mailbox) {
    return Bytes.wrap(directory(mailbox).readNote());
  }

  @Override
  public List<ProcessId> mailboxes() {
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    try (Stream<Path> paths = Files.list(root)) {
      return paths
          .map(path -> path.getFileName().toString())
          .filter(ProcessId::isProcessId)
          .map(ProcessId::parse)
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void delete(ProcessId mailbox) {
    open.invalidate(mailbox);
    MailboxQueue queue = known.remove(mailbox);
    if (queue != null) {
      queue.delete();
    } else {
      directory(mailbox).delete();
    }
  }

  @Override
  public void close() {
    open.invalidateAll();
    known.clear();
  }

  private boolean exists(ProcessId mailbox) {
    return known.containsKey(mailbox) || Files.isDirectory(path(mailbox));
  }

  private MailboxQueue queue(ProcessId mailbox) {
    return open.getUnchecked(mailbox);
  }

  private MailboxQueue known(ProcessId mailbox) {
    return known.computeIfAbsent(mailbox, id -> new MailboxQueue(directory(id), limits, room));
  }

  private MailboxDirectory directory(ProcessId mailbox) {
    return new MailboxDirectory(path(mailbox));
  }

  private Path path(ProcessId mailbox) {
    return root.resolve(mailbox.toString());
  }
}
