package io.nefele.table;

import io.nefele.core.Codec;
import io.nefele.core.Decoder;
import io.nefele.core.Encoder;
import io.nefele.core.MalformedMessage;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import io.nefele.core.Sizing;
import java.util.List;
import java.util.Optional;

/**
 * What is known of a process, or of a mailbox that belongs to no process. Written by the agent of
 * its id alone.
 *
 * @param kind whether there is a Linux process behind it
 * @param tenant whose it is
 * @param name under which its mailbox is found, if any
 * @param command program and arguments; empty for a mailbox alone
 * @param exitCode present once it has exited; 128 + n if signal n ended it
 * @param startedAtMillis wall clock of its server, milliseconds since 1970; 0 before its start
 * @param stateSinceMillis wall clock of its server at which it entered {@code state}
 * @param cpuMillis granted, in thousandths of a core
 * @param memoryBytes granted
 * @param resources what else was granted, each as {@code NAME=AMOUNT}
 * @param labels {@code KEY=VALUE}
 * @param request the placement that it came of, as its agent writes it; empty if none
 * @param usage as last measured
 * @param outOfMemory whether it ended because of its memory limit
 * @param restarts how often it was started again, the time that it waits for among them
 * @param supersedes in whose place it runs, the first of them first
 * @param health what checks have said of it
 * @param revival by what it is started again when it ends; none: its next end is its last
 * @param stopped whether it was told to end, by a user or because its spawn was called off; then
 *     nothing stands in for it either
 * @param sizing how it came to what it was granted
 */
