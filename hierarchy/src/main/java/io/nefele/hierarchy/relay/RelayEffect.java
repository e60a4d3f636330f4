package io.nefele.hierarchy.relay;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import java.time.Duration;
import java.util.List;

/** What a {@link Relay} wants done. */
public sealed interface RelayEffect {

  /** Send to another agent; may be lost. */
  record Send(AgentBoot to, RelayMessage message) implements RelayEffect {}

  /**
   * A question is here, for the first and only time: answer it by {@link RelayInput.Replied}, at
   * once.
   */
  record Deliver(QuestionId id, Bytes question) implements RelayEffect {}

  /**
   * The outcome of {@link RelayInput.Asked}.
   *
   * @param answers in the order of the agents' ids
   * @param missing who should have answered and did not
   */
  record Finished(long token, List<Answer> answers, List<AgentId> missing) implements RelayEffect {}

  /** Fire {@code timer} once after {@code delay}. */
  record SetTimer(RelayTimer timer, Duration delay) implements RelayEffect {}

  /** Do not fire {@code timer}. */
  record CancelTimer(RelayTimer timer) implements RelayEffect {}
}
