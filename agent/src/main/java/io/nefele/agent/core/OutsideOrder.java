package io.nefele.agent.core;

import io.nefele.core.Bytes;
import io.nefele.core.Codec;
import io.nefele.core.Decoder;
import io.nefele.core.Encoder;
import io.nefele.core.MalformedMessage;
import io.nefele.core.Name;
import io.nefele.core.OutsideRules;
import io.nefele.wire.Address;

/**
 * Something to be done outside the fabric, by an agent that gets there.
 *
 * @param tenant on whose behalf
 * @param rules what the tenant may reach, as the agent knows that was asked by it
 * @param timeoutMillis when to give up
 */
public record OutsideOrder(
    Name tenant,
    OutsideRules rules,
    Kind kind,
    Address.Outside to,
    Bytes payload,
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
        .bytes(order.payload)
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
        tenant, rules, Kind.values()[kind], address(in), in.bytes(), in.int32());
  }

  private static Address.Outside address(Decoder in) throws MalformedMessage {
    String text = in.string();
    try {
      if (Address.parse(text) instanceof Address.Outside outside) {
        return outside;
      }
    } catch (IllegalArgumentException e) {
      throw in.malformed(String.valueOf(e.getMessage()));
    }
    throw in.malformed("'" + text + "' is not outside the fabric");
  }
}
