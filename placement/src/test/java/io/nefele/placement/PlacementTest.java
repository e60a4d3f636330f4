package io.nefele.placement;

import static io.nefele.placement.PlacementWorld.CAPACITY;
import static io.nefele.placement.PlacementWorld.template;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.core.AgentId;
import io.nefele.core.ProcessId;
import io.nefele.core.SeededStreams;
import io.nefele.placement.PlacementEffect.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlacementTest {
  private final PlacementWorld world =
      new PlacementWorld(5, new SeededStreams(1).stream("network"));

  @Test
  void processesAreSpreadEvenlyOverEqualServers() {
    world.request(1, 7, template(100, 64), 10);
    world.run();
    for (var server : world.servers()) {
      assertEquals(2, server.running.size());
    }
    assertEquals(10, world.placed(7).size());
  }

  @Test
  void oneProcessStaysAtHomeAmongEqualServers() {
    world.request(3, 7, template(100, 64), 1);
    world.run();
    assertEquals(List.copyOf(world.server(3).running), world.placed(7));
  }

  @Test
  void singleProcessesLeaveHomeOnceItIsBusierThanItsNeighbours() {
    for (long token = 1; token <= 100; token++) {
      world.request(3, token, template(0, 0), 1);
      world.run();
    }
    for (var server : world.servers()) {
      assertTrue(server.running.size() >= 16, () -> server.boot + " has " + server.running.size());
    }
  }

  @Test
  void theFullestServerIsNotAskedToTakeMore() {
    world.request(1, 1, template(3000, 64), 1);
    world.run();
    world.request(1, 2, template(2000, 64), 4);
    world.run();
    assertEquals(1, world.server(1).running.size());
    assertEquals(4, world.placed(2).size());
  }

  @Test
  void aRequestThatDoesNotFitIsRefusedWithTheClosestFitAndHoldsNothing() {
    world.request(1, 7, template(3000, 64), 6);
    world.run();
    var refusal = world.noRoom(7);
    assertEquals(6, refusal.asked());
    assertEquals(5, refusal.fitting());
    assertEquals(CAPACITY, refusal.largestFree());
    assertNothingHeld();
  }

  @Test
  void dissimilarProcessesComeBackInTheOrderOfTheirComponents() {
    List<Component> cluster =
        List.of(
            new Component(template(100, 64), 7),
            new Component(template(3500, 64), 3),
            new Component(template(400, 4000), 2));
    world.request(2, 7, cluster);
    world.run();
    List<ProcessId> placed = world.placed(7);
    assertEquals(12, placed.stream().distinct().count());
    int next = 0;
    for (Component component : cluster) {
      for (int i = 0; i < component.count(); i++) {
        ProcessId process = placed.get(next++);
        var server = world.server(process.agent());
        assertEquals(component.template(), server.made.get(process));
      }
    }
  }

  @Test
  void smallProcessesDoNotTakeTheRoomOfLargeOnes() {
    List<Component> cluster =
        List.of(new Component(template(2000, 64), 5), new Component(template(4000, 64), 2));
    world.request(1, 7, cluster);
    world.run();
    assertEquals(7, world.placed(7).size());
  }

  @Test
  void aClusterOfWhichOneKindDoesNotFitIsRefusedAsAWhole() {
    Resources large = new Resources(4000, 64);
    List<Component> cluster =
        List.of(new Component(template(100, 64), 3), new Component(template(4000, 64), 6));
    world.request(1, 7, cluster);
    world.run();
    var refusal = world.noRoom(7);
    assertEquals(large, refusal.each());
    assertNothingHeld();
  }

  @Test
  void ifOneServerCannotMakeItsShareNoneRuns() {
    world.server(4).prepares = false;
    world.request(1, 7, template(100, 64), 10);
    world.run();
    assertEquals(Map.of(7L, new Refusal.Declined("command not found")), world.refused);
    assertNothingHeld();
  }

  @Test
  void whatTakesLongToMakeIsWaitedForAsLongAsItGoesOn() {
    world.server(2).prepareSeconds = 40;
    world.request(1, 7, template(100, 64), 10);
    world.run();
    assertEquals(10, world.placed(7).size());
    assertEquals(2, world.server(2).running.size());
  }

  @Test
  void whoeverIsStillMakingWhatIsCalledOffHearsOfIt() {
    world.server(2).prepareSeconds = 40;
    world.request(1, 7, template(100, 64), 10);
    world.later(
        Duration.ofSeconds(20), () -> world.server(1).input(new PlacementInput.Cancelled(7)));
    world.run();
    assertEquals(1, world.server(2).unprepared.size());
    assertNothingHeld();
  }

  @Test
  void theNextCircleIsAskedOnlyIfTheFirstCannotServe() {
    List<List<AgentId>> circles =
        List.of(
            List.of(new AgentId(1), new AgentId(2)),
            List.of(new AgentId(3), new AgentId(4), new AgentId(5)));
    List<Component> four = List.of(new Component(template(2000, 0), 4));
    world.server(1).input(new PlacementInput.Requested(1, four, Duration.ZERO, circles));
    world.run();
    assertEquals(2, world.server(2).running.size());
    world.server(1).input(new PlacementInput.Requested(2, four, Duration.ZERO, circles));
    world.run();
    assertEquals(4, world.placed(2).size());
  }

  @Test
  void aSilentServerDelaysButDoesNotHinder() {
    world.server(5).up = false;
    world.request(1, 7, template(100, 64), 8);
    world.run();
    assertEquals(8, world.placed(7).size());
  }

  @Test
  void anAbortEndsProcessesOfARequestThatARestartedServerNoLongerKnows() {
    var server = world.server(2);
    ProcessId survivor = new ProcessId(server.boot, 77);
    server.running.add(survivor);
    server.input(
        new PlacementInput.Adopted(
            survivor, new Resources(100, 64), template(0, 0).tags(), Optional.empty()));
    RequestKey unknown = new RequestKey(world.server(1).boot, 5);
    server.input(
        new PlacementInput.Received(
            new AgentId(1), new PlacementMessage.Abort(unknown, List.of(survivor))));
    world.run();
    assertNothingHeld();
  }

  @Test
  void whatIsCalledOffWhileItIsMadeTakesItsRoomUntilItHasEnded() {
    var server = world.server(2);
    commitAll(server, 1);
    server.input(
        new PlacementInput.Received(
            new AgentId(1), new PlacementMessage.Abort(requestOfFirst(1), List.of())));
    commitAll(server, 2);
    world.run();
    assertEquals(1, server.made.size());
    assertTrue(server.running.isEmpty());
    commitAll(server, 3);
    world.run();
    assertEquals(2, server.made.size());
  }

  /** The first server commits all that {@code server} has. */
  private void commitAll(PlacementWorld.Server server, int request) {
    List<Component> all = List.of(new Component(template(CAPACITY.cpuMillis(), 64), 1));
    server.input(
        new PlacementInput.Received(
            new AgentId(1),
            new PlacementMessage.Commit(
                requestOfFirst(request), all, false, List.of(server.boot.agent()))));
  }

  private RequestKey requestOfFirst(int number) {
    return new RequestKey(world.server(1).boot, number);
  }

  @Property(tries = 300)
  void whatWasAnsweredRunsAndNothingElseDoesWhateverTheNetworkLoses(
      @ForAll long seed, @ForAll @IntRange(max = 60) int lossPercent) {
    PlacementWorld lossy = new PlacementWorld(5, new SeededStreams(seed).stream("network"));
    var workload = new SeededStreams(seed).stream("workload");
    lossy.lossPercent = lossPercent;
    for (long token = 1; token <= 10; token++) {
      long request = token;
      int at = 1 + workload.nextInt(5);
      int count = 1 + workload.nextInt(12);
      List<Component> components = new ArrayList<>();
      for (int kinds = 1 + workload.nextInt(3); kinds > 0; kinds--) {
        var template = template(workload.nextInt(1500), workload.nextInt(2000));
        components.add(new Component(template, 1 + count / kinds));
      }
      lossy.later(
          Duration.ofMillis(workload.nextInt(2000)), () -> lossy.request(at, request, components));
    }
    lossy.run();
    assertEquals(10, lossy.placed.size() + lossy.refused.size());
    List<ProcessId> answered = lossy.placed.values().stream().flatMap(List::stream).toList();
    for (var server : lossy.servers()) {
      List<ProcessId> here =
          answered.stream().filter(p -> p.boot().equals(server.boot)).sorted().toList();
      assertEquals(List.of(), List.copyOf(server.gated));
      assertEquals(here, List.copyOf(server.running));
      List.copyOf(server.running).forEach(p -> server.input(new PlacementInput.Ended(p)));
      assertEquals(CAPACITY, server.placement.free());
    }
  }

  @Property(tries = 400)
  void participantsOfALostRequesterFinishOrAbortTogether(
      @ForAll long seed,
      @ForAll @IntRange(max = 60) int crashAfterMillis,
      @ForAll @IntRange(max = 40) int lossPercent,
      @ForAll boolean requesterTakesPart) {
    PlacementWorld crashing = new PlacementWorld(5, new SeededStreams(seed).stream("network"));
    crashing.lossPercent = lossPercent;
    requestOfFirst(crashing, template(500, 100), 10, requesterTakesPart);
    crashing.later(Duration.ofMillis(crashAfterMillis), () -> crashing.crash(1));
    crashing.run();
    assertAllOrNoneRun(crashing, 10);
    for (int i = 2; i <= 5; i++) {
      var server = crashing.server(i);
      List.copyOf(server.running).forEach(p -> server.input(new PlacementInput.Ended(p)));
      assertEquals(CAPACITY, server.placement.free());
    }
  }

  @Property(tries = 200)
  void aParticipantThatRestartsInTheMiddleDoesNotSplitARequest(
      @ForAll long seed,
      @ForAll @IntRange(max = 60) int crashAfterMillis,
      @ForAll @IntRange(max = 60) int restartAfterMillis) {
    PlacementWorld crashing = new PlacementWorld(5, new SeededStreams(seed).stream("network"));
    crashing.request(1, 7, template(500, 100), 10);
    crashing.later(Duration.ofMillis(crashAfterMillis), () -> crashing.crash(1));
    crashing.later(Duration.ofMillis(restartAfterMillis), () -> crashing.server(3).restart());
    crashing.run();
    assertAllOrNoneRun(crashing, 10);
  }

  @Property(tries = 300)
  void participantsThatAllRestartInTheMiddleDoNotSplitARequest(
      @ForAll long seed,
      @ForAll @IntRange(max = 40) int crashAfterMillis,
      @ForAll @IntRange(max = 40) int spreadMillis,
      @ForAll @IntRange(max = 40) int lossPercent,
      @ForAll boolean requesterTakesPart) {
    PlacementWorld crashing = new PlacementWorld(5, new SeededStreams(seed).stream("network"));
    crashing.lossPercent = lossPercent;
    var times = new SeededStreams(seed).stream("crashes");
    requestOfFirst(crashing, template(500, 100), 10, requesterTakesPart);
    crashing.later(Duration.ofMillis(crashAfterMillis), () -> crashing.crash(1));
    for (int i = 2; i <= 5; i++) {
      var server = crashing.server(i);
      int at = crashAfterMillis + times.nextInt(spreadMillis + 1);
      crashing.later(Duration.ofMillis(at), server::restart);
    }
    crashing.run();
    assertAllOrNoneRun(crashing, 10);
  }

  @Test
  void whatHasEndedBeforeItsAgentRestarted_wasLetGoAllTheSame() {
    requestOfFirst(world, template(3000, 64), 4, false);
    var server = world.server(2);
    while (server.running.isEmpty()) {
      world.runFor(Duration.ofMillis(1));
    }
    // Nobody has said yet that all run.
    world.crash(1);
    server.running.clear();
    server.restart();
    world.run();
    for (int i = 3; i <= 5; i++) {
      assertEquals(1, world.server(i).running.size());
    }
  }

  @Test
  void aRequestThatIsCalledOff_isKnownAsSuch_asLongAsOneThatTookPartMayHaveIt() {
    RequestKey key = new RequestKey(world.server(1).boot, 1);
    world.request(1, 7, template(3000, 64), 5);
    while (world.server(2).gated.isEmpty()) {
      world.runFor(Duration.ofMillis(1));
    }
    world.server(2).silent = true;
    while (world.server(2).running.isEmpty()) {
      world.runFor(Duration.ofMillis(1));
    }
    // It has let its share go, of which nobody hears.
    world.crash(2);
    world.runFor(Duration.ofMinutes(1));

    assertEquals(List.of(), world.placed(7));
    assertEquals(Placement.Fate.CALLED_OFF, world.server(1).placement.fateOf(key));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aRequesterThatHearsOfADeputysVerdict_answersItsCaller(boolean takesPart) {
    int count = takesPart ? 5 : 4;
    requestOfFirst(world, template(3000, 64), count, takesPart);
    while (world.server(2).gated.isEmpty()) {
      world.runFor(Duration.ofMillis(1));
    }
    // It lets its share go, of which the requester does not hear.
    world.server(2).silent = true;
    while (world.server(2).running.isEmpty()) {
      world.runFor(Duration.ofMillis(1));
    }
    world.server(2).silent = false;
    PlacementMessage doubt = new PlacementMessage.Doubt(requestOfFirst(1), asked(takesPart));
    world.server(3).input(new PlacementInput.Received(new AgentId(4), doubt));
    world.run();

    assertEquals(count, world.placed(7).size());
    assertEquals(1, world.server(2).running.size());
  }

  @Test
  void aDeputyDoesNotWaitForWhoeverIsGoneSinceBeforeItsStart() {
    requestOfFirst(world, template(3000, 64), 4, false);
    while (world.server(2).running.isEmpty()) {
      world.runFor(Duration.ofMillis(1));
    }
    allCrashAndTheseReturn(2, 4);
    world.runFor(Duration.ofMinutes(1));
    assertNothingRuns(2, 4);
  }

  @Test
  void whoeverIsGoneSinceBeforeAParticipantsStart_isNoDeputyWhileOthersAreThere() {
    requestOfFirst(world, template(3000, 64), 4, false);
    while (world.server(4).running.isEmpty() || world.server(5).running.isEmpty()) {
      world.runFor(Duration.ofMillis(1));
    }
    allCrashAndTheseReturn(4, 5);
    // Long enough for one deputy, not for asking the two before it in vain.
    world.runFor(Duration.ofSeconds(10));
    assertNothingRuns(4, 5);
  }

  /** Those that return have not seen the others go. */
  private void allCrashAndTheseReturn(int first, int last) {
    for (var server : world.servers()) {
      server.up = false;
    }
    world.runFor(Duration.ofSeconds(1));
    for (int i = first; i <= last; i++) {
      world.server(i).up = true;
      world.server(i).restart();
    }
  }

  private void assertNothingRuns(int first, int last) {
    for (int i = first; i <= last; i++) {
      assertEquals(List.of(), List.copyOf(world.server(i).running), "server " + i);
    }
  }

  @Test
  void whoeverRestartedSince_stillSaysThatARequestWasSettled() {
    requestOfFirst(world, template(3000, 64), 4, false);
    world.run();
    var server = world.server(3);
    server.restart();

    PlacementMessage inquiry = new PlacementMessage.Inquire(requestOfFirst(1));
    PlacementMessage standing =
        new PlacementMessage.Standing(requestOfFirst(1), PlacementMessage.Standing.State.SETTLED);
    assertEquals(
        List.of(new PlacementEffect.Send(new AgentId(2), standing)),
        server.placement.step(Instant.EPOCH, new PlacementInput.Received(new AgentId(2), inquiry)));
  }

  @Test
  void aRequestThatIsServed_isNotCalledOff() {
    world.request(1, 7, template(3000, 64), 5);
    world.run();
    RequestKey key = new RequestKey(world.server(1).boot, 1);
    for (var server : world.servers()) {
      assertEquals(Placement.Fate.NOTHING_TO_UNDO, server.placement.fateOf(key));
    }
  }

  @Test
  void aRequestThatIsHeldAtItsGates_isOpenForWhoeverTakesPart() {
    world.request(1, 7, template(3000, 64), 5);
    while (world.server(2).gated.isEmpty()) {
      world.runFor(Duration.ofMillis(1));
    }
    RequestKey key = new RequestKey(world.server(1).boot, 1);
    assertEquals(Placement.Fate.OPEN, world.server(1).placement.fateOf(key));
    assertEquals(Placement.Fate.OPEN, world.server(2).placement.fateOf(key));
  }

  @Test
  void aRequestThatTheOthersCallOff_isKnownAsSuchToOneOfThem() {
    world.request(1, 7, template(3000, 64), 5);
    while (world.server(2).gated.isEmpty()) {
      world.runFor(Duration.ofMillis(1));
    }
    // One that took part is gone, and the requester, too: the others decide.
    world.crash(2);
    world.crash(1);
    world.runFor(Duration.ofMinutes(1));

    RequestKey key = new RequestKey(world.server(1).boot, 1);
    List<Placement.Fate> fates = new ArrayList<>();
    for (int i = 3; i <= 5; i++) {
      fates.add(world.server(i).placement.fateOf(key));
    }
    assertTrue(fates.contains(Placement.Fate.CALLED_OFF), fates.toString());
    assertFalse(fates.contains(Placement.Fate.OPEN), fates.toString());
  }

  /** Of a request of {@code count} by the first server, which has crashed. */
  private static void assertAllOrNoneRun(PlacementWorld world, int count) {
    int running = 0;
    for (int i = 2; i <= 5; i++) {
      assertEquals(List.of(), List.copyOf(world.server(i).gated));
      running += world.server(i).running.size();
    }
    int own = world.server(1).running.size();
    assertTrue(running == 0 || running + own == count, running + " run, and " + own + " its own");
  }

  private static void requestOfFirst(
      PlacementWorld world, ProcessTemplate template, int count, boolean takesPart) {
    List<Component> components = List.of(new Component(template, count));
    List<List<AgentId>> circles = List.of(asked(takesPart));
    world.server(1).input(new PlacementInput.Requested(7, components, Duration.ZERO, circles));
  }

  /** All servers but the first, or the first as well. */
  private static List<AgentId> asked(boolean withTheFirst) {
    return LongStream.rangeClosed(withTheFirst ? 1 : 2, 5).mapToObj(AgentId::new).toList();
  }

  private void assertNothingHeld() {
    for (var server : world.servers()) {
      assertEquals(List.of(), List.copyOf(server.running));
      assertEquals(List.of(), List.copyOf(server.gated));
      assertEquals(CAPACITY, server.placement.free());
    }
  }
}
