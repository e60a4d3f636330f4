package io.nefele.wire;

import io.nefele.core.Codec;
import io.nefele.core.Decoder;
import io.nefele.core.Encoder;
import java.util.List;

/**
 * How a placement was decided.
 *
 * @param asked how many processes were asked for
 * @param fitting for how many there was room
 * @param offers all offers, the chosen first
 * @param circles how many circles of agents were asked, one after the other
 * @param agents how many agents were asked
 * @param silent who was asked and did not answer in time
 * @param tries how often it was begun, as others were quicker
 * @param tookMicros from the request to the decision
 * @param lacking what would have had to differ, for people; empty if there was room for all
 * @param filled what was set aside though the request did not say so
 */
public record PlacingRow(
    int asked,
    int fitting,
    List<OfferRow> offers,
    int circles,
    int agents,
    List<String> silent,
    int tries,
    long tookMicros,
    String lacking,
    List<FilledRow> filled) {

  /**
   * What was filled in for each process of a kind.
   *
   * @param command what is run, for people
   * @param resource {@code cpu}, in thousandths of a core, or {@code mem}, in bytes
   * @param from tenant, history or binary
   * @param why for people
   * @param kept whether it was set aside; not if no server had as much to give, which only cpu is
   *     let off for
   */
  public record FilledRow(
      String command, String resource, long amount, String from, String why, boolean kept) {}

  private static final Codec<FilledRow> FILLED =
      Codec.of(
          (FilledRow row, Encoder out) ->
              out.string(row.command)
                  .string(row.resource)
                  .int64(row.amount)
                  .string(row.from)
                  .string(row.why)
                  .bool(row.kept),
          (Decoder in) ->
              new FilledRow(
                  in.string(), in.string(), in.int64(), in.string(), in.string(), in.bool()));

  /**
   * What an agent offered, and what became of it.
   *
   * @param agent its name and id
   * @param group its group at level 0, empty if not known
   * @param given how many processes it gets
   * @param runnerUp whether it would have been taken next
   * @param cpuMillisFree what it had to give when it was asked, in thousandths of a core
   * @param why for people
   */
  public record OfferRow(
      String agent,
      String group,
      int given,
      boolean runnerUp,
      int cpuMillisFree,
      long memoryBytesFree,
      String why) {}

  private static final Codec<OfferRow> OFFER =
      Codec.of(
          (OfferRow row, Encoder out) ->
              out.string(row.agent)
                  .string(row.group)
                  .int32(row.given)
                  .bool(row.runnerUp)
                  .int32(row.cpuMillisFree)
                  .int64(row.memoryBytesFree)
                  .string(row.why),
          (Decoder in) ->
              new OfferRow(
                  in.string(),
                  in.string(),
                  in.int32(),
                  in.bool(),
                  in.int32(),
                  in.int64(),
                  in.string()));

  public static final Codec<PlacingRow> CODEC =
      Codec.of(
          (row, out) ->
              out.int32(row.asked)
                  .int32(row.fitting)
                  .list(OFFER, row.offers)
                  .int32(row.circles)
                  .int32(row.agents)
                  .list(Frame.STRING, row.silent)
                  .int32(row.tries)
                  .int64(row.tookMicros)
                  .string(row.lacking)
                  .list(FILLED, row.filled),
          in ->
              new PlacingRow(
                  in.int32(),
                  in.int32(),
                  in.list(OFFER),
                  in.int32(),
                  in.int32(),
                  in.list(Frame.STRING),
                  in.int32(),
                  in.int64(),
                  in.string(),
                  in.list(FILLED)));
}
