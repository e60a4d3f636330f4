package io.nefele.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.core.AgentId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whom a request asks, and in which order. */
class CirclesTest {
  private static final AgentId HOME = new AgentId(1);
  private static final Resources CAPACITY = new Resources(4000, 4096);

  private final List<Circles.Summary> others = new ArrayList<>();

  private void agent(int number, int freeCpuMillis) {
    others.add(
        new Circles.Summary(
            new AgentId(number),
            CAPACITY,
            new Resources(freeCpuMillis, 4096),
            ServerFacts.NONE,
            number));
  }

  private List<AgentId> asked(Component... components) {
    return Circles.of(List.of(HOME), others, List.of(components)).stream()
        .skip(1)
        .flatMap(List::stream)
        .toList();
  }

  private static Component component(int cpuMillis) {
    return new Component(PlacementWorld.template(cpuMillis, 64), 1);
  }

  @Test
  void theNearestAreAskedFirst() {
    agent(3, 4000);
    agent(2, 4000);
    assertEquals(List.of(new AgentId(2), new AgentId(3)), asked(component(1000)));
  }

  @Test
  void whoTellsOfRoom_isAskedBeforeNearerOnesThatHaveNone() {
    agent(2, 500);
    agent(3, 1000);
    assertEquals(List.of(new AgentId(3), new AgentId(2)), asked(component(1000)));
  }

  @Test
  void whoHasRoomForTheLargest_isAskedThoughManyNearerOnesHaveRoomForTheSmallest() {
    for (int number = 2; number < 1000; number++) {
      agent(number, 200);
    }
    agent(1000, 3000);
    assertEquals(new AgentId(1000), asked(component(100), component(2000)).getFirst());
  }

  @Test
  void whoCouldServeNothingEvenWhenEmpty_isNotAsked() {
    agent(2, 4000);
    assertTrue(asked(component(5000)).isEmpty());
  }
}
