package io.nefele.placement;

import io.nefele.core.AgentBoot;
import io.nefele.core.Codec;

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

  @Override
  public int compareTo(RequestKey other) {
    int byRequester = requester.compareTo(other.requester);
    return byRequester != 0 ? byRequester : Long.compare(number, other.number);
  }
}
