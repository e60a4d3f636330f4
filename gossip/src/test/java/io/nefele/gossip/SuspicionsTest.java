package io.nefele.gossip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.core.Endpoint;
import io.nefele.core.SeededStreams;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SuspicionsTest {
  private static final AgentId SELF = new AgentId(0);
  private static final AgentId SUSPECT = new AgentId(1);

  private final MemberTable table = new MemberTable();
  private final Outbox outbox = new Outbox();
  private final Suspicions suspicions =
      new Suspicions(
          GossipConfig.defaults(), SELF, table, outbox, new SeededStreams(1).stream("suspicions"));
  private Instant now = Instant.EPOCH;

  @BeforeEach
  void tenMembers() {
    for (int agent = 0; agent < 10; agent++) {
      table.put(
          new Member(
              new AgentBoot(new AgentId(agent), 1),
              new Endpoint("10.0.0.1", 7000 + agent),
              0,
              MemberState.ALIVE,
              Bytes.EMPTY,
              Coordinate.ORIGIN),
          now);
    }
  }

  @Test
  void aSuspectIsAskedFourTimesInThePeriodBeforeItIsRemoved() {
    suspicions.start(SUSPECT, accusedBy(2, Evidence.SILENCE), now);
    now = now.plus(nextTimer());
    Instant firstAsked = now;
    for (int look = 0; look < 4; look++) {
      assertFalse(suspicions.expired(SUSPECT, now));
      assertEquals(List.of(SUSPECT), suspicions.drainToAsk());
      now = now.plus(nextTimer());
    }
    assertTrue(suspicions.expired(SUSPECT, now));
    assertEquals(Duration.ofSeconds(1), Duration.between(firstAsked, now));
  }

  @Test
  void aSuspectIsAskedAlsoIfWhatShortensItsTimeComesLate() {
    suspicions.start(SUSPECT, accusedBy(2, Evidence.SILENCE), now);
    now = now.plusSeconds(8);
    for (int accuser = 3; accuser < 6; accuser++) {
      suspicions.confirm(SUSPECT, accusedBy(accuser, Evidence.SILENCE), now);
    }
    assertEquals(Duration.ZERO, nextTimer());
    assertFalse(suspicions.expired(SUSPECT, now));
    assertEquals(List.of(SUSPECT), suspicions.drainToAsk());
    assertEquals(Duration.ofMillis(250), nextTimer());
  }

  @Test
  void nobodyIsAskedWhoseServerRefusesConnections() {
    suspicions.start(SUSPECT, accusedBy(2, Evidence.REFUSAL), now);
    suspicions.confirm(SUSPECT, accusedBy(3, Evidence.REFUSAL), now);
    now = now.plus(nextTimer());
    assertTrue(suspicions.expired(SUSPECT, now));
    assertEquals(List.of(), suspicions.drainToAsk());
  }

  private static News.Accusation accusedBy(int agent, Evidence evidence) {
    return new News.Accusation(new AgentId(agent), evidence);
  }

  /** The delay of the timer that was set last. */
  private Duration nextTimer() {
    return outbox.drain().stream()
        .filter(GossipEffect.SetTimer.class::isInstance)
        .map(GossipEffect.SetTimer.class::cast)
        .reduce((earlier, later) -> later)
        .orElseThrow()
        .delay();
  }
}
