package io.nefele.core;

/**
 * When a process that has ended is started again.
 *
 * @param most how often in a row, a run of {@link #LONG_RUN_MILLIS} or more in between counting as
 *     a new beginning; 0: no limit
 */
public record RestartPolicy(When when, int most) {

  /** After which ends. */
  public enum When {
    NEVER("never"),
    /** If its exit code was not 0, or a signal ended it. */
    ON_FAILURE("on-failure"),
    ALWAYS("always");

    private final String text;

    When(String text) {
      this.text = text;
    }
  }

  public static final RestartPolicy NEVER = new RestartPolicy(When.NEVER, 0);

  /** A process that has run for so long is taken to be well. */
  public static final long LONG_RUN_MILLIS = 10_000;

  private static final long DELAY_MILLIS_MIN = 100;
  private static final long DELAY_MILLIS_MAX = 60_000;

  /** After so many doublings the longest delay is reached for certain. */
  private static final int DOUBLINGS_MAX = 10;

  public static final Codec<RestartPolicy> CODEC =
      Codec.of(
          (policy, out) -> out.int8(policy.when.ordinal()).int32(policy.most),
          in -> {
            int when = in.int8();
            if (when < 0 || when >= When.values().length) {
              throw in.malformed("no restart policy has number " + when);
            }
            return new RestartPolicy(When.values()[when], in.int32());
          });

  public RestartPolicy {
    if (most < 0 || (when == When.NEVER && most > 0)) {
      throw new IllegalArgumentException("a process is not started again " + most + " times");
    }
  }

  /**
   * Reads {@code never}, {@code on-failure[:MAX]} or {@code always[:MAX]}.
   *
   * @throws IllegalArgumentException if it is none of these, in words for people
   */
  public static RestartPolicy parse(String text) {
    int colon = text.indexOf(':');
    String kind = colon < 0 ? text : text.substring(0, colon);
    for (When when : When.values()) {
      if (when.text.equals(kind) && (colon < 0 || when != When.NEVER)) {
        return new RestartPolicy(when, colon < 0 ? 0 : most(text, text.substring(colon + 1)));
      }
    }
    throw new IllegalArgumentException(
        "a restart policy is never, on-failure[:MAX] or always[:MAX], not '" + text + "'");
  }

  private static int most(String text, String number) {
    if (!number.matches("[0-9]{1,6}") || Integer.parseInt(number) < 1) {
      throw new IllegalArgumentException(
          "restart policy '" + text + "': MAX is from 1 to 999999, or left out for no limit");
    }
    return Integer.parseInt(number);
  }

  /** As {@link #parse} reads it. */
  public String text() {
    return when.text + (most > 0 ? ":" + most : "");
  }

  /** Whether a process can ever be started again by it. */
  public boolean restarts() {
    return when != When.NEVER;
  }

  /**
   * Whether a process is started again.
   *
   * @param failed whether it ended in another way than by exit code 0
   * @param attempts how often in a row it was already
   */
  public boolean wants(boolean failed, int attempts) {
    return switch (when) {
          case NEVER -> false;
          case ON_FAILURE -> failed;
          case ALWAYS -> true;
        }
        && (most == 0 || attempts < most);
  }

  /**
   * How long a process waits for its next start: 100 ms the first time, twice that the next, a
   * minute at most.
   *
   * @param attempt the how manieth in a row it is, from 1
   */
  public static long delayMillis(int attempt) {
    int doublings = Math.clamp(attempt - 1L, 0, DOUBLINGS_MAX);
    return Math.min(DELAY_MILLIS_MAX, DELAY_MILLIS_MIN << doublings);
  }
}
