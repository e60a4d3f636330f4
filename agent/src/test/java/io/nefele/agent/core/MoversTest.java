package io.nefele.agent.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Name;
import io.nefele.hierarchy.GroupId;
import io.nefele.table.Holdings;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MoversTest {
  private static final AgentId A = new AgentId(1);
  private static final AgentId B = new AgentId(2);
  private static final Instant LATER = Instant.EPOCH.plus(Holdings.FRESH);

  private final Movers movers = new Movers();

  @Test
  void anAgentThatComesToAnotherGroupHasMovedLately() {
    heard(Instant.EPOCH, A, 1);
    heard(LATER, A, 2);
    assertEquals(Set.of(A), movers.recent(LATER));
  }

  @Test
  void afterAMomentItBelongsThere() {
    heard(Instant.EPOCH, A, 1);
    assertEquals(Set.of(A), movers.recent(LATER.minusMillis(1)));
    assertEquals(Set.of(), movers.recent(LATER));
  }

  @Test
  void whoTellsOtherNewsHasNotMoved() {
    heard(Instant.EPOCH, A, 1);
    heard(LATER, A, 1);
    movers.heard(LATER, A, Optional.empty());
    assertEquals(Set.of(), movers.recent(LATER));
  }

  @Test
  void whoMovesAgainIsCountedFromThen() {
    heard(Instant.EPOCH, A, 1);
    heard(Instant.EPOCH.plusMillis(1), B, 1);
    heard(Instant.EPOCH.plusMillis(2), A, 2);
    assertEquals(Set.of(A), movers.recent(LATER.plusMillis(1)));
  }

  @Test
  void whoIsGoneIsAskedForNoMore() {
    heard(Instant.EPOCH, A, 1);
    movers.gone(A);
    assertEquals(Set.of(), movers.recent(Instant.EPOCH));
  }

  private void heard(Instant now, AgentId agent, int number) {
    movers.heard(now, agent, Optional.of(group(number)));
  }

  private static GroupId group(int number) {
    return new GroupId(new Name("compute"), 0, new AgentBoot(new AgentId(9), 1), number);
  }
}
