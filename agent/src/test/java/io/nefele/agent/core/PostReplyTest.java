package io.nefele.agent.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.nefele.agent.core.PostReply.Fate;
import io.nefele.agent.core.PostReply.Item;
import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.MalformedMessage;
import io.nefele.core.ProcessId;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class PostReplyTest {
  @Property
  void whatIsReportedIsRead(@ForAll("items") List<Item> items) throws MalformedMessage {
    PostReply reply = new PostReply(items);

    assertEquals(reply, PostReply.CODEC.fromBytes(PostReply.CODEC.toBytes(reply)));
  }

  @Test
  void aMailboxMoreAtAnAgentTakesFiveBytes() {
    AgentBoot boot = new AgentBoot(new AgentId(7), 1);
    int one = PostReply.CODEC.toBytes(stored(boot, 1)).size();
    int thousand = PostReply.CODEC.toBytes(stored(boot, 1_000)).size();

    assertEquals(999 * 5, thousand - one);
  }

  @Test
  void onlyARefusalHasAReason() {
    ProcessId mailbox = new ProcessId(new AgentBoot(new AgentId(7), 1), 1);

    assertThrows(
        IllegalArgumentException.class, () -> new Item(mailbox, Fate.STORED, "it is full"));
  }

  private static PostReply stored(AgentBoot boot, int count) {
    return new PostReply(
        IntStream.rangeClosed(1, count)
            .mapToObj(counter -> new Item(new ProcessId(boot, counter), Fate.STORED, ""))
            .toList());
  }

  @Provide
  Arbitrary<List<Item>> items() {
    Arbitrary<AgentBoot> boots =
        Combinators.combine(Arbitraries.longs().between(1, 3), Arbitraries.integers().between(1, 2))
            .as((agent, epoch) -> new AgentBoot(new AgentId(agent), epoch));
    return Combinators.combine(
            boots, Arbitraries.integers().between(1, 9), Arbitraries.of(Fate.class))
        .as(
            (boot, counter, fate) ->
                new Item(new ProcessId(boot, counter), fate, fate == Fate.REFUSED ? "full" : ""))
        .list()
        .ofMaxSize(20);
  }
}
