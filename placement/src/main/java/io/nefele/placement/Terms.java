package io.nefele.placement;

import io.nefele.core.Codec;
import io.nefele.core.Lifecycle;
import io.nefele.core.ProcessInput;

/**
 * How a process is to run, beyond what it is granted.
 *
 * @param pids how many processes and threads it may become; 0: no limit of its own
 * @param lifecycle what is done for it beyond starting it once
 */
public record Terms(ProcessInput input, int pids, Lifecycle lifecycle) {
  public static final Terms USUAL = new Terms(new ProcessInput.Empty(), 0, Lifecycle.ONCE);

  static final Codec<Terms> CODEC =
      Codec.of(
          (terms, out) ->
              out.put(ProcessInput.CODEC, terms.input)
                  .int32(terms.pids)
                  .put(Lifecycle.CODEC, terms.lifecycle),
          in -> new Terms(in.get(ProcessInput.CODEC), in.int32(), in.get(Lifecycle.CODEC)));

  public Terms {
    if (pids < 0) {
      throw new IllegalArgumentException("a limit of processes is 1 or more, not " + pids);
    }
  }
}
