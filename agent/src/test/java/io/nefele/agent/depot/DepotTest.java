package io.nefele.agent.depot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.agent.depot.DepotWorld.Program;
import io.nefele.agent.depot.DepotWorld.Sent;
import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.core.Name;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DepotTest {
  private static final AgentId ORIGIN = new AgentId(1);
  private final Program program = new Program("prog", 50);

  @Test
  void whatAClientPutsIsWholeWhenItsLastChunkIsAnswered() {
    DepotWorld world = world(1);
    world.server(1).upload(program);
    assertTrue(world.server(1).has(program));
    world.server(1).input(new DepotInput.Offered(2, DepotWorld.TENANT, program.manifest));
    assertEquals(List.of(), world.server(1).lacks(2));
  }

  @Test
  void aChunkThatIsNotWhatItsHashSaysIsRefusedAndStaysMissing() {
    DepotWorld world = world(1);
    world.server(1).input(new DepotInput.Offered(1, DepotWorld.TENANT, program.manifest));
    world.server(1).input(new DepotInput.Put(2, program.key, 7, program.chunk(8)));
    world.run(Duration.ofSeconds(1));
    assertTrue(world.server(1).outcome(2).startsWith("wrong: the hash of chunk 7"));
    assertFalse(world.server(1).depot.isWhole(program.key));
    assertEquals(1, world.server(1).depot.moved().wrongChunks());
  }

  @Test
  void sixteenThatWantItTogetherHaveEachChunkOfTheOriginOnce() {
    DepotWorld world = world(17);
    world.server(1).upload(program);
    wantEverywhere(world, 17, new Sources(List.of(world.ids(2, 17)), List.of(ORIGIN)));
    world.run(Duration.ofSeconds(20));
    assertAllHave(world, 2, 17);
    long sent = world.server(1).depot.moved().sentBytes();
    assertEquals(program.bytes() + program.manifest.size(), sent);
  }

  @Test
  void groupsHaveItFromEachOther_andTheOriginServesTheFirstOnly() {
    DepotWorld world = world(16);
    world.server(1).upload(program);
    Sources sources =
        new Sources(List.of(world.ids(2, 6), world.ids(7, 11), world.ids(12, 16)), List.of(ORIGIN));
    wantEverywhere(world, 16, sources);
    world.run(Duration.ofSeconds(20));
    assertAllHave(world, 2, 16);
    long sent = world.server(1).depot.moved().sentBytes();
    assertTrue(sent <= program.bytes() + 16L * program.manifest.size(), sent + " bytes");
  }

  @Test
  void whatIsHereAlreadyIsNotAskedForAgain() {
    DepotWorld world = world(2);
    world.server(1).upload(program);
    world.server(2).want(5, program, Sources.of(List.of(ORIGIN)));
    world.run(Duration.ofSeconds(5));
    long before = world.server(1).depot.moved().sentBytes();
    world.server(2).want(6, program, Sources.of(List.of(ORIGIN)));
    world.run(Duration.ofSeconds(5));
    assertEquals("arrived", world.server(2).outcome(6));
    assertEquals(before, world.server(1).depot.moved().sentBytes());
  }

  @Test
  void theNextVersionIsOnlyAskedForWhereItDiffers() {
    DepotWorld world = world(1);
    world.server(1).upload(program);
    Program next = new Program("prog", 53);
    world.server(1).input(new DepotInput.Offered(9, DepotWorld.TENANT, next.manifest));
    world.run(Duration.ofSeconds(1));
    assertEquals(List.of(50, 51, 52), world.server(1).lacks(9));
  }

  @Test
  void anotherTenantHasToBringItItself() {
    DepotWorld world = world(1);
    world.server(1).upload(program);
    world.server(1).input(new DepotInput.Offered(9, new Name("other"), program.manifest));
    world.run(Duration.ofSeconds(1));
    assertEquals(50, world.server(1).lacks(9).size());
  }

  @Test
  void afterARestartOnlyTheRestIsAskedFor() {
    DepotWorld world = world(2);
    world.server(1).upload(program);
    world.network = sent -> sent.message().chunk() >= 20 ? sent.lose() : sent;
    world.server(2).want(5, program, Sources.of(List.of(ORIGIN)));
    world.run(Duration.ofSeconds(2));
    world.network = sent -> sent;
    world.server(2).restart(true);
    long before = world.server(1).depot.moved().sentBytes();
    world.server(2).want(6, program, Sources.of(List.of(ORIGIN)));
    world.run(Duration.ofSeconds(20));
    assertTrue(world.server(2).has(program));
    assertEquals(3000, world.server(1).depot.moved().sentBytes() - before);
  }

  @Test
  void whatAPowerFailureDamagedIsFetchedAnewBeforeItIsUsed() {
    DepotWorld world = world(2);
    world.server(1).upload(program);
    world.server(2).want(5, program, Sources.of(List.of(ORIGIN)));
    world.run(Duration.ofSeconds(5));
    world.server(2).tear(program.key, 3);
    world.server(2).restart(false);
    assertFalse(world.server(2).depot.isWhole(program.key));
    world.server(2).want(6, program, Sources.of(List.of(ORIGIN)));
    world.run(Duration.ofSeconds(5));
    assertTrue(world.server(2).has(program));
  }

  @Test
  void whenTheOriginIsGoneAnyoneWhoHasItIsFound() {
    DepotWorld world = world(4);
    world.server(1).upload(program);
    world.server(2).want(5, program, Sources.of(List.of(ORIGIN)));
    world.run(Duration.ofSeconds(5));
    world.server(1).crash();
    world.server(3).want(6, program, Sources.of(List.of(ORIGIN)));
    world.run(Duration.ofSeconds(20));
    assertTrue(world.server(3).has(program));
  }

  @Test
  void whatNobodyHasIsGivenUpWithAReason() {
    DepotWorld world = world(2);
    world.server(2).want(5, program, Sources.of(List.of(ORIGIN)));
    world.run(Duration.ofSeconds(70));
    assertTrue(world.server(2).outcome(5).startsWith("missed: no agent that answers has"));
    assertEquals(List.of(), world.server(2).depot.awaited());
  }

  @Test
  void aWrongChunkIsDroppedAndAskedOfAnother() {
    DepotWorld world = world(3);
    world.server(1).upload(program);
    world.server(2).want(5, program, Sources.of(List.of(ORIGIN)));
    world.run(Duration.ofSeconds(5));
    world.network =
        sent ->
            sent.from().equals(ORIGIN)
                    && sent.message() instanceof DepotMessage.Chunk(var key, int chunk, var content)
                ? sent.with(new DepotMessage.Chunk(key, chunk, Bytes.utf8("garbage")))
                : sent;
    world.server(3).want(6, program, Sources.of(List.of(ORIGIN, new AgentId(2))));
    world.run(Duration.ofSeconds(20));
    assertTrue(world.server(3).has(program));
    assertTrue(world.server(3).depot.moved().wrongChunks() > 0);
  }

  @Test
  void aFullDiskIsToldToWhoeverBringsOrWantsIt() {
    DepotWorld world = world(2);
    world.server(1).upload(program);
    world.server(2).diskTrouble = Optional.of("No space left on device");
    world.server(2).want(5, program, Sources.of(List.of(ORIGIN)));
    world.run(Duration.ofSeconds(5));
    assertEquals(
        "missed: the program can't be kept: No space left on device", world.server(2).outcome(5));
  }

  @Test
  void theLongestUnusedMakesRoom_butNothingThatIsInUse() {
    DepotWorld world = new DepotWorld(1, 12_000);
    Program second = new Program("second", 50);
    Program third = new Program("third", 50);
    world.server(1).upload(program);
    world.server(1).inUse.add(program.key);
    world.run(Duration.ofMinutes(2));
    world.server(1).upload(second);
    world.run(Duration.ofMinutes(2));
    world.server(1).lacks.clear();
    world.server(1).upload(third);
    assertTrue(world.server(1).has(program));
    assertFalse(world.server(1).depot.isWhole(second.key));
    assertTrue(world.server(1).has(third));
    world.server(1).input(new DepotInput.Offered(9, DepotWorld.TENANT, second.manifest));
    assertTrue(world.server(1).outcome(9).startsWith("refused: no room for a program"));
  }

  @Test
  void whateverTheNetworkLosesAndWhoeverDiesAllThatLiveGetIt() {
    for (long seed = 1; seed <= 20; seed++) {
      assertAllThatLiveGetIt(seed);
    }
  }

  private void assertAllThatLiveGetIt(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    DepotWorld world = world(9);
    world.server(1).upload(program);
    world.network = sent -> random.nextInt(5) == 0 ? sent.lose() : spoiled(sent, random);
    Sources sources = new Sources(List.of(world.ids(2, 5), world.ids(6, 9)), List.of(ORIGIN));
    wantEverywhere(world, 9, sources);
    int victim = 2 + random.nextInt(8);
    world.later(Duration.ofMillis(random.nextInt(200)), () -> world.server(victim).crash());
    int restarted = 2 + random.nextInt(8);
    world.later(
        Duration.ofMillis(random.nextInt(200)),
        () -> {
          world.server(restarted).restart(random.nextBoolean());
          world.server(restarted).want(7, program, sources);
        });
    world.run(Duration.ofSeconds(20));
    world.network = sent -> sent;
    world.run(Duration.ofSeconds(40));
    for (int i = 2; i <= 9; i++) {
      assertTrue(i == victim || world.server(i).has(program), "seed " + seed + ", server " + i);
    }
  }

  private static Sent spoiled(Sent sent, SplittableRandom random) {
    return random.nextInt(20) == 0
            && sent.message() instanceof DepotMessage.Chunk(var key, int chunk, var content)
        ? sent.with(new DepotMessage.Chunk(key, chunk, Bytes.utf8("garbage")))
        : sent;
  }

  private static DepotWorld world(int servers) {
    return new DepotWorld(servers, 1 << 20);
  }

  private void wantEverywhere(DepotWorld world, int last, Sources sources) {
    for (int i = 2; i <= last; i++) {
      world.server(i).want(5, program, sources);
    }
  }

  private void assertAllHave(DepotWorld world, int first, int last) {
    for (int i = first; i <= last; i++) {
      assertTrue(world.server(i).has(program), "server " + i);
      assertEquals("arrived", world.server(i).outcome(5));
    }
  }
}
