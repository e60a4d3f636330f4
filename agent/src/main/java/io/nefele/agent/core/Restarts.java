package io.nefele.agent.core;

import io.nefele.core.Bytes;
import io.nefele.core.ProcessId;
import io.nefele.core.RestartPolicy;
import io.nefele.placement.ProcessTemplate;
import io.nefele.table.Health;
import io.nefele.table.ProcessRow;
import io.nefele.table.ProcessState;
import io.nefele.table.Revival;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * Whether and when a process of this server that has ended is started again: by its policy, after a
 * delay that doubles, under its id. Meanwhile it keeps what it was granted, its name and its
 * mailbox. All of that is in its row, so that a crash of the agent changes nothing.
 */
final class Restarts {
  /** A process is told of in rows, which travel; what starts it again must not be large. */
  static final int TEMPLATE_BYTES_MAX = 64 << 10;

  private static final Duration RETURN_PATIENCE = Duration.ofSeconds(3);

  private final Directory directory;
  private final Launches launches;
  private final Outbox outbox;

  /** Those that wait for their delay to pass. */
  private final SortedSet<ProcessId> waiting = new TreeSet<>();

  private boolean ending;
  private boolean returning;

  Restarts(Directory directory, Launches launches, Outbox outbox) {
    this.directory = directory;
    this.launches = launches;
    this.outbox = outbox;
  }

  /**
   * By what a process of {@code template} is started again or checked, if it ever is, or which
   * bundle it needs.
   */
  static Optional<Revival> revivalOf(ProcessTemplate template) {
    return template.terms().lifecycle().isTended() || template.terms().shipment().isPresent()
        ? Optional.of(new Revival(ProcessTemplate.CODEC.toBytes(template), 0))
        : Optional.empty();
  }

  /**
   * Refuses what can't be started again.
   *
   * @throws IllegalArgumentException in words for people
   */
  static void check(ProcessTemplate template) {
    Optional<Revival> revival = revivalOf(template);
    int bytes = revival.map(Revival::template).map(Bytes::size).orElse(0);
    if (bytes > TEMPLATE_BYTES_MAX) {
      throw new IllegalArgumentException(
          "what is started again or checked has at most "
              + TEMPLATE_BYTES_MAX
              + " bytes of command and environment, not "
              + bytes
              + "; pass the rest in a file");
    }
  }

  /** From now on nothing is started again: all processes of this server are about to be ended. */
  void end() {
    ending = true;
  }

  /**
   * Whether this agent is finding out what became of its processes while it was away. What it
   * starts again then waits to hear whether that has been placed elsewhere meanwhile.
   */
  void returning(boolean is) {
    returning = is;
  }

  /** How a process ended that may be started again. */
  record End(Optional<Integer> exitCode, long atMillis, boolean outOfMemory, long ranMillis) {
    /** How the process of {@code row} ended, of which the server tells {@code ending}. */
    static End of(ProcessRow row, AgentInput.Ending ending) {
      boolean ran = row.state() == ProcessState.RUNNING;
      return new End(
          Optional.of(ending.exitCode()),
          ending.atMillis(),
          ending.outOfMemory(),
          ran ? ending.atMillis() - row.startedAtMillis() : 0);
    }

    /** One that was ended because it was not well has failed, whatever it says itself. */
    boolean failed(Health health) {
      return health == Health.UNHEALTHY || exitCode.map(code -> code != 0).orElse(true);
    }
  }

  /** Returns whether the process of {@code row} is started again; its row says so then. */
  boolean again(Instant now, ProcessRow row, End end) {
    Optional<RestartPolicy> policy = template(row).map(its -> its.terms().lifecycle().restart());
    // What was never let go was called off.
    if (ending || policy.isEmpty() || row.state() == ProcessState.REQUESTED) {
      return false;
    }
    boolean well = end.ranMillis() >= RestartPolicy.LONG_RUN_MILLIS;
    int attempts = well ? 0 : row.revival().map(Revival::attempts).orElse(0);
    if (!policy.get().wants(end.failed(row.health()), attempts)) {
      return false;
    }
    ProcessRow next =
        row.restarting(end.exitCode(), end.atMillis(), end.outOfMemory(), attempts + 1);
    directory.put(now, next);
    await(next);
    return true;
  }

  /**
   * Goes on to wait for a start that an earlier life of this agent has decided on; what gave way to
   * others is not started here.
   */
  void await(ProcessRow row) {
    waiting.add(row.id());
    if (row.isDisplaced()) {
      return;
    }
    int attempts = row.revival().map(Revival::attempts).orElse(1);
    Duration delay = Duration.ofMillis(RestartPolicy.delayMillis(attempts));
    outbox.setTimer(
        new AgentTimer.RestartDue(row.id()),
        returning && delay.compareTo(RETURN_PATIENCE) < 0 ? RETURN_PATIENCE : delay);
  }

  /** The delay of a process has passed. */
  void due(ProcessId process) {
    if (ending || !waiting.remove(process)) {
      return;
    }
    directory
        .ownRow(process)
        .flatMap(Restarts::template)
        .ifPresent(template -> launches.start(process, template));
  }

  /** A process that waits to be started again does so until it is {@linkplain #await told}. */
  void hold(ProcessId process) {
    launches.putOff(process);
    waiting.add(process);
    outbox.cancelTimer(new AgentTimer.RestartDue(process));
  }

  /** Whether a process waits to be started again: for its delay to pass, or for its program. */
  boolean isWaiting(ProcessId process) {
    return waiting.contains(process) || launches.isWaiting(process);
  }

  /**
   * The next end of a process is its last here.
   *
   * @return its last row, if it has ended already
   */
  Optional<ProcessRow> giveUp(Instant now, ProcessId process) {
    return last(now, process, row -> row.with(Optional.empty()));
  }

  /**
   * A process was told to end: its next end is its last, and nothing is to stand in for it.
   *
   * @return its last row, if it has ended already
   */
  Optional<ProcessRow> stop(Instant now, ProcessId process) {
    return last(now, process, ProcessRow::toldToStop);
  }

  private Optional<ProcessRow> last(
      Instant now, ProcessId process, UnaryOperator<ProcessRow> change) {
    Optional<ProcessRow> row =
        directory.ownRow(process).filter(its -> its.revival().isPresent()).map(change);
    if (row.isEmpty()) {
      return Optional.empty();
    }
    if (!waiting.remove(process) && !launches.cancel(process)) {
      directory.put(now, row.get());
      return Optional.empty();
    }
    outbox.cancelTimer(new AgentTimer.RestartDue(process));
    return row.map(its -> ended(its, now.toEpochMilli()));
  }

  private static ProcessRow ended(ProcessRow row, long nowMillis) {
    return row.exitCode()
        .map(code -> row.exited(code, nowMillis, row.usage(), row.outOfMemory()))
        .orElseGet(() -> row.with(ProcessState.LOST, nowMillis));
  }

  /** What the process of {@code row} is started again by, or checked. */
  static Optional<ProcessTemplate> template(ProcessRow row) {
    return row.revival().flatMap(its -> its.template().read(ProcessTemplate.CODEC));
  }
}
