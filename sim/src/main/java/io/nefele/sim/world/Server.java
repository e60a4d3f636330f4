package io.nefele.sim.world;

import io.nefele.agent.core.AgentInput;
import io.nefele.agent.core.AgentInput.Survivor;
import io.nefele.core.AgentId;
import io.nefele.core.Endpoint;
import io.nefele.core.ProcessId;
import io.nefele.mailbox.InMemoryMailboxStore;
import io.nefele.mailbox.StoreLimits;
import io.nefele.mailbox.StoredState;
import io.nefele.sim.plan.Disk;
import io.nefele.table.ProcessRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** A server: what outlives the agent on it. */
public final class Server {
  final int place;
  final Endpoint gossip;
  final Endpoint messages;
  final ProcessHost processes;
  Optional<AgentId> identity = Optional.empty();
  int epoch;
  InMemoryMailboxStore mailboxes = newStore();
  Optional<Life> life = Optional.empty();
  long wallOffsetMillis;
  int driftPartsPerMillion;
  private final SortedMap<ProcessId, ProcessRow> rows = new TreeMap<>();
  private Optional<Undo> lastWrite = Optional.empty();

  private record Undo(ProcessId process, Optional<ProcessRow> before) {}

  Server(int place, ProcessHost processes) {
    this.place = place;
    this.processes = processes;
    String host = "10." + place / 62500 + "." + place / 250 % 250 + "." + (place % 250 + 1);
    this.gossip = new Endpoint(host, 7000);
    this.messages = new Endpoint(host, 7001);
  }

  public int place() {
    return place;
  }

  /** The life that runs here, or the last one that did. */
  public Optional<Life> life() {
    return life;
  }

  public ProcessHost processes() {
    return processes;
  }

  /** The rows on the disk. */
  public SortedMap<ProcessId, ProcessRow> rows() {
    return new TreeMap<>(rows);
  }

  /** How many messages wait in the mailbox on the disk. */
  public long pending(ProcessId mailbox) {
    return mailboxes.pending(mailbox);
  }

  void persist(ProcessRow row) {
    lastWrite = Optional.of(new Undo(row.id(), Optional.ofNullable(rows.put(row.id(), row))));
  }

  void forget(List<ProcessId> processIds) {
    processIds.forEach(rows::remove);
    lastWrite = Optional.empty();
  }

  /** The last write did not make it to the disk. */
  void tear() {
    lastWrite.ifPresent(
        undo -> {
          rows.remove(undo.process);
          undo.before.ifPresent(row -> rows.put(undo.process, row));
        });
    lastWrite = Optional.empty();
  }

  void crash(Disk disk) {
    switch (disk) {
      case KEPT -> {}
      case TORN -> tear();
      case LOST -> {
        identity = Optional.empty();
        epoch = 0;
        rows.clear();
        mailboxes = newStore();
        processes.killAll();
      }
    }
    lastWrite = Optional.empty();
  }

  AgentInput.Booted booted() {
    SortedMap<ProcessId, Survivor> survivors = processes.survivors();
    SortedMap<ProcessId, StoredState> states = new TreeMap<>();
    mailboxes.mailboxes().forEach(box -> states.put(box, mailboxes.recover(box)));
    return new AgentInput.Booted(new ArrayList<>(rows.values()), survivors, states);
  }

  private static InMemoryMailboxStore newStore() {
    return new InMemoryMailboxStore(new StoreLimits(1000, 16 << 20));
  }
}
