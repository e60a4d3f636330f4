package io.nefele.placement;

import io.nefele.core.Codec;
import io.nefele.core.Lifecycle;
import io.nefele.core.ProcessId;
import io.nefele.core.ProcessInput;
import io.nefele.core.Sizing;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a process is to run, beyond what it is granted.
 *
 * @param pids how many processes and threads it may become; 0: no limit of its own
 * @param lifecycle what is done for it beyond starting it once
 * @param supersedes in whose place it is started, the first of them first
 * @param sizing how it came to what it is granted
 * @param shipment the bundle that holds its program, if it comes over the fabric
 */
public record Terms(
    ProcessInput input,
    int pids,
    Lifecycle lifecycle,
    List<ProcessId> supersedes,
    Sizing sizing,
    Optional<Shipment> shipment) {
  /** Of those in whose place a process stands, the latest are remembered. */
  private static final int SUPERSEDED_MAX = 16;

  public static final Terms USUAL = new Terms(new ProcessInput.Empty(), 0, Lifecycle.ONCE);

  static final Codec<Terms> CODEC =
      Codec.of(
          (terms, out) ->
              out.put(ProcessInput.CODEC, terms.input)
                  .int32(terms.pids)
                  .put(Lifecycle.CODEC, terms.lifecycle)
                  .list(ProcessId.CODEC, terms.supersedes)
                  .put(Sizing.CODEC, terms.sizing)
                  .optional(Shipment.CODEC, terms.shipment),
          in ->
              new Terms(
                  in.get(ProcessInput.CODEC),
                  in.int32(),
                  in.get(Lifecycle.CODEC),
                  in.list(ProcessId.CODEC),
                  in.get(Sizing.CODEC),
                  in.optional(Shipment.CODEC)));

  /** Of a process that is started in nobody's place, and granted what was asked for. */
  public Terms(ProcessInput input, int pids, Lifecycle lifecycle) {
    this(input, pids, lifecycle, Sizing.AS_ASKED, Optional.empty());
  }

  /** Of a process that is started in nobody's place. */
  public Terms(
      ProcessInput input,
      int pids,
      Lifecycle lifecycle,
      Sizing sizing,
      Optional<Shipment> shipment) {
    this(input, pids, lifecycle, List.of(), sizing, shipment);
  }

  /** The same of one that is granted what {@code other} says. */
  public Terms with(Sizing other) {
    return new Terms(input, pids, lifecycle, supersedes, other, shipment);
  }

  public Terms {
    if (pids < 0) {
      throw new IllegalArgumentException("a limit of processes is 1 or more, not " + pids);
    }
  }

  /** The same for a process that is started in place of {@code old}. */
  Terms inPlaceOf(ProcessId old) {
    List<ProcessId> all = new ArrayList<>(supersedes);
    all.add(old);
    if (all.size() > SUPERSEDED_MAX) {
      all.removeFirst();
    }
    return new Terms(input, pids, lifecycle, List.copyOf(all), sizing, shipment);
  }
}
