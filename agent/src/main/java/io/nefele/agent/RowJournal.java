package io.nefele.agent;

import io.nefele.core.AgentId;
import io.nefele.core.ProcessId;
import io.nefele.placement.RequestKey;
import io.nefele.table.ProcessRow;
import io.nefele.table.history.ProgramUse;
import io.nefele.table.tenant.RegistryEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The agent's own rows on disk, what it knows of tenants and names, what it has seen programs use,
 * and which placement requests are open on it: a log of changes, written anew when most of it is
 * outdated.
 *
 * <p>What is written is in the hands of the kernel at once, which is enough against a crash of the
 * agent at any instant. The disk has it within {@link #SYNC_MILLIS} and the time of one write: a
 * server that loses its power loses its processes, too, and at most the rows of that span with
 * them. A record that was cut off in the middle is dropped at the next start, and that is told; a
 * log that is damaged is not read at all, since agents end processes that they have no rows of.
 *
 * <p>Not thread-safe, but for the writing to disk, which it does on a thread of its own.
 */
final class RowJournal implements AutoCloseable {
  /** How long what is written may wait for more that goes to the disk with it. */
  static final long SYNC_MILLIS = 50;

  private static final int REWRITE_MIN_RECORDS = 1000;

  private final Path file;
  private final AgentId owner;
  private final SortedMap<ProcessId, ProcessRow> rows = new TreeMap<>();
  private final SortedMap<String, RegistryEntry> registry = new TreeMap<>();
  private final Map<ProgramUse.Key, ProgramUse> history = new LinkedHashMap<>();
  private final SortedMap<RequestKey, List<AgentId>> openRequests = new TreeMap<>();
  private final AtomicBoolean syncDue = new AtomicBoolean();
  private volatile FileChannel log;
  private volatile Optional<IOException> syncFailure = Optional.empty();
  private int records;
  private long tornBytes;

  private RowJournal(Path file, AgentId owner, FileChannel log) {
    this.file = file;
    this.owner = owner;
    this.log = log;
  }

  /**
   * Opens the journal in {@code file}, made if need be.
   *
   * @param owner whose rows they are
   * @throws StartFailure if the file is damaged, or is another agent's
   */
  static RowJournal open(Path file, AgentId owner) throws IOException, StartFailure {
    boolean fresh = !Files.exists(file);
    FileChannel log =
        channel(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    RowJournal journal = new RowJournal(file, owner, log);
    try {
      journal.read();
    } catch (StartFailure e) {
      log.close();
      throw e;
    }
    if (fresh) {
      Disk.syncDirectory(file);
    }
    return journal;
  }

  /** All rows as they were last put. */
  List<ProcessRow> rows() {
    return new ArrayList<>(rows.values());
  }

  /** How much of a record that a crash cut off was dropped when the journal was opened. */
  long tornBytes() {
    return tornBytes;
  }

  void put(ProcessRow row) {
    rows.put(row.id(), row);
    append(new JournalRecord.Put(row));
  }

  void remove(Collection<ProcessId> processes) {
    for (ProcessId process : processes) {
      if (rows.remove(process) != null) {
        append(new JournalRecord.Remove(process));
      }
    }
  }

  /** What was registered, as it was last. */
  List<RegistryEntry> registry() {
    return new ArrayList<>(registry.values());
  }

  void register(RegistryEntry entry) {
    registry.put(entry.key(), entry);
    append(new JournalRecord.Registered(entry));
  }

  /** What this agent has seen programs use, as it was last kept. */
  List<ProgramUse> history() {
    return new ArrayList<>(history.values());
  }

  void keep(ProgramUse use) {
    history.put(use.key(), use);
    append(new JournalRecord.Used(use));
  }

  void forget(ProgramUse.Key key) {
    if (history.remove(key) != null) {
      append(new JournalRecord.Unused(key));
    }
  }

  /** The placement requests that are open here, and their participants. */
  SortedMap<RequestKey, List<AgentId>> openRequests() {
    return new TreeMap<>(openRequests);
  }

  void open(RequestKey key, List<AgentId> participants) {
    openRequests.put(key, participants);
    append(new JournalRecord.Opened(key, participants));
  }

  void close(RequestKey key) {
    if (openRequests.remove(key) != null) {
      append(new JournalRecord.Closed(key));
    }
  }

  /** How many records there would be if it were written anew. */
  private int current() {
    return rows.size() + registry.size() + history.size() + openRequests.size();
  }

  @Override
  public void close() throws IOException {
    log.force(false);
    log.close();
  }

  private void append(JournalRecord change) {
    syncFailure.ifPresent(
        failure -> {
          throw unwritable(failure);
        });
    try {
      change.write(log);
      records++;
      if (records >= REWRITE_MIN_RECORDS && records > 2 * current()) {
        rewrite();
      }
    } catch (IOException e) {
      throw unwritable(e);
    }
    if (syncDue.compareAndSet(false, true)) {
      Thread.startVirtualThread(this::sync);
    }
  }

  /** With what else is written meanwhile: one write to the disk for all. */
  private void sync() {
    try {
      Thread.sleep(SYNC_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    syncDue.set(false);
    FileChannel current = log;
    try {
      current.force(false);
    } catch (ClosedChannelException e) {
      // Written anew or closed meanwhile, by which all is on the disk.
    } catch (IOException e) {
      syncFailure = Optional.of(e);
    }
  }

  /** Nobody else reads it: what processes are given, and keys of gateways, are in it. */
  private static FileChannel channel(Path path, OpenOption... options) throws IOException {
    FileChannel channel = FileChannel.open(path, options);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
    return channel;
  }

  private UncheckedIOException unwritable(IOException e) {
    return new UncheckedIOException("the process table can't be written to " + file, e);
  }

  private void rewrite() throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    FileChannel next =
        channel(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING);
    new JournalRecord.Begin(owner).write(next);
    for (ProcessRow row : rows.values()) {
      new JournalRecord.Put(row).write(next);
    }
    for (RegistryEntry entry : registry.values()) {
      new JournalRecord.Registered(entry).write(next);
    }
    for (ProgramUse use : history.values()) {
      new JournalRecord.Used(use).write(next);
    }
    for (var open : openRequests.entrySet()) {
      new JournalRecord.Opened(open.getKey(), open.getValue()).write(next);
    }
    next.force(false);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    Disk.syncDirectory(file);
    log.close();
    log = next;
    records = current();
  }

  private void read() throws IOException, StartFailure {
    JournalScan scan = JournalScan.of(Files.readAllBytes(file));
    if (scan.damagedAt().isPresent()) {
      throw new StartFailure(
          file
              + " is damaged at byte "
              + scan.damagedAt().getAsLong()
              + "; bring it back from a copy, or move it away: the agent then starts without its"
              + " rows and ends the processes that still run");
    }
    for (JournalRecord record : scan.records()) {
      apply(record);
    }
    tornBytes = scan.tornBytes();
    log.truncate(scan.soundBytes());
    log.position(scan.soundBytes());
    if (scan.soundBytes() == 0) {
      new JournalRecord.Begin(owner).write(log);
    }
  }

  private void apply(JournalRecord record) throws StartFailure {
    records++;
    switch (record) {
      case JournalRecord.Begin(var of) when of.equals(owner) -> {}
      case JournalRecord.Begin(var of) -> throw foreign(of);
      case JournalRecord.Put(var row) when row.id().agent().equals(owner) ->
          rows.put(row.id(), row);
      case JournalRecord.Put(var row) -> throw foreign(row.id().agent());
      case JournalRecord.Registered(var entry) -> registry.put(entry.key(), entry);
      case JournalRecord.Remove(var process) -> rows.remove(process);
      case JournalRecord.Used(var use) -> history.put(use.key(), use);
      case JournalRecord.Unused(var key) -> history.remove(key);
      case JournalRecord.Opened(var key, var participants) -> openRequests.put(key, participants);
      case JournalRecord.Closed(var key) -> openRequests.remove(key);
    }
  }

  private StartFailure foreign(AgentId of) {
    return new StartFailure(
        file
            + " holds rows of agent "
            + of
            + ", this is agent "
            + owner
            + "; give each agent a state directory of its own");
  }
}
