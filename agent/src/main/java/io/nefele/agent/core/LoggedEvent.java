package io.nefele.agent.core;

import io.nefele.core.Codec;

/**
 * Something that an agent did in one of its groups, or met there.
 *
 * @param sequence counts the events of that life of the agent, from 1
 * @param atMillis the agent's wall clock, milliseconds since 1970
 * @param kind in a word
 * @param group empty if it is about none
 * @param why for people
 */
record LoggedEvent(long sequence, long atMillis, String kind, String group, String why) {
  static final Codec<LoggedEvent> CODEC =
      Codec.of(
          (event, out) ->
              out.int64(event.sequence)
                  .int64(event.atMillis)
                  .string(event.kind)
                  .string(event.group)
                  .string(event.why),
          in -> new LoggedEvent(in.int64(), in.int64(), in.string(), in.string(), in.string()));
}
