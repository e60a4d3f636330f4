package io.nefele.agent.core;

import io.nefele.core.AgentBoot;
import io.nefele.core.Codec;
import io.nefele.core.ProcessId;
import java.util.ArrayList;
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
    Item {
      if (fate != Fate.REFUSED && !why.isEmpty()) {
        throw new IllegalArgumentException(fate + " has no reason, such as: " + why);
      }
    }

    /** For mailboxes of one life of an agent. */
    static Codec<Item> codec(AgentBoot boot) {
      return Codec.of(
          (item, out) -> {
            out.int32(item.mailbox.counter()).int8(item.fate.ordinal());
            if (item.fate == Fate.REFUSED) {
              out.string(item.why);
            }
          },
          in -> {
            ProcessId mailbox = new ProcessId(boot, in.int32());
            int number = in.int8();
            if (number < 0 || number >= Fate.values().length) {
              throw in.malformed("no fate of a message has number " + number);
            }
            Fate fate = Fate.values()[number];
            return new Item(mailbox, fate, fate == Fate.REFUSED ? in.string() : "");
          });
    }
  }

  /** Items of one life of an agent, of which that is said once: there may be thousands of them. */
  private record Run(AgentBoot boot, List<Item> items) {
    static final Codec<Run> CODEC =
        Codec.of(
            (run, out) -> out.put(AgentBoot.CODEC, run.boot).list(Item.codec(run.boot), run.items),
            in -> {
              AgentBoot boot = in.get(AgentBoot.CODEC);
              return new Run(boot, in.list(Item.codec(boot)));
            });
  }

  static final Codec<PostReply> CODEC =
      Codec.of(
          (reply, out) -> out.list(Run.CODEC, reply.runs()),
          in ->
              new PostReply(
                  in.list(Run.CODEC).stream().flatMap(run -> run.items.stream()).toList()));

  private List<Run> runs() {
    List<Run> runs = new ArrayList<>();
    for (Item item : items) {
      AgentBoot boot = item.mailbox.boot();
      if (runs.isEmpty() || !runs.getLast().boot.equals(boot)) {
        runs.add(new Run(boot, new ArrayList<>()));
      }
      runs.getLast().items.add(item);
    }
    return runs;
  }

  PostReply {
    items = List.copyOf(items);
  }
}
