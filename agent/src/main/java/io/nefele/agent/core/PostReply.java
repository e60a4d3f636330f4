package io.nefele.agent.core;

import io.nefele.core.Codec;
import io.nefele.core.ProcessId;
import java.util.List;

/** What an agent reports of a message that it has put into its mailboxes. */
record PostReply(List<Item> items) {

  /** What became of the message. */
  enum Fate {
    STORED,
    /** Stored, and an older one is gone for it. */
    STORED_DROPPING,
    /** It waits at the agent until there is room. */
    WAITING,
    REFUSED
  }

  /**
   * @param why it was refused, as a person reads it; else empty
   */
  record Item(ProcessId mailbox, Fate fate, String why) {
    private static final Codec<Item> CODEC =
        Codec.of(
            (item, out) ->
                out.put(ProcessId.CODEC, item.mailbox).int8(item.fate.ordinal()).string(item.why),
            in -> {
              ProcessId mailbox = in.get(ProcessId.CODEC);
              int fate = in.int8();
              if (fate < 0 || fate >= Fate.values().length) {
                throw in.malformed("no fate of a message has number " + fate);
              }
              return new Item(mailbox, Fate.values()[fate], in.string());
            });
  }

  static final Codec<PostReply> CODEC =
      Codec.of(
          (reply, out) -> out.list(Item.CODEC, reply.items),
          in -> new PostReply(in.list(Item.CODEC)));

  PostReply {
    items = List.copyOf(items);
  }
}
