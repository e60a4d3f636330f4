package io.nefele.agent.core;

import io.nefele.core.AgentId;
import io.nefele.core.Codec;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import io.nefele.table.Health;
import io.nefele.table.ProcessRow;
import io.nefele.table.RowEvent;
import java.util.Optional;

/**
 * An event of a process, as an agent keeps it.
 *
 * @param sequence counts the process events of that life of the agent, from 1
 * @param atMillis the agent's wall clock, milliseconds since 1970
 * @param epoch as in {@link RowEvent}
 * @param change as in {@link RowEvent}
 * @param why for people
 */
record ProcessEvent(
    long sequence,
    long atMillis,
    RowEvent.Kind kind,
    ProcessId process,
    Name tenant,
    Optional<Name> name,
    int epoch,
    long change,
    String why) {
  static final Codec<ProcessEvent> CODEC =
      Codec.of(
          (event, out) ->
              out.int64(event.sequence)
                  .int64(event.atMillis)
                  .int8(event.kind.ordinal())
                  .put(ProcessId.CODEC, event.process)
                  .put(Name.CODEC, event.tenant)
                  .optional(Name.CODEC, event.name)
                  .int32(event.epoch)
                  .int64(event.change)
                  .string(event.why),
          in -> {
            long sequence = in.int64();
            long atMillis = in.int64();
            int kind = in.int8();
            if (kind < 0 || kind >= RowEvent.Kind.values().length) {
              throw in.malformed("no kind of process event has number " + kind);
            }
            return new ProcessEvent(
                sequence,
                atMillis,
                RowEvent.Kind.values()[kind],
                in.get(ProcessId.CODEC),
                in.get(Name.CODEC),
                in.optional(Name.CODEC),
                in.int32(),
                in.int64(),
                in.string());
          });

  /** Who told it, and what. */
  record ToldBy(AgentId agent, ProcessEvent event) {}

  static ProcessEvent of(long sequence, long atMillis, RowEvent event) {
    ProcessRow row = event.row();
    String why =
        switch (event.kind()) {
          case STARTED -> String.join(" ", row.command());
          case RENAMED -> row.name().map(Name::toString).orElse("without a name now");
          case RESTARTING -> ended(row) + "; to be started again";
          case EXITED -> ended(row);
          case LOST -> row.state().isLive() ? "its agent is gone" : "it is gone and nobody saw how";
          case FOUND -> "its agent is back";
        };
    return new ProcessEvent(
        sequence,
        atMillis,
        event.kind(),
        row.id(),
        row.tenant(),
        row.name(),
        event.epoch(),
        event.change(),
        why);
  }

  private static String ended(ProcessRow row) {
    return "exit code "
        + row.exitCode().map(String::valueOf).orElse("unknown")
        + (row.health() == Health.PREEMPTED ? "; it gave way to a higher priority" : "");
  }
}
