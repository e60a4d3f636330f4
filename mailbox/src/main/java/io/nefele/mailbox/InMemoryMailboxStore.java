package io.nefele.mailbox;

import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.core.ProcessId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A store for simulators: survives the restart of a simulated agent because the simulator keeps the
 * object, as a disk would be kept.
 */
public final class InMemoryMailboxStore implements MailboxStore {
  private final StoreLimits limits;
  private final TreeMap<ProcessId, Box> boxes = new TreeMap<>();

  public InMemoryMailboxStore(StoreLimits limits) {
    this.limits = limits;
  }

  @Override
  public Optional<RefusalReason> append(ProcessId mailbox, Envelope envelope) {
    Box box = boxes.computeIfAbsent(mailbox, key -> new Box());
    int bytes = envelope.payload().size();
    if (!limits.admit(box.pending.size(), box.pendingBytes, bytes)) {
      return Optional.of(RefusalReason.FULL);
    }
    box.pending.add(envelope);
    box.pendingBytes += bytes;
    box.streams
        .computeIfAbsent(envelope.origin().agent(), agent -> new RecentSequences())
        .add(envelope.origin(), envelope.sequence());
    return Optional.empty();
  }

  @Override
  public Optional<Envelope> take(ProcessId mailbox) {
    Box box = boxes.get(mailbox);
    if (box == null || box.pending.isEmpty()) {
      return Optional.empty();
    }
    Envelope envelope = box.pending.remove();
    box.pendingBytes -= envelope.payload().size();
    return Optional.of(envelope);
  }

  @Override
  public boolean isQuick(ProcessId mailbox, int payloadBytes) {
    return true;
  }

  @Override
  public long pending(ProcessId mailbox) {
    Box box = boxes.get(mailbox);
    return box == null ? 0 : box.pending.size();
  }

  @Override
  public StoredState recover(ProcessId mailbox) {
    Box box = boxes.get(mailbox);
    return box == null
        ? StoredState.EMPTY
        : new StoredState(
            box.pending.size(),
            box.note,
            box.streams.values().stream().map(RecentSequences::toStream).toList());
  }

  @Override
  public boolean keepNote(ProcessId mailbox, Bytes note) {
    boxes.computeIfAbsent(mailbox, key -> new Box()).note = note;
    return true;
  }

  @Override
  public Bytes note(ProcessId mailbox) {
    Box box = boxes.get(mailbox);
    return box == null ? Bytes.EMPTY : box.note;
  }

  @Override
  public List<ProcessId> mailboxes() {
    return List.copyOf(boxes.keySet());
  }

  @Override
  public void delete(ProcessId mailbox) {
    boxes.remove(mailbox);
  }

  @Override
  public void close() {
    // What a disk would keep is kept.
  }

  private static final class Box {
    final Deque<Envelope> pending = new ArrayDeque<>();
    final TreeMap<AgentId, RecentSequences> streams = new TreeMap<>();
    long pendingBytes;
    Bytes note = Bytes.EMPTY;
  }
}
