package io.nefele.hierarchy.relay;

import io.nefele.core.AgentBoot;
import io.nefele.core.Bytes;
import io.nefele.hierarchy.GroupId;
import java.time.Duration;
import java.util.Optional;

/** What happens to a {@link Relay}. */
public sealed interface RelayInput {

  /**
   * This agent asks; answered by {@link RelayEffect.Finished} with the same token.
   *
   * @param subtree asks the agents below that group only; empty: all
   * @param deadline after which those who have not answered are named
   */
  record Asked(long token, Optional<GroupId> subtree, Bytes question, Duration deadline)
      implements RelayInput {}

  /** A peer sent a message. */
  record Received(AgentBoot from, RelayMessage message) implements RelayInput {}

  /** What this agent answers to a question that it was handed. */
  record Replied(QuestionId id, Bytes answer) implements RelayInput {}

  /** A timer set by {@link RelayEffect.SetTimer} fired. */
  record TimerFired(RelayTimer timer) implements RelayInput {}
}
