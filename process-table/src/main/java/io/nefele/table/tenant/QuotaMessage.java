package io.nefele.table.tenant;

import io.nefele.core.Codec;
import io.nefele.core.Decoder;
import io.nefele.core.Encoder;
import io.nefele.core.MalformedMessage;
import io.nefele.core.Name;
import java.util.List;

/** What an agent that places processes and the keeper of their tenant's quota tell each other. */
public sealed interface QuotaMessage {

  /**
   * To the keeper: may the tenant have so much more?
   *
   * @param number the asker's own, a new one for each time it asks
   */
  record Reserve(long number, Name tenant, Use use) implements QuotaMessage {}

  /** To the asker: it may, and that is set aside until {@link Settled}. */
  record Granted(long number) implements QuotaMessage {}

  /** To the asker: that would be too much. */
  record Exceeded(long number, String reason) implements QuotaMessage {}

  /** To the asker: it can't be said now; ask again. */
  record TryAgain(long number, String reason) implements QuotaMessage {}

  /** To the keeper: what was set aside has become these processes, or nothing. */
  record Settled(long number, Name tenant, List<UseReport.Placed> processes)
      implements QuotaMessage {}

  Codec<QuotaMessage> CODEC = Codec.of(QuotaMessage::encode, QuotaMessage::decode);

  private static void encode(QuotaMessage message, Encoder out) {
    switch (message) {
      case Reserve(long number, var tenant, var use) ->
          out.int8(1).int64(number).put(Name.CODEC, tenant).put(Use.CODEC, use);
      case Granted(long number) -> out.int8(2).int64(number);
      case Exceeded(long number, var reason) -> out.int8(3).int64(number).string(reason);
      case TryAgain(long number, var reason) -> out.int8(4).int64(number).string(reason);
      case Settled(long number, var tenant, var processes) ->
          out.int8(5).int64(number).put(Name.CODEC, tenant).list(UseReport.Placed.CODEC, processes);
    }
  }

  private static QuotaMessage decode(Decoder in) throws MalformedMessage {
    int type = in.int8();
    long number = in.int64();
    return switch (type) {
      case 1 -> new Reserve(number, in.get(Name.CODEC), in.get(Use.CODEC));
      case 2 -> new Granted(number);
      case 3 -> new Exceeded(number, in.string());
      case 4 -> new TryAgain(number, in.string());
      case 5 -> new Settled(number, in.get(Name.CODEC), in.list(UseReport.Placed.CODEC));
      default -> throw in.malformed("no quota message has type " + type);
    };
  }
}
