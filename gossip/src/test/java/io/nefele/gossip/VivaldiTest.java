package io.nefele.gossip;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.core.AgentId;
import io.nefele.core.SeededStreams;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VivaldiTest {
  private static final AgentId STRANGER = new AgentId(1000);

  private final Vivaldi vivaldi = new Vivaldi(new SeededStreams(1).stream("vivaldi"));
  private Coordinate settled = Coordinate.ORIGIN;

  /** Many members at half a millisecond, each heard of once. */
  @BeforeEach
  void settle() {
    for (int peer = 0; peer < 100; peer++) {
      vivaldi.observe(new AgentId(peer), settled, Duration.ofNanos(500_000));
    }
    settled = vivaldi.coordinate();
  }

  @Test
  void oneLateAnswerOfAMemberThatWasNeverHeardOfThrowsNobodyOutOfItsPlace() {
    vivaldi.observe(STRANGER, settled, Duration.ofMillis(900));
    double moved = vivaldi.coordinate().millisTo(settled) - settled.millisTo(settled);
    assertTrue(moved < 10, () -> "it moved by " + moved + " ms");
  }

  @Test
  void aMemberThatIsFarIsBelievedToBeOnceItHasAnsweredOften() {
    for (int answer = 0; answer < 30; answer++) {
      vivaldi.observe(STRANGER, settled, Duration.ofMillis(80));
    }
    double distance = vivaldi.coordinate().millisTo(settled);
    assertTrue(distance > 60, () -> "it is " + distance + " ms away");
  }
}
