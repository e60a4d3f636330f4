package io.nefele.hierarchy.relay;

import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.core.Codec;

/** What one agent answered. */
public record Answer(AgentId agent, Bytes content) {
  public static final Codec<Answer> CODEC =
      Codec.of(
          (answer, out) -> out.put(AgentId.CODEC, answer.agent).bytes(answer.content),
          in -> new Answer(in.get(AgentId.CODEC), in.bytes()));
}
