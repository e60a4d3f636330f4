package io.nefele.placement;

import static io.nefele.placement.PlacementWorld.CAPACITY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.core.Name;
import io.nefele.core.Priority;
import io.nefele.core.ProcessId;
import io.nefele.core.SeededStreams;
import io.nefele.placement.PlacementEffect.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Who gives way to whom when there is no other room. */
class PreemptionTest {
  private final PlacementWorld world =
      new PlacementWorld(3, new SeededStreams(1).stream("network"));

  private static ProcessTemplate template(int cpuMillis, int priority) {
    return template("tenant", cpuMillis, priority);
  }

  private static ProcessTemplate template(String tenant, int cpuMillis, int priority) {
    return new ProcessTemplate(
        new Name(tenant),
        Optional.empty(),
        new Resources(cpuMillis, 64),
        List.of(Priority.label(priority)),
        List.of(),
        List.of(),
        "/",
        List.of("sleep", "9"),
        Terms.USUAL);
  }

  private void fill(int cpuMillis, int priority) {
    world.request(1, 1, template(cpuMillis, priority), 3 * 4000 / cpuMillis);
    world.run();
    assertEquals(3 * 4000 / cpuMillis, world.placed(1).size());
  }

  private List<ProcessId> preempted() {
    List<ProcessId> all = new ArrayList<>();
    world.servers().forEach(server -> all.addAll(server.preempted));
    return all;
  }

  @Test
  void aHigherPriorityIsPlaced_whereALowerOneGivesWay() {
    fill(1000, 0);
    world.request(2, 2, template(1000, 1), 1);
    world.run();
    assertEquals(1, world.placed(2).size());
    assertEquals(1, preempted().size());
  }

  @Test
  void whatIsFreeAndWhatOthersLeave_countTogether() {
    fill(1000, 0);
    ProcessTemplate small = template(1000, 1);
    ProcessTemplate hungry =
        new ProcessTemplate(
            small.tenant(),
            small.name(),
            new Resources(1000, CAPACITY.memoryBytes() - 3 * 64),
            small.labels(),
            List.of(),
            List.of(),
            "/",
            small.command(),
            Terms.USUAL);
    world.request(2, 2, hungry, 1);
    world.run();
    assertEquals(1, world.placed(2).size());
    assertEquals(1, preempted().size());
  }

  @Test
  void nobodyGivesWay_whereThereIsRoom() {
    world.request(1, 1, template(1000, 0), 11);
    world.run();
    world.request(1, 2, template(1000, 5), 1);
    world.run();
    assertEquals(1, world.placed(2).size());
    assertEquals(List.of(), preempted());
  }

  @Test
  void nobodyGivesWay_toTheSamePriority() {
    fill(1000, 1);
    world.request(1, 2, template(1000, 1), 1);
    world.run();
    world.noRoom(2);
    assertEquals(List.of(), preempted());
  }

  @Test
  void nobodyGivesWay_toAnotherTenant() {
    fill(1000, 0);
    world.request(1, 2, template("other", 1000, 9), 1);
    world.run();
    world.noRoom(2);
    assertEquals(List.of(), preempted());
  }

  @Test
  void allOfASpawnHaveToMatterMore() {
    fill(1000, 1);
    world.request(
        1, 2, List.of(new Component(template(1000, 2), 1), new Component(template(1000, 1), 1)));
    world.run();
    world.noRoom(2);
    assertEquals(List.of(), preempted());
  }

  @Test
  void theLowestGiveWayFirst_andOfThoseTheYoungest() {
    PlacementWorld one = new PlacementWorld(1, new SeededStreams(1).stream("network"));
    int[] priorities = {0, -5, 1, 0};
    for (int i = 0; i < priorities.length; i++) {
      one.request(1, i, template(1000, priorities[i]), 1);
      one.run();
    }
    one.request(1, 9, template(2000, 2), 1);
    one.run();
    assertEquals(
        List.of(one.placed(1).getFirst(), one.placed(3).getFirst()), one.server(1).preempted);
  }

