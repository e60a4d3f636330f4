package io.nefele.mailbox;

import io.nefele.core.AgentId;
import java.time.Duration;

/** What {@link Interests} wants done. */
public sealed interface InterestEffect {

  record Send(AgentId to, InterestMessage message) implements InterestEffect {}

  /** Tell everybody by gossip that there is a new version of this agent's interests. */
  record Advertise(long version) implements InterestEffect {}

  /** The agent knows that version of this agent's interests, or a later one. */
  record Confirmed(AgentId by, long version) implements InterestEffect {}

  /** Hand {@link InterestInput.AskAgain} in after {@code delay}; replaces an earlier request. */
  record AskAgainSoon(Duration delay) implements InterestEffect {}
}
