package io.nefele.table.tenant;

import io.nefele.core.AgentId;
import io.nefele.core.Codec;
import io.nefele.core.ProcessId;
import java.util.List;

/**
 * What one agent answers to a keeper that counts what a tenant uses.
 *
 * @param bound whether the agent takes the asker for the keeper, and no other for the time of a
 *     lease
 * @param use of the processes of its server, those among them that are being made
 * @param epoch of the agent, and
 * @param counter the last that it gave to a process: all up to it are in {@code use}, or have ended
 * @param open what was set aside for requests of its own that are not settled
 * @param placed what lately has become of others, some of which its server may not have counted yet
 * @param lost what the processes of agents use that are gone, as far as this one holds their rows
 */
public record UseReport(
    boolean bound,
    Use use,
    int epoch,
    int counter,
    List<Open> open,
    List<Placed> placed,
    List<Lost> lost) {

  /**
   * @param granted whether the asker has been told that it may
   */
  public record Open(long number, Use use, boolean granted) {
    static final Codec<Open> CODEC =
        Codec.of(
            (open, out) -> out.int64(open.number).put(Use.CODEC, open.use).bool(open.granted),
            in -> new Open(in.int64(), in.get(Use.CODEC), in.bool()));
  }

  public record Placed(ProcessId process, Use each) {
    static final Codec<Placed> CODEC =
        Codec.of(
            (placed, out) -> out.put(ProcessId.CODEC, placed.process).put(Use.CODEC, placed.each),
            in -> new Placed(in.get(ProcessId.CODEC), in.get(Use.CODEC)));
  }

  public record Lost(AgentId agent, Use use) {
    static final Codec<Lost> CODEC =
        Codec.of(
            (lost, out) -> out.int64(lost.agent.value()).put(Use.CODEC, lost.use),
            in -> new Lost(new AgentId(in.int64()), in.get(Use.CODEC)));
  }

  public static final Codec<UseReport> CODEC =
      Codec.of(
          (report, out) ->
              out.bool(report.bound)
                  .put(Use.CODEC, report.use)
                  .int32(report.epoch)
                  .int32(report.counter)
                  .list(Open.CODEC, report.open)
                  .list(Placed.CODEC, report.placed)
                  .list(Lost.CODEC, report.lost),
          in ->
              new UseReport(
                  in.bool(),
                  in.get(Use.CODEC),
                  in.int32(),
                  in.int32(),
                  in.list(Open.CODEC),
                  in.list(Placed.CODEC),
                  in.list(Lost.CODEC)));

  /** Whether this report knows of {@code process}, a process of its agent. */
  boolean covers(ProcessId process) {
    int theirs = process.boot().epoch();
    return epoch > theirs || epoch == theirs && counter >= process.counter();
  }
}
