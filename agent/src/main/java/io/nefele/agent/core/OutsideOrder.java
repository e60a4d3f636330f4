package io.nefele.agent.core;

import io.nefele.core.Bytes;
import io.nefele.core.Codec;
import io.nefele.core.Decoder;
import io.nefele.core.Encoder;
import io.nefele.core.FabricName;
import io.nefele.core.MalformedMessage;
import io.nefele.core.Name;
import io.nefele.core.OutsideRules;
import io.nefele.wire.Address;
import java.util.Optional;

/**
 * Something to be done outside the fabric, by an agent that gets there.
 *
 * @param tenant on whose behalf
 * @param rules what the tenant may reach, as the agent knows that was asked by it
 * @param gatewayOf the fabric whose gateway {@code to} is; none: it is none
 * @param connectMillis when to give up if there is no connection
 * @param timeoutMillis when to give up
 */
public record OutsideOrder(
    Name tenant,
    OutsideRules rules,
    Kind kind,
    Address.Server to,
    Optional<FabricName> gatewayOf,
    Bytes payload,
    int connectMillis,
    int timeoutMillis) {

  /** What is wanted. */
  public enum Kind {
    /** That the payload gets there. */
    SEND,
    /** That, and what comes back. */
    CALL,
    /** To know how far away it is; nothing is sent. */
    MEASURE
  }

  static final Codec<OutsideOrder> CODEC = Codec.of(OutsideOrder::encode, OutsideOrder::decode);

  private static void encode(OutsideOrder order, Encoder out) {
    out.put(Name.CODEC, order.tenant)
        .put(OutsideRules.CODEC, order.rules)
        .int8(order.kind.ordinal())
        .string(order.to.text())
        .optional(FabricName.CODEC, order.gatewayOf)
        .bytes(order.payload)
        .int32(order.connectMillis)
        .int32(order.timeoutMillis);
  }

  private static OutsideOrder decode(Decoder in) throws MalformedMessage {
    Name tenant = in.get(Name.CODEC);
    OutsideRules rules = in.get(OutsideRules.CODEC);
    int kind = in.int8();
    if (kind < 0 || kind >= Kind.values().length) {
      throw in.malformed("nothing to be done outside has number " + kind);
    }
    return new OutsideOrder(
        tenant,
        rules,
        Kind.values()[kind],
        address(in),
        in.optional(FabricName.CODEC),
        in.bytes(),
        in.int32(),
        in.int32());
  }

  private static Address.Server address(Decoder in) throws MalformedMessage {
    String text = in.string();
    try {
      if (Address.parse(text) instanceof Address.Server server) {
        return server;
      }
    } catch (IllegalArgumentException e) {
      throw in.malformed(String.valueOf(e.getMessage()));
    }
    throw in.malformed("'" + text + "' is no server outside the fabric");
  }
}
