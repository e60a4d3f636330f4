package io.nefele.table.tenant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.core.Name;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class QuotasTest {
  private static final Name TENANT = new Name("tenant");

  @Test
  void whatATenantMayNotHaveIsRefusedWithTheNumbers() {
    QuotaWorld world = new QuotaWorld(1, 4, new Quota(3, 0, 0));
    world.want(0, TENANT, 2);
    world.run(Duration.ofSeconds(1));
    world.want(1, TENANT, 2);
    world.run(Duration.ofSeconds(10));
    assertEquals(2, world.running());
    assertEquals(
        List.of(
            "the quota of tenant 'tenant' is reached: processes: 2 in use, 2 more wanted, 3"
                + " allowed"),
        world.refusals());
  }

  @Test
  void whatHasEndedMayBeStartedAgain() {
    QuotaWorld world = new QuotaWorld(2, 4, new Quota(3, 0, 0));
    for (int round = 0; round < 5; round++) {
      world.want(round % 4, TENANT, 3);
      world.run(Duration.ofSeconds(4));
      assertEquals(3, world.running());
      world.endAll();
    }
    assertEquals(List.of(), world.refusals());
  }

  @Test
  void spawnsThatFitTogetherAreAllAdmitted() {
    QuotaWorld world = new QuotaWorld(3, 6, new Quota(12, 0, 0));
    for (int agent = 0; agent < 6; agent++) {
      world.want(agent, TENANT, 2);
    }
    world.run(Duration.ofSeconds(10));
    assertEquals(12, world.running());
  }

  @Test
  void aKeeperThatIsGoneIsFollowedByAnotherThatKnowsWhatItGranted() {
    QuotaWorld world = new QuotaWorld(4, 5, new Quota(4, 0, 0));
    world.want(0, TENANT, 3);
    world.run(Duration.ofSeconds(1));
    world.kill(world.keeper(TENANT));
    int asker = world.keeper(TENANT);
    world.want(asker, TENANT, 2);
    world.run(Duration.ofSeconds(12));
    assertTrue(world.running() <= 4, () -> world.running() + " run");
    world.want(asker, TENANT, 1);
    world.run(Duration.ofSeconds(12));
    assertEquals(4, world.running());
  }

  @Property(tries = 100)
  void concurrentSpawnsNeverPassTheQuota(@ForAll long seed) {
    QuotaWorld world = new QuotaWorld(seed, 7, new Quota(10, 0, 0));
    for (int i = 0; i < 60; i++) {
      world.want(world.random(7), TENANT, 1 + world.random(4));
      world.run(Duration.ofMillis(world.random(300)));
      if (world.random(10) == 0) {
        world.endAll();
      }
      assertTrue(world.running() <= 10, () -> world.running() + " run");
    }
    world.run(Duration.ofSeconds(20));
    assertTrue(world.running() <= 10, () -> world.running() + " run");
    world.endAll();
    world.want(0, TENANT, 10);
    world.run(Duration.ofSeconds(10));
    assertEquals(10, world.running(), "nothing is counted that is no more");
  }
}
