package io.nefele.table;

import io.nefele.core.Bytes;
import io.nefele.core.Codec;

/**
 * By what a process is started again, or checked. It travels with the row, so that it outlives the
 * agent, but is left out of answers to questions.
 *
 * @param template what is started, as its agent writes it
 * @param attempts how often in a row it was started again
 */
public record Revival(Bytes template, int attempts) {
  static final Codec<Revival> CODEC =
      Codec.of(
          (revival, out) -> out.bytes(revival.template).int32(revival.attempts),
          in -> new Revival(in.bytes(), in.int32()));

  /** The same, tried once more or from the beginning. */
  public Revival withAttempts(int now) {
    return new Revival(template, now);
  }
}
