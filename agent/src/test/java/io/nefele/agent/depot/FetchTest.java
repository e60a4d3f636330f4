package io.nefele.agent.depot;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nefele.core.AgentId;
import io.nefele.core.Name;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FetchTest {
  private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");
  private static final Instant LATER = START.plus(Fetch.SILENCE).plusSeconds(1);

  /** By then a question is taken to be lost, even of one that speaks of others. */
  private static final Instant LONG_AFTER = LATER.plus(Fetch.SILENCE);

  private static final AgentId SELF = new AgentId(1);
  private static final AgentId FIRST = new AgentId(2);
  private static final AgentId SECOND = new AgentId(3);

  private final Fetch fetch =
      new Fetch(
          new BundleKey(new Name("tenant"), new DepotWorld.Program("prog", 1).key.id()),
          SELF,
          agent -> true,
          Sources.of(List.of(FIRST, SECOND)),
          START);

  @Test
  void whoIsSilentIsPassedOver() {
    assertEquals(List.of(FIRST), asked(START));
    fetch.tick(LATER);
    assertEquals(List.of(SECOND), asked(LATER));
  }

  @Test
  void whoSaysThatItIsComingIsWaitedFor() {
    assertEquals(List.of(FIRST), asked(START));
    fetch.isComing(FIRST, DepotMessage.MANIFEST, LONG_AFTER.minusSeconds(1));
    fetch.tick(LONG_AFTER);
    assertEquals(List.of(), asked(LONG_AFTER));
  }

  @Test
  void whoSaysSoOfWhatWasNotAskedOfItChangesNothing() {
    assertEquals(List.of(FIRST), asked(START));
    fetch.isComing(SECOND, DepotMessage.MANIFEST, START.plus(Duration.ofSeconds(3)));
    fetch.tick(LATER);
    assertEquals(List.of(SECOND), asked(LATER));
  }

  private List<AgentId> asked(Instant at) {
    return fetch.questions(Optional.empty(), at).stream().map(Fetch.Question::agent).toList();
  }
}
