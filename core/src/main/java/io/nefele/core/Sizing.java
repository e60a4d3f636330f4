package io.nefele.core;

import java.util.Locale;
import java.util.Optional;

/**
 * How it came to what a process is granted.
 *
 * @param program which program it is, if that is known
 * @param cpu where the amount of cpu comes from
 * @param memory where the amount of memory comes from
 */
public record Sizing(Optional<ProgramId> program, Source cpu, Source memory) {
  /** As its caller asked, of a program that nobody has looked at. */
  public static final Sizing AS_ASKED = new Sizing(Optional.empty(), Source.ASKED, Source.ASKED);

  public static final Codec<Sizing> CODEC =
      Codec.of(
          (sizing, out) ->
              out.optional(ProgramId.CODEC, sizing.program)
                  .int8(sizing.cpu.ordinal())
                  .int8(sizing.memory.ordinal()),
          in -> new Sizing(in.optional(ProgramId.CODEC), source(in), source(in)));

  /** Where an amount comes from. What was not asked for is set aside, and limits nothing. */
  public enum Source {
    /** The caller said so, also that there be none. */
    ASKED,
    /** The tenant's default. */
    TENANT,
    /** What the program has used before. */
    HISTORY,
    /** What the binary needs to be loaded. */
    BINARY;

    /** As people read it. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static Source source(Decoder in) throws MalformedMessage {
    int ordinal = in.int8();
    if (ordinal < 0 || ordinal >= Source.values().length) {
      throw in.malformed("no size comes from " + ordinal);
    }
    return Source.values()[ordinal];
  }
}
