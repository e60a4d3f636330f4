package io.nefele.hierarchy.relay;

import io.nefele.core.AgentBoot;
import io.nefele.core.Codec;

/**
 * A question, wherever it is on its way.
 *
 * @param asker the life that asked first
 * @param number counts the questions of that life, from 1
 */
public record QuestionId(AgentBoot asker, long number) {
  public static final Codec<QuestionId> CODEC =
      Codec.of(
          (id, out) -> out.put(AgentBoot.CODEC, id.asker).int64(id.number),
          in -> new QuestionId(in.get(AgentBoot.CODEC), in.int64()));

  @Override
  public String toString() {
    return asker + "?" + number;
  }
}
