package io.nefele.gossip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.core.AgentId;
import io.nefele.core.SeededStreams;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;
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

  @Test
  void membersAtOneDistanceAreNotToldApartHoweverLateTheirAnswersCome() {
    AgentId other = new AgentId(1001);
    RandomGenerator random = new SeededStreams(2).stream("delays");
    for (int answer = 0; answer < 10; answer++) {
      vivaldi.observe(STRANGER, settled, Duration.ofMillis(5 + random.nextInt(40)));
      vivaldi.observe(other, settled, Duration.ofMillis(5));
    }
    vivaldi.observe(STRANGER, settled, Duration.ofMillis(5));
    for (int answer = 0; answer < 3; answer++) {
      vivaldi.observe(STRANGER, settled, Duration.ofMillis(45));
    }

    assertTrue(vivaldi.measured(STRANGER).orElseThrow().toMillis() > 40);
    RttComparison rtt = compare(STRANGER, other);
    assertEquals(rtt.near(), rtt.far());
  }

  @Test
  void aMemberThatIsFarIsToldFromANearOne() {
    AgentId near = new AgentId(1001);
    for (int answer = 0; answer < 5; answer++) {
      vivaldi.observe(STRANGER, settled, Duration.ofMillis(80 + answer));
    }
    vivaldi.observe(near, settled, Duration.ofMillis(1));

    assertEquals(
        new RttComparison(Duration.ofMillis(80), Duration.ofMillis(1)), compare(STRANGER, near));
  }

  @Test
  void estimatesAreComparedByHowWrongTheyMayBe() {
    AgentId near = new AgentId(1001);
    Coordinate unsure = new Coordinate(40, 0, 0, 0, 1, 0.5f);
    Coordinate here = vivaldi.coordinate();

    RttComparison rtt =
        vivaldi.compare(STRANGER, Optional.of(unsure), near, Optional.of(here)).orElseThrow();

    assertTrue(rtt.far().compareTo(here.distanceTo(unsure)) < 0);
    assertTrue(rtt.near().compareTo(here.distanceTo(here)) >= 0);
  }

  @Test
  void nothingIsSaidOfAMemberOfWhichNothingIsKnown() {
    assertEquals(
        Optional.empty(),
        vivaldi.compare(STRANGER, Optional.empty(), new AgentId(1), Optional.of(settled)));
  }

  private RttComparison compare(AgentId far, AgentId near) {
    return vivaldi.compare(far, Optional.empty(), near, Optional.empty()).orElseThrow();
  }
}
