package io.nefele.agent.core;

import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import io.nefele.mailbox.StoredState;
import io.nefele.table.ProcessRow;
import io.nefele.table.ProcessState;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The mailboxes that clients of this agent speak for: those of processes, those that people open by
 * a name, and those that go with a client's connection.
 */
final class MailboxDesk {
  private final Directory directory;
  private final Courier courier;
  private final LocalProcesses processes;

  /** Those that go with a connection. */
  private final Map<ProcessId, Temporary> temporary = new LinkedHashMap<>();

  private record Temporary(long connection, Name tenant) {}

  MailboxDesk(Directory directory, Courier courier, LocalProcesses processes) {
    this.directory = directory;
    this.courier = courier;
    this.processes = processes;
  }

  /** Whether the tenant's mailbox is here; it lasts as long as its process, if it has one. */
  boolean isHere(Name tenant, ProcessId mailbox) {
    return directory.ownRow(mailbox).filter(row -> row.tenant().equals(tenant)).isPresent()
        || isTemporary(tenant, mailbox);
  }

  boolean isTemporary(Name tenant, ProcessId mailbox) {
    return Optional.ofNullable(temporary.get(mailbox))
        .filter(its -> its.tenant().equals(tenant))
        .isPresent();
  }

  /** The mailbox that the caller speaks for: of a process, or one by name, made if need be. */
  ProcessId own(Instant now, Name tenant, String as) {
    if (ProcessId.isProcessId(as)) {
      return ProcessId.parse(as);
    }
    Name name = new Name(as);
    return directory.ownRows(tenant, name).stream()
        .filter(row -> row.state().isLive())
        .map(ProcessRow::id)
        .findFirst()
        .orElseGet(() -> open(now, tenant, name));
  }

  /** Opens a mailbox that ends with the client's connection. */
  ProcessId openTemporary(Instant now, Name tenant, long connection) {
    ProcessId id = processes.nextId();
    temporary.put(id, new Temporary(connection, tenant));
    courier.openPassing(now, id, tenant);
    return id;
  }

  void clientGone(Instant now, long connection) {
    List<ProcessId> gone =
        temporary.entrySet().stream()
            .filter(entry -> entry.getValue().connection() == connection)
            .map(Map.Entry::getKey)
            .toList();
    for (ProcessId mailbox : gone) {
      temporary.remove(mailbox);
      courier.close(now, mailbox);
    }
  }

  /**
   * Closes a mailbox of this server that belongs to no process.
   *
   * @return whether there is one
   */
  boolean close(Instant now, Name tenant, ProcessId mailbox) {
    Optional<ProcessRow> row =
        directory
            .ownRow(mailbox)
            .filter(its -> its.tenant().equals(tenant) && its.state().isLive())
            .filter(its -> its.kind() == ProcessRow.Kind.MAILBOX);
    row.ifPresent(its -> processes.mailboxClosed(now, its));
    return row.isPresent();
  }

  private ProcessId open(Instant now, Name tenant, Name name) {
    long nowMillis = now.toEpochMilli();
    ProcessId id = processes.nextId();
    directory.put(
        now,
        new ProcessRow(
            id,
            ProcessRow.Kind.MAILBOX,
            tenant,
            Optional.of(name),
            List.of(),
            ProcessState.RUNNING,
            Optional.empty(),
            nowMillis,
            nowMillis,
            0,
            0),
        true);
    courier.open(now, id, StoredState.EMPTY);
    return id;
  }
}
