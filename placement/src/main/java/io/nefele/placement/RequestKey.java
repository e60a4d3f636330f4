package io.nefele.placement;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Codec;
import java.util.Optional;

/**
 * Names one placement request in the whole fabric.
 *
 * @param requester the agent that coordinates it
 * @param number counts its requests
 */
public record RequestKey(AgentBoot requester, long number) implements Comparable<RequestKey> {
  public static final Codec<RequestKey> CODEC =
      Codec.of(
          (key, out) -> out.put(AgentBoot.CODEC, key.requester).int64(key.number),
          in -> new RequestKey(in.get(AgentBoot.CODEC), in.int64()));

  /** As text that {@link #parse} reads. */
  public String text() {
    return requester.agent().value() + "/" + requester.epoch() + "/" + number;
  }

  /** The key of that text; empty if it is of none. */
  public static Optional<RequestKey> parse(String text) {
    if (!text.matches("[0-9]{1,18}/[1-9][0-9]{0,8}/[0-9]{1,18}")) {
      return Optional.empty();
    }
    String[] parts = text.split("/", -1);
    AgentId agent = new AgentId(Long.parseLong(parts[0]));
    return Optional.of(
        new RequestKey(new AgentBoot(agent, Integer.parseInt(parts[1])), Long.parseLong(parts[2])));
  }

  @Override
  public int compareTo(RequestKey other) {
    int byRequester = requester.compareTo(other.requester);
    return byRequester != 0 ? byRequester : Long.compare(number, other.number);
  }
}
