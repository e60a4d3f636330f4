package io.nefele.core;

/**
 * One life of an agent: its id and the number of times it has started. Messages, views and process
 * ids name a boot, so that a returned agent is never taken for the one that crashed.
 *
 * @param agent the agent
 * @param epoch counts its starts, from 1; kept on its disk and raised before anything is sent
 */
public record AgentBoot(AgentId agent, int epoch) implements Comparable<AgentBoot> {
  public static final Codec<AgentBoot> CODEC =
      Codec.of(
          (boot, out) -> out.put(AgentId.CODEC, boot.agent).int32(boot.epoch),
          in -> new AgentBoot(in.get(AgentId.CODEC), in.int32()));

  public AgentBoot {
    if (epoch < 1) {
      throw new IllegalArgumentException("boot epochs count from 1: " + epoch);
    }
  }

  @Override
  public int compareTo(AgentBoot other) {
    int agents = agent.compareTo(other.agent);
    return agents != 0 ? agents : Integer.compare(epoch, other.epoch);
  }

  @Override
  public String toString() {
    return agent + "." + epoch;
  }
}
