package io.nefele.mailbox;

/**
 * How much one mailbox may hold. A single message is admitted into an empty mailbox whatever its
 * size.
 *
 * @param messagesMax messages waiting
 * @param bytesMax bytes of their payloads
 */
public record StoreLimits(long messagesMax, long bytesMax) {

  public static final StoreLimits DEFAULT = new StoreLimits(100_000, 256L << 20);

  public StoreLimits {
    if (messagesMax < 1 || bytesMax < 1) {
      throw new IllegalArgumentException(
          "a mailbox holds at least one message and one byte: " + messagesMax + ", " + bytesMax);
    }
  }

  /** Whether another message of {@code payloadBytes} fits on top of what is pending. */
  public boolean admit(long pending, long pendingBytes, int payloadBytes) {
    return pending == 0 || (pending < messagesMax && pendingBytes + payloadBytes <= bytesMax);
  }
}
