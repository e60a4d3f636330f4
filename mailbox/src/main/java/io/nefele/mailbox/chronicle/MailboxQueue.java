package io.nefele.mailbox.chronicle;

import com.google.common.collect.Lists;
import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.core.InvariantViolation;
import io.nefele.core.MalformedMessage;
import io.nefele.mailbox.Envelope;
import io.nefele.mailbox.RecentSequences;
import io.nefele.mailbox.RefusalReason;
import io.nefele.mailbox.StoreLimits;
import io.nefele.mailbox.StoredState;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One mailbox on disk. What has been read stays in a Chronicle queue, so that once that is more
 * than what is pending, and more than {@link #COMPACT_BYTES}, the pending entries move to a new
 * queue, behind checkpoints of who has sent what: a mailbox takes at most about twice what is
 * pending, and moving costs each message a constant share.
 */
final class MailboxQueue {
  private static final long COMPACT_BYTES = 1 << 20;

  /** What is copied in no time. */
  private static final int QUICK_PAYLOAD_BYTES = 8 << 10;

  /** Of a small message: its address and headers, and what Chronicle adds. */
  private static final long ENTRY_OVERHEAD_BYTES = 256;

  /** So few that a checkpoint of full windows fits into an entry. */
  private static final int STREAMS_PER_CHECKPOINT = 32;

  private final MailboxDirectory directory;
  private final StoreLimits limits;
  private final DiskRoom room;
  private final TreeMap<AgentId, RecentSequences> streams = new TreeMap<>();
  private @Nullable QueueFile open;
  private long generation;
  private long lastLargeFile;
  private long pendingLarge;
  private long pending;
  private long pendingPayloadBytes;
  private long pendingEntryBytes;
  private long passedEntryBytes;

  MailboxQueue(MailboxDirectory directory, StoreLimits limits, DiskRoom room) {
    this.directory = directory;
    this.limits = limits;
    this.room = room;
    this.generation = directory.recoverGeneration();
    recount();
  }

  long pending() {
    return pending;
  }

  /** See {@link io.nefele.mailbox.MailboxStore#isQuick}. */
  boolean isQuick(int payloadBytes) {
    return open != null
        && payloadBytes <= QUICK_PAYLOAD_BYTES
        && pendingLarge == 0
        && passedEntryBytes <= COMPACT_BYTES;
  }

  Optional<RefusalReason> append(Envelope envelope) {
    int payloadBytes = envelope.payload().size();
    if (!limits.admit(pending, pendingPayloadBytes, payloadBytes)) {
      return Optional.of(RefusalReason.FULL);
    }
    if (!room.has(ENTRY_OVERHEAD_BYTES + payloadBytes)) {
      return Optional.of(RefusalReason.STORAGE);
    }
    Bytes entry;
    try {
      entry = entry(envelope);
    } catch (IOException e) {
      return Optional.of(RefusalReason.STORAGE);
    }
    queue().append(entry);
    countPending(payloadBytes, entry.size());
    remember(envelope.origin(), envelope.sequence());
    return Optional.empty();
  }

  Optional<Envelope> take() {
    if (pending == 0) {
      return Optional.empty();
    }
    Optional<QueueFile.Entry> next = queue().read();
    while (next.isPresent() && next.get().content() instanceof StoredRecord.Checkpoint) {
      next = queue().read();
    }
    if (next.isEmpty()) {
      throw new InvariantViolation(pending + " messages are pending in an empty queue");
    }
    Envelope envelope = envelope(next.get().content());
    countTaken(envelope.payload().size(), next.get().bytes());
    if (passedEntryBytes > COMPACT_BYTES
        && passedEntryBytes > pendingEntryBytes
        && room.has(pendingEntryBytes + COMPACT_BYTES)) {
      compact();
    }
    return Optional.of(envelope);
  }

  StoredState state() {
    return new StoredState(
        pending,
        Bytes.wrap(directory.readNote()),
        streams.values().stream().map(RecentSequences::toStream).toList());
  }

  /** Releases descriptors and mappings; the next use takes them again. */
  void release() {
    if (open != null) {
      open.close();
      open = null;
    }
  }

  void delete() {
    release();
    directory.delete();
  }

  private Bytes entry(Envelope envelope) throws IOException {
    Bytes inline = StoredRecord.CODEC.toBytes(new StoredRecord.Inline(envelope));
    if (inline.size() <= QueueFile.ENTRY_BYTES_MAX) {
      return inline;
    }
    long file = ++lastLargeFile;
    directory.writeLarge(file, Envelope.CODEC.toBytes(envelope).unsafeArray());
    pendingLarge++;
    return StoredRecord.CODEC.toBytes(
        new StoredRecord.Spilled(
            file, envelope.payload().size(), envelope.origin(), envelope.sequence()));
  }

  private Envelope envelope(StoredRecord entry) {
    return switch (entry) {
      case StoredRecord.Inline(Envelope envelope) -> envelope;
      case StoredRecord.Spilled spilled -> {
        Envelope envelope = decode(directory.readLarge(spilled.file()));
        directory.deleteLarge(spilled.file());
        pendingLarge--;
        yield envelope;
      }
      case StoredRecord.Checkpoint checkpoint ->
          throw new InvariantViolation("a checkpoint is no message: " + checkpoint);
    };
  }

  private void countTaken(int payloadBytes, int entryBytes) {
    pending--;
    pendingPayloadBytes -= payloadBytes;
    pendingEntryBytes -= entryBytes;
    passedEntryBytes += entryBytes;
  }

  private void compact() {
    List<StoredState.Stream> senders = state().streams();
    try (QueueFile successor = new QueueFile(directory.unfinishedQueue(generation + 1))) {
      for (List<StoredState.Stream> some : Lists.partition(senders, STREAMS_PER_CHECKPOINT)) {
        successor.append(StoredRecord.CODEC.toBytes(new StoredRecord.Checkpoint(some)));
      }
      queue()
          .scan(
              (entry, bytes, passed) -> {
                if (!passed) {
                  successor.append(StoredRecord.CODEC.toBytes(entry));
                }
              });
    }
    release();
    directory.replaceQueue(generation);
    generation++;
    passedEntryBytes = 0;
  }

  /** Reads what an earlier life left, and removes large messages that nothing points to. */
  private void recount() {
    Set<Long> referenced = new HashSet<>();
    queue()
        .scan(
            (entry, bytes, passed) -> {
              remember(entry);
              if (passed) {
                passedEntryBytes += bytes;
                return;
              }
              switch (entry) {
                case StoredRecord.Inline(Envelope envelope) ->
                    countPending(envelope.payload().size(), bytes);
                case StoredRecord.Spilled spilled -> {
                  countPending(spilled.payloadBytes(), bytes);
                  pendingLarge++;
                  referenced.add(spilled.file());
                }
                case StoredRecord.Checkpoint checkpoint -> {
                  // No message.
                }
              }
            });
    for (long file : directory.largeFiles()) {
      lastLargeFile = Math.max(lastLargeFile, file);
      if (!referenced.contains(file)) {
        directory.deleteLarge(file);
      }
    }
  }

  private void countPending(int payloadBytes, int entryBytes) {
    pending++;
    pendingPayloadBytes += payloadBytes;
    pendingEntryBytes += entryBytes;
  }

  private void remember(StoredRecord entry) {
    switch (entry) {
      case StoredRecord.Inline(Envelope envelope) ->
          remember(envelope.origin(), envelope.sequence());
      case StoredRecord.Spilled spilled -> remember(spilled.origin(), spilled.sequence());
      case StoredRecord.Checkpoint(List<StoredState.Stream> before) -> {
        for (StoredState.Stream stream : before) {
          stream.sequences().forEach(sequence -> remember(stream.origin(), sequence));
        }
      }
    }
  }

  private void remember(AgentBoot origin, long sequence) {
    streams.computeIfAbsent(origin.agent(), agent -> new RecentSequences()).add(origin, sequence);
  }

  private static Envelope decode(byte[] content) {
    try {
      return Envelope.CODEC.fromBytes(Bytes.wrap(content));
    } catch (MalformedMessage e) {
      throw new InvariantViolation("a large message is damaged: " + e.getMessage());
    }
  }

  private QueueFile queue() {
    QueueFile queue = open;
    if (queue == null) {
      queue = new QueueFile(directory.queue(generation));
      open = queue;
    }
    return queue;
  }
}
