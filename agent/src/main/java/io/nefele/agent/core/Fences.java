package io.nefele.agent.core;

import io.nefele.core.AgentId;
import io.nefele.core.ProcessId;
import io.nefele.table.ProcessRow;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Sees to it that a process which runs here in place of another is the only one: the agent of the
 * other is told when it returns, and ends it; each time that it returns, since a crash may have
 * taken from its disk that it knew. That agent also judges between two that were placed on two
 * sides of a cut: the first to tell it stays, and none does if the process was told to end.
 */
final class Fences {
  private static final int SIGKILL = 9;
  private static final Duration ANSWER_DEADLINE = Duration.ofSeconds(5);

  private final Directory directory;
  private final LocalProcesses processes;
  private final Errands errands;
  private final Outbox outbox;

  /** In whose place which process runs here. */
  private final SortedMap<ProcessId, ProcessId> standing = new TreeMap<>();

  /** Those of them whose agents have not answered since they came. */
  private final SortedSet<ProcessId> unanswered = new TreeSet<>();

  /** What stands in place of processes of this server that were superseded. */
  private final SortedMap<ProcessId, ProcessId> successors = new TreeMap<>();

  Fences(Directory directory, LocalProcesses processes, Errands errands, Outbox outbox) {
    this.directory = directory;
    this.processes = processes;
    this.errands = errands;
    this.outbox = outbox;
  }

  /** The agent has started. */
  void start() {
    directory.ownRows().forEach(this::raise);
  }

  /** A process of this server is there. */
  void started(ProcessId process) {
    directory.ownRow(process).ifPresent(this::raise);
  }

  private void raise(ProcessRow row) {
    for (ProcessId old : row.supersedes()) {
      if (standing.putIfAbsent(old, row.id()) == null) {
        unanswered.add(old);
        tell(old);
      }
    }
  }

  /** An agent is present that was not before, or in another life. */
  void agentCame(AgentId agent) {
    standing
        .entrySet()
        .removeIf(
            its ->
                !unanswered.contains(its.getKey()) && directory.ownRow(its.getValue()).isEmpty());
    for (ProcessId old : List.copyOf(standing.keySet())) {
      if (old.agent().equals(agent)) {
        unanswered.add(old);
        tell(old);
      }
    }
  }

  /** Tells an agent that is present, again and again until it has answered. */
  void tell(ProcessId old) {
    ProcessId by = standing.get(old);
    if (by == null || !unanswered.contains(old) || !outbox.reaches(old.agent())) {
      return;
    }
    errands.run(
        Optional.empty(),
        old,
        new Errand.Superseded(
            by, directory.ownRow(by).map(ProcessRow::supersedes).orElse(List.of())),
        ANSWER_DEADLINE,
        outcome -> {
          switch (outcome) {
            case Errand.Outcome.Unreachable unreachable ->
                outbox.setTimer(new AgentTimer.FenceDue(old), ANSWER_DEADLINE);
            case Errand.Outcome.Failed another -> {
              unanswered.remove(old);
              directory
                  .ownRow(by)
                  .filter(row -> row.state().isLive())
                  .ifPresent(row -> processes.signal(outbox.now(), row, SIGKILL));
            }
            default -> unanswered.remove(old);
          }
        });
  }

  /**
   * A process of this server runs elsewhere as {@code by}, or did.
   *
   * @param supersedes all in whose place that runs: it may have gone from one server to the next
   * @return what stands in its place: the first that told, or who came after that one; none if it
   *     was told to end
   */
  Optional<ProcessId> superseded(
      Instant now, ProcessRow row, ProcessId by, List<ProcessId> supersedes) {
    if (row.stopped()) {
      return Optional.empty();
    }
    ProcessId known = successors.get(row.id());
    if (known != null && !known.equals(by) && !supersedes.contains(known)) {
      return Optional.of(known);
    }
    successors.put(row.id(), by);
    if (row.state().isLive()) {
      processes.supersede(now, row);
    }
    return Optional.of(by);
  }

  /** What stands in place of a process of this server. */
  Optional<ProcessId> successorOf(ProcessId process) {
    return Optional.ofNullable(successors.get(process));
  }
}
