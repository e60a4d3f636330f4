package io.nefele.hierarchy.relay;

import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.core.Codec;

/** What one agent answered. */
public record Answer(AgentId agent, Bytes content) {
  public static final Codec<Answer> CODEC =
      Codec.of(
          (answer, out) -> out.int64(answer.agent.value()).bytes(answer.content),
          in -> new Answer(new AgentId(in.int64()), in.bytes()));
}
