package io.nefele.placement;

import io.nefele.core.AgentId;

/**
 * What became of one agent's offer.
 *
 * @param given how many processes it gets
 * @param fits whether one more of the last component could go there
 * @param runnerUp whether it would have been taken next
 * @param free what it had to give when it was asked
 * @param capacity what it has in all
 * @param why it was chosen or not, for people
 * @param shortfall what keeps one more of the last component from there, for people; empty if
 *     nothing does
 */
public record Verdict(
    AgentId agent,
    int given,
    boolean fits,
    boolean runnerUp,
    Resources free,
    Resources capacity,
    String why,
    String shortfall) {
  /** The same with another reason. */
  Verdict saying(String other) {
    return new Verdict(agent, given, fits, runnerUp, free, capacity, other, shortfall);
  }
}
