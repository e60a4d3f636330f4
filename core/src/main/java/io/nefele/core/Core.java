package io.nefele.core;

import java.time.Instant;
import java.util.List;

/**
 * A deterministic state machine: the shape of all protocol logic in Nefele.
 *
 * <p>A core reads no clock, starts no thread, does no I/O and draws randomness only from the seeded
 * generator it was given. Two cores that were built alike and saw the same inputs at the same times
 * return the same effects; the simulator and the agent run the very same objects.
 *
 * <p>Not thread-safe: one caller at a time, in the order of {@code now}.
 *
 * @param <I> the inputs, a sealed interface
 * @param <E> the effects, a sealed interface
 */
public interface Core<I, E> {

  /**
   * Takes one input and says what has to be done about it.
   *
   * @param now the agent's own monotonic time; never runs backwards between calls, is not
   *     comparable between agents
   * @param input what happened
   * @return the effects, to be executed in this order; a persist completes before the effects that
   *     stand after it
   * @throws InvariantViolation if the core finds itself in a state that its rules exclude
   */
  List<E> step(Instant now, I input);
}