  @Test
  void noMoreGiveWayThanHaveTo() {
    PlacementWorld one = new PlacementWorld(1, new SeededStreams(1).stream("network"));
    one.request(1, 1, template(3000, 0), 1);
    one.run();
    one.request(1, 2, template(500, 0), 2);
    one.run();
    one.request(1, 3, template(3000, 1), 1);
    one.run();
    assertEquals(one.placed(1), one.server(1).preempted);
  }

  @Test
  void nobodyGivesWay_whereThatWouldNotBeEnoughForAll() {
    world.request(1, 1, template(4000, 5), 2);
    world.request(1, 2, template(4000, 0), 1);
    world.run();
    world.request(1, 3, template(4000, 5), 2);
    world.run();
    world.noRoom(3);
    assertEquals(List.of(), preempted());
  }

  @Test
  void nothingRuns_beforeAllThatGiveWayHaveEnded() {
    fill(1000, 0);
    world.servers().forEach(server -> server.yieldSeconds = 5);
    world.request(2, 2, template(4000, 1), 2);
    world.runFor(Duration.ofSeconds(4));
    assertEquals(8, preempted().size());
    assertEquals(List.of(), world.placed(2));
    world.run();
    assertEquals(2, world.placed(2).size());
  }

  @Test
  void whatTheyLeave_goesToNobodyElse() {
    fill(1000, 0);
    world.servers().forEach(server -> server.yieldSeconds = 5);
    world.request(2, 2, template(4000, 1), 3);
    world.runFor(Duration.ofSeconds(7));
    world.request(1, 3, template(100, 1), 1);
    world.run();
    assertEquals(3, world.placed(2).size());
    world.noRoom(3);
  }

  @Test
  void aRequestIsRefused_whereWhatShouldGiveWayDoesNotEnd() {
    fill(1000, 0);
    world.servers().forEach(server -> server.yields = false);
    world.request(2, 2, template(1000, 1), 1);
    world.run();
    assertInstanceOf(Refusal.Declined.class, world.refused.get(2L));
    assertEquals(12, running());
  }

  @Test
  void nothingIsMade_whereTheServerWasDrainedWhileOthersGaveWay() {
    fill(1000, 0);
    world.servers().forEach(server -> server.yieldSeconds = 5);
    world.request(2, 2, template(1000, 1), 1);
    world.runFor(Duration.ofSeconds(2));
    world.servers().forEach(server -> server.input(new PlacementInput.Drained(true)));
    world.run();
    assertEquals(List.of(), world.placed(2));
    assertEquals(11, running());
  }

  @Test
  void aPlanEndsNobody_untilItIsCarriedOut() {
    fill(1000, 0);
    var servers = List.of(List.copyOf(world.agents()));
    world
        .server(1)
        .input(
            new PlacementInput.Requested(
                2, List.of(new Component(template(1000, 1), 1)), Duration.ofSeconds(60), servers));
    world.runFor(Duration.ofSeconds(5));
    Decision plan = Optional.ofNullable(world.planned.get(2L)).orElseThrow();
    assertTrue(plan.preempts());
    assertEquals(List.of(), preempted());
    world.server(1).input(new PlacementInput.CommitPlan(3, plan.key()));
    world.run();
    assertEquals(1, world.placed(3).size());
    assertEquals(1, preempted().size());
  }

  @Test
  void aPlanThatExpires_endsNobody() {
    fill(1000, 0);
    world
        .server(1)
        .input(
            new PlacementInput.Requested(
                2,
                List.of(new Component(template(1000, 1), 1)),
                Duration.ofSeconds(60),
                List.of(List.copyOf(world.agents()))));
    world.run();
    assertEquals(List.of(), preempted());
    world.request(1, 3, template(1000, 1), 1);
    world.run();
    assertEquals(1, world.placed(3).size());
  }

  @Test
  void theRequesterIsLost_whileOthersGiveWay_andNothingStaysHeld() {
    fill(1000, 0);
    world.servers().forEach(server -> server.yieldSeconds = 5);
    world.request(2, 2, template(4000, 1), 2);
    world.runFor(Duration.ofSeconds(3));
    world.crash(2);
    world.run();
    world.request(1, 3, template(1000, 0), 4);
    world.run();
    assertEquals(4, world.placed(3).size());
  }

  private int running() {
    int count = 0;
    for (var server : world.servers()) {
      count += server.running.size();
    }
    return count;
  }
}
