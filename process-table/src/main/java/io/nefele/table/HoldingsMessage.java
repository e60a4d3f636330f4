package io.nefele.table;

import io.nefele.core.Codec;
import io.nefele.core.Decoder;
import io.nefele.core.Encoder;
import io.nefele.core.MalformedMessage;
import io.nefele.core.Name;
import java.util.List;

/** What is said of who has anything in which group. Any of it may be lost, late, or come twice. */
public sealed interface HoldingsMessage {

  /**
   * A leader to those that keep count.
   *
   * @param group what people call its group, the same as the label of its {@link
   *     QueryInput.Subtree}
   * @param version grows in the life of the sender
   * @param tenants all that have rows in the group, sorted
   */
  record Summary(String group, long version, List<Name> tenants) implements HoldingsMessage {
    public Summary {
      tenants = List.copyOf(tenants);
    }
  }

  /** The summary of that version holds. */
  record Same(String group, long version) implements HoldingsMessage {}

  /** The summary of that version is not known here: tell it. */
  record Unknown() implements HoldingsMessage {}

  /**
   * In which groups is there nothing of {@code tenant}?
   *
   * @param question the asker's number for it
   */
  record Ask(long question, Name tenant) implements HoldingsMessage {}

  /** The groups in which there is nothing, as far as is known for certain. */
  record Nothing(long question, List<String> groups) implements HoldingsMessage {
    public Nothing {
      groups = List.copyOf(groups);
    }
  }

  Codec<HoldingsMessage> CODEC = Codec.of(HoldingsMessage::encode, HoldingsMessage::decode);

  private static void encode(HoldingsMessage message, Encoder out) {
    switch (message) {
      case Summary m -> out.int8(1).string(m.group).int64(m.version).list(Name.CODEC, m.tenants);
      case Same m -> out.int8(2).string(m.group).int64(m.version);
      case Unknown() -> out.int8(3);
      case Ask m -> out.int8(4).int64(m.question).put(Name.CODEC, m.tenant);
      case Nothing m -> out.int8(5).int64(m.question).list(LABEL, m.groups);
    }
  }

  private static HoldingsMessage decode(Decoder in) throws MalformedMessage {
    int kind = in.int8();
    return switch (kind) {
      case 1 -> new Summary(in.string(), in.int64(), in.list(Name.CODEC));
      case 2 -> new Same(in.string(), in.int64());
      case 3 -> new Unknown();
      case 4 -> new Ask(in.int64(), in.get(Name.CODEC));
      case 5 -> new Nothing(in.int64(), in.list(LABEL));
      default -> throw in.malformed("no message about holdings has kind " + kind);
    };
  }

  Codec<String> LABEL = Codec.of((label, out) -> out.string(label), Decoder::string);
}
