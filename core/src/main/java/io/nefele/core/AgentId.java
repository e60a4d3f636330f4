package io.nefele.core;

import java.util.random.RandomGenerator;

/**
 * Who an agent is, for as long as its state directory lives: 50 random bits, so that 10,000 agents
 * that never met collide with a chance of 4 in 100 million. Printed as ten base-32 digits.
 *
 * @param value the id, in the lowest 50 bits
 */
public record AgentId(long value) implements Comparable<AgentId> {
  private static final int DIGITS = 10;
  private static final long MASK = (1L << (5 * DIGITS)) - 1;

  public static final Codec<AgentId> CODEC =
      Codec.of((agent, out) -> out.int64(agent.value), in -> new AgentId(in.int64()));

  public AgentId {
    if ((value & ~MASK) != 0) {
      throw new IllegalArgumentException("an agent id has 50 bits: " + Long.toHexString(value));
    }
  }

  /** A new id drawn from {@code random}. */
  public static AgentId random(RandomGenerator random) {
    return new AgentId(random.nextLong() & MASK);
  }

  /**
   * The id that {@link #toString} printed.
   *
   * @throws IllegalArgumentException if {@code text} is not ten base-32 digits
   */
  public static AgentId parse(String text) {
    if (text.length() != DIGITS) {
      throw new IllegalArgumentException("'" + text + "' is not an agent id: 10 digits expected");
    }
    return new AgentId(Base32.decode(text));
  }

  @Override
  public int compareTo(AgentId other) {
    return Long.compare(value, other.value);
  }

  @Override
  public String toString() {
    return Base32.encode(value, DIGITS);
  }
}