public record ProcessRow(
    ProcessId id,
    Kind kind,
    Name tenant,
    Optional<Name> name,
    List<String> command,
    ProcessState state,
    Optional<Integer> exitCode,
    long startedAtMillis,
    long stateSinceMillis,
    int cpuMillis,
    long memoryBytes,
    List<String> resources,
    List<String> labels,
    String request,
    Usage usage,
    boolean outOfMemory,
    int restarts,
    List<ProcessId> supersedes,
    Health health,
    Optional<Revival> revival,
    boolean stopped,
    Sizing sizing) {

  /** What stands behind a row. */
  public enum Kind {
    PROCESS,
    /** A mailbox that a person opened by name. */
    MAILBOX
  }

  private static final Codec<String> STRING =
      Codec.of((String text, Encoder out) -> out.string(text), Decoder::sharedString);
  private static final Codec<Integer> INT32 =
      Codec.of((Integer value, Encoder out) -> out.int32(value), Decoder::int32);

  public static final Codec<ProcessRow> CODEC =
      Codec.of(
          (row, out) ->
              out.put(ProcessId.CODEC, row.id)
                  .int8(row.kind.ordinal())
                  .put(Name.CODEC, row.tenant)
                  .optional(Name.CODEC, row.name)
                  .list(STRING, row.command)
                  .int8(row.state.ordinal())
                  .optional(INT32, row.exitCode)
                  .int64(row.startedAtMillis)
                  .int64(row.stateSinceMillis)
                  .int32(row.cpuMillis)
                  .int64(row.memoryBytes)
                  .list(STRING, row.resources)
                  .list(STRING, row.labels)
                  .string(row.request)
                  .put(Usage.CODEC, row.usage)
                  .bool(row.outOfMemory)
                  .int32(row.restarts)
                  .list(ProcessId.CODEC, row.supersedes)
                  .int8(row.health.ordinal())
                  .optional(Revival.CODEC, row.revival)
                  .bool(row.stopped)
                  .put(Sizing.CODEC, row.sizing),
          in ->
              new ProcessRow(
                  in.get(ProcessId.CODEC),
                  oneOf(Kind.values(), in),
                  in.get(Name.CODEC),
                  in.optional(Name.CODEC),
                  in.list(STRING),
                  oneOf(ProcessState.values(), in),
                  in.optional(INT32),
                  in.int64(),
                  in.int64(),
                  in.int32(),
                  in.int64(),
                  in.list(STRING),
                  in.list(STRING),
                  in.string(),
                  in.get(Usage.CODEC),
                  in.bool(),
                  in.int32(),
                  in.list(ProcessId.CODEC),
                  oneOf(Health.values(), in),
                  in.optional(Revival.CODEC),
                  in.bool(),
                  in.get(Sizing.CODEC)));

  /** Without labels, with cpu and memory alone, of something that has used nothing yet. */
  public ProcessRow(
      ProcessId id,
      Kind kind,
      Name tenant,
      Optional<Name> name,
      List<String> command,
      ProcessState state,
      Optional<Integer> exitCode,
      long startedAtMillis,
      long stateSinceMillis,
      int cpuMillis,
      long memoryBytes) {
    this(
        id,
        kind,
        tenant,
        name,
        command,
        state,
        exitCode,
        startedAtMillis,
        stateSinceMillis,
        cpuMillis,
        memoryBytes,
        List.of(),
        List.of(),
        "",
        Usage.NONE,
        false,
        0,
        List.of(),
        Health.UNCHECKED,
        Optional.empty(),
        false,
        Sizing.AS_ASKED);
  }

  /** This row in a later state. */
  public ProcessRow with(ProcessState next, long sinceMillis) {
    long started = next == ProcessState.RUNNING ? sinceMillis : startedAtMillis;
    Optional<Integer> ended = next == ProcessState.RUNNING ? Optional.empty() : exitCode;
    return with(
        next, ended, started, sinceMillis, usage, outOfMemory, restarts, health, revival, stopped);
  }

  /** This row with a newer measurement. */
  public ProcessRow with(Usage newUsage) {
    return with(
        state,
        exitCode,
        startedAtMillis,
        stateSinceMillis,
        newUsage,
        outOfMemory,
        restarts,
        health,
        revival,
        stopped);
  }

  /** This row with another way to be started again, or none. */
  public ProcessRow with(Optional<Revival> newRevival) {
    return with(
        state,
        exitCode,
        startedAtMillis,
        stateSinceMillis,
        usage,
        outOfMemory,
        restarts,
        health,
        newRevival,
        stopped);
  }

  /** This row once the process is told to end: its next end is its last. */
  public ProcessRow toldToStop() {
    return with(
        state,
        exitCode,
        startedAtMillis,
        stateSinceMillis,
        usage,
        outOfMemory,
        restarts,
        health,
        Optional.empty(),
        true);
  }

  /** This row after another check. */
  public ProcessRow with(Health newHealth) {
    return with(
        state,
        exitCode,
        startedAtMillis,
        stateSinceMillis,
        usage,
        outOfMemory,
        restarts,
        newHealth,
        revival,
        stopped);
  }

  /**
   * This row after the process ended and while it waits to be started again.
   *
   * @param code how it ended, if that is known
   */
  public ProcessRow restarting(
      Optional<Integer> code, long sinceMillis, boolean forWantOfMemory, int attempts) {
    return with(
        ProcessState.STARTING,
        code,
        startedAtMillis,
        sinceMillis,
        Usage.NONE,
        forWantOfMemory,
        restarts + 1,
        switch (health) {
          case UNCHECKED, WAITING -> Health.UNCHECKED;
          // Where it gave way there is no room for it.
          case PREEMPTED -> Health.PREEMPTED;
          case STARTING, HEALTHY, UNHEALTHY -> Health.STARTING;
        },
        revival.map(its -> its.withAttempts(attempts)),
        stopped);
  }

  /** Whether it runs and, as far as it is checked, is well. */
  public boolean isWell() {
    return state == ProcessState.RUNNING
        && (health == Health.HEALTHY || health == Health.UNCHECKED);
  }

  /** Whether it has ended and is going to be started again. */
  public boolean awaitsRestart() {
    return state == ProcessState.STARTING && restarts > 0;
  }

  /** Whether it gave way to others and waits for a place, on whatever server. */
  public boolean isDisplaced() {
    return awaitsRestart() && health == Health.PREEMPTED;
  }

  /** Whether this row may become {@code next}: forward in its state, or to a later start. */
  boolean mayBecome(ProcessRow next) {
    boolean again = next.restarts > restarts && state.isLive() && next.state.isLive();
    return again || state.mayBecome(next.state);
  }

  /** This row after the process ended with {@code code}, with the usage that is known. */
  public ProcessRow exited(int code, long sinceMillis) {
    return exited(code, sinceMillis, usage, false);
  }

  /** This row after the process ended with {@code code}. */
  public ProcessRow exited(int code, long sinceMillis, Usage last, boolean forWantOfMemory) {
    return with(
        ProcessState.EXITED,
        Optional.of(code),
        startedAtMillis,
        sinceMillis,
        last,
        forWantOfMemory,
        restarts,
        health,
        Optional.empty(),
        stopped);
  }

  /** This row with all that changes in the life of a process. */
  private ProcessRow with(
      ProcessState newState,
      Optional<Integer> newExitCode,
      long newStartedAtMillis,
      long newStateSinceMillis,
      Usage newUsage,
      boolean newOutOfMemory,
      int newRestarts,
      Health newHealth,
      Optional<Revival> newRevival,
      boolean nowStopped) {
    return new ProcessRow(
        id,
        kind,
        tenant,
        name,
        command,
        newState,
        newExitCode,
        newStartedAtMillis,
        newStateSinceMillis,
        cpuMillis,
        memoryBytes,
        resources,
        labels,
        request,
        newUsage,
        newOutOfMemory,
        newRestarts,
        supersedes,
        newHealth,
        newRevival,
        nowStopped,
        sizing);
  }

  private static <T> T oneOf(T[] values, Decoder in) throws MalformedMessage {
    int ordinal = in.int8();
    if (ordinal < 0 || ordinal >= values.length) {
      throw in.malformed("no such value: " + ordinal);
    }
    return values[ordinal];
  }
}
