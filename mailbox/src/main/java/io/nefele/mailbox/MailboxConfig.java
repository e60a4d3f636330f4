package io.nefele.mailbox;

import java.time.Duration;

/**
 * Limits and delays of {@link Mailboxes}.
 *
 * @param retryInitial from sending to the first repetition; doubled at each further one
 * @param retryMax the longest pause between repetitions
 * @param waitingMessagesMax how many unanswered messages to one mailbox an agent keeps
 * @param waitingBytesMax how many bytes of payload those may have, a single message excepted
 * @param inFlightBytesMax how many of those bytes may be on the way at once, likewise
 * @param closedRemembered of how many closed mailboxes the agent still knows what they accepted
 */
public record MailboxConfig(
    Duration retryInitial,
    Duration retryMax,
    int waitingMessagesMax,
    long waitingBytesMax,
    long inFlightBytesMax,
    int closedRemembered) {

  public static final MailboxConfig DEFAULT =
      new MailboxConfig(
          Duration.ofMillis(200), Duration.ofSeconds(5), 1024, 128L << 20, 4L << 20, 10_000);

  public MailboxConfig {
    if (!retryInitial.isPositive() || retryMax.compareTo(retryInitial) < 0) {
      throw new IllegalArgumentException(
          "0 < retryInitial <= retryMax: " + retryInitial + ", " + retryMax);
    }
    if (waitingMessagesMax < 1 || waitingBytesMax < 1 || inFlightBytesMax < 1) {
      throw new IllegalArgumentException("limits of what waits are positive");
    }
    if (closedRemembered < 0) {
      throw new IllegalArgumentException("closedRemembered is negative: " + closedRemembered);
    }
  }
}
