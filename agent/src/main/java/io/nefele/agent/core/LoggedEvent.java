package io.nefele.agent.core;

import io.nefele.core.Codec;
import io.nefele.hierarchy.HierarchyEvent.Kind;

/**
 * Something that an agent did in one of its groups.
 *
 * @param sequence counts the events of that life of the agent, from 1
 * @param atMillis the agent's wall clock, milliseconds since 1970
 * @param why for people
 */
record LoggedEvent(long sequence, long atMillis, Kind kind, String group, String why) {
  static final Codec<LoggedEvent> CODEC =
      Codec.of(
          (event, out) ->
              out.int64(event.sequence)
                  .int64(event.atMillis)
                  .int8(event.kind.ordinal())
                  .string(event.group)
                  .string(event.why),
          in -> {
            long sequence = in.int64();
            long atMillis = in.int64();
            int kind = in.int8();
            if (kind < 0 || kind >= Kind.values().length) {
              throw in.malformed("no kind of event has number " + kind);
            }
            return new LoggedEvent(
                sequence, atMillis, Kind.values()[kind], in.string(), in.string());
          });
}
