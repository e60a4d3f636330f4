package io.nefele.table;

import io.nefele.core.AgentBoot;
import io.nefele.core.Codec;
import java.util.List;

/**
 * For whom an agent answers.
 *
 * @param held the agents all of whose rows it holds, itself among them, and has heard of lately
 * @param lost those that are lost, and of which it holds what they had told by then
 */
public record Coverage(List<AgentBoot> held, List<AgentBoot> lost) {
  public static final Coverage NONE = new Coverage(List.of(), List.of());

  public static final Codec<Coverage> CODEC =
      Codec.of(
          (coverage, out) ->
              out.list(AgentBoot.CODEC, coverage.held).list(AgentBoot.CODEC, coverage.lost),
          in -> new Coverage(in.list(AgentBoot.CODEC), in.list(AgentBoot.CODEC)));
}
