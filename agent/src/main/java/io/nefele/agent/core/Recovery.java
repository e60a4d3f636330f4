package io.nefele.agent.core;

import io.nefele.agent.core.AgentInput.Survivor;
import io.nefele.core.ProcessId;
import io.nefele.mailbox.StoredState;
import io.nefele.placement.RequestKey;
import io.nefele.table.ProcessRow;
import io.nefele.table.ProcessState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What an agent makes at its start of the processes of its earlier boots. */
final class Recovery {
  private final LocalProcesses processes;
  private final Directory directory;
  private final Courier courier;
  private final Restarts restarts;
  private final Launches launches;
  private final StartGates gates;
  private final Ends ends;
  private final Outbox outbox;

  Recovery(
      LocalProcesses processes,
      Directory directory,
      Courier courier,
      Restarts restarts,
      Launches launches,
      StartGates gates,
      Ends ends,
      Outbox outbox) {
    this.processes = processes;
    this.directory = directory;
    this.courier = courier;
    this.restarts = restarts;
    this.launches = launches;
    this.gates = gates;
    this.ends = ends;
    this.outbox = outbox;
  }

  /**
   * Puts the rows right by what the process host still has.
   *
   * @return the rows of those that still live
   */
  List<ProcessRow> recover(Instant now, AgentInput.Booted booted) {
    List<ProcessRow> living = new ArrayList<>();
    restarts.returning(true);
    SortedSet<ProcessId> known = new TreeSet<>();
    SortedSet<ProcessId> alive = new TreeSet<>();
    for (ProcessRow row : directory.ownRows()) {
      known.add(row.id());
      if (!row.state().isLive()) {
        ends.recover(row.id());
        continue;
      }
      alive.add(row.id());
      StoredState kept = booted.mailboxes().getOrDefault(row.id(), StoredState.EMPTY);
      courier.open(now, row.id(), kept);
      launches.adopted(row);
      Optional<Survivor> survivor = Optional.ofNullable(booted.processes().get(row.id()));
      settle(now, row, survivor, booted.openRequests().keySet());
      if (row.kind() == ProcessRow.Kind.MAILBOX
          || restarts.isWaiting(row.id())
          || survivor.filter(its -> lives(row, its, booted)).isPresent()) {
        living.add(directory.ownRow(row.id()).orElse(row));
      }
    }
    restarts.returning(false);
    booted
        .processes()
        .forEach(
            (process, survivor) -> {
              if (!known.contains(process)) {
                // Made by a boot that crashed before anybody was told of it.
                processes.end(List.of(process), survivor instanceof Survivor.Gated);
                outbox.add(new AgentEffect.AcknowledgeExit(process));
              }
            });
    Stream.concat(booted.mailboxes().keySet().stream(), booted.sharedQueues().keySet().stream())
        .distinct()
        .filter(mailbox -> !alive.contains(mailbox))
        .forEach(mailbox -> outbox.add(new AgentEffect.Discard(mailbox)));
    return living;
  }

  private void settle(
      Instant now, ProcessRow row, Optional<Survivor> survivor, Set<RequestKey> open) {
    if (row.kind() == ProcessRow.Kind.MAILBOX) {
      return;
    }
    if (survivor.isEmpty()) {
      if (row.awaitsRestart() && row.revival().isPresent()) {
        restarts.await(row);
        return;
      }
      long ranMillis = now.toEpochMilli() - row.startedAtMillis();
      if (row.state() != ProcessState.REQUESTED
          && restarts.again(
              now, row, new Restarts.End(Optional.empty(), now.toEpochMilli(), false, ranMillis))) {
        return;
      }
      ProcessRow lost = row.with(Optional.empty()).with(ProcessState.LOST, now.toEpochMilli());
      directory.put(now, lost);
      processes.retire(now, lost);
      return;
    }
    switch (survivor.get()) {
      case Survivor.Exited(var ending) -> processes.exited(now, row.id(), ending);
      case Survivor.Running() -> {
        if (row.state() != ProcessState.RUNNING) {
          directory.put(now, row.with(ProcessState.RUNNING, now.toEpochMilli()));
        }
        directory.adopted(now, row.id());
      }
      case Survivor.Gated() -> {
        if (waitsForOthers(row, survivor.get())) {
          gates.hold(now, row);
        } else if (isOf(row, open)) {
          // The crash came when it was about to be let go, and others were perhaps.
          processes.release(now, List.of(row.id()));
        } else {
          // Whoever would have let it go has long given up.
          processes.discard(now, List.of(row.id()));
        }
      }
    }
  }

  private static boolean lives(ProcessRow row, Survivor survivor, AgentInput.Booted booted) {
    return switch (survivor) {
      case Survivor.Running() -> true;
      case Survivor.Gated() ->
          waitsForOthers(row, survivor) || isOf(row, booted.openRequests().keySet());
      case Survivor.Exited exited -> false;
    };
  }

  private static boolean isOf(ProcessRow row, Set<RequestKey> open) {
    return RequestKey.parse(row.request()).filter(open::contains).isPresent();
  }

  private static boolean waitsForOthers(ProcessRow row, Survivor survivor) {
    return survivor instanceof Survivor.Gated
        && row.state() == ProcessState.STARTING
        && StartGates.areFor(row);
  }
}
