package io.nefele.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Patterns of messages between real processes of several agents. */
@Timeout(240)
class MessagesIT {
  private static final String SERVER =
      "while nefele recv --reply \"$NEFELE_ID\" >/dev/null; do :; done";

  @RegisterExtension static final SharedFabric FABRIC = new SharedFabric();
  private final Installed nefele = FABRIC.nefele();

  @Test
  void call_isAnsweredByOneOfThePool_andByAnotherWhenThatIsKilled() {
    List<String> pool =
        nefele.lines("spawn", "-n", "3", "--name", "pool", "--", "sh", "-c", SERVER);
    String first = nefele.lines("call", "any:pool", "who?").getFirst();
    assertTrue(pool.contains(first), first);
    nefele.lines("kill", "-s", "STOP", first);
    Future<Installed.Ended> call =
        CompletableFuture.supplyAsync(() -> nefele.run("call", "any:pool?by=nearest", "who now?"));
    awaitTrue(() -> nefele.run("status", "--at", "1").exitCode() == 0);
    nefele.lines("kill", "-s", "KILL", first);
    Installed.Ended ended = result(call);
    assertEquals(0, ended.exitCode(), ended::toString);
    assertTrue(pool.contains(ended.out().strip()), ended::toString);
    assertTrue(!ended.out().strip().equals(first), ended::toString);
    pool.stream().filter(id -> !id.equals(first)).forEach(id -> nefele.lines("kill", id));
  }

  @Test
  void all_reachesEachOfThatName_andNamesWhatItDoesNotReach() {
    List<String> pool = nefele.lines("spawn", "-n", "4", "--name", "each", "--", "sleep", "600");
    nefele.lines("send", "all:each", "to you all");
    for (String id : pool) {
      assertEquals(List.of("to you all"), nefele.lines("recv", "--as", id, "--timeout", "10s"));
    }
    Installed.Ended nobody = nefele.run("send", "all:nobody", "hello");
    assertEquals(1, nobody.exitCode(), nobody::toString);
    nefele.lines("kill", pool.get(0), pool.get(1), pool.get(2), pool.get(3));
  }

  @Test
  void publish_reachesSubscribersOfOtherAgents_once() {
    nefele.lines("subscribe", "--at", "2", "--as", "reader", "--only", "orders/*");
    nefele.lines("subscribe", "--at", "2", "--as", "reader", "--only", "orders/**");
    nefele.lines("subscribe", "--at", "3", "--as", "other", "--only", "orders/eu");
    assertTrue(
        nefele
            .lines("publish", "--at", "1", "orders/eu", "seven")
            .getFirst()
            .startsWith("2 stored, 0 waiting, 0 refused, at 2 agents, "));
    assertEquals(
        List.of("seven"), nefele.lines("recv", "--at", "2", "--as", "reader", "--timeout", "10s"));
    assertEquals(
        List.of("seven"), nefele.lines("recv", "--at", "3", "--as", "other", "--timeout", "10s"));
    assertEquals(
        5, nefele.run("recv", "--at", "2", "--as", "reader", "--timeout", "0s").exitCode());
    nefele.lines("close", "--at", "2", "reader");
    awaitTrue(
        () ->
            nefele
                .lines("publish", "--at", "1", "orders/eu", "eight")
                .getFirst()
                .startsWith("1 stored"));
  }

  @Test
  void slowSubscriber_isDealtWithAsItWants() {
    nefele.lines("subscribe", "--as", "choosy", "--max", "2", "--only", "slow/refuse");
    nefele.lines(
        "subscribe",
        "--as",
        "forgetful",
        "--max",
        "2",
        "--when-full",
        "drop-oldest",
        "--only",
        "slow/drop");
    for (String text : List.of("1", "2", "3")) {
      Installed.Ended ended = nefele.run("publish", "slow/refuse", text);
      assertEquals(text.equals("3") ? 5 : 0, ended.exitCode(), ended::toString);
      nefele.lines("publish", "slow/drop", text);
    }
    assertEquals(List.of("1"), nefele.lines("recv", "--as", "choosy"));
    assertEquals(List.of("2"), nefele.lines("recv", "--as", "forgetful"));
    assertEquals(List.of("3"), nefele.lines("recv", "--as", "forgetful"));
  }

  @Test
  void aClaimedNameIsOfOneProcess_untilThatEnds() {
    List<String> two = nefele.lines("spawn", "-n", "2", "--name", "peer", "--", "sleep", "600");
    String first = two.get(0);
    String second = two.get(1);
    long epoch = Long.parseLong(nefele.lines("claim", "--as", first, "leader").getFirst());
    Installed.Ended refused = nefele.run("claim", "--at", "2", "--as", second, "leader");
    assertEquals(4, refused.exitCode(), refused::toString);
    assertTrue(refused.err().contains("belongs to process " + first), refused::toString);
    nefele.lines("send", "--at", "3", "leader", "for the leader");
    assertEquals(List.of("for the leader"), nefele.lines("recv", "--as", first));

    nefele.lines("kill", first);
    nefele.lines("wait", first);
    awaitTrue(() -> nefele.run("claim", "--at", "2", "--as", second, "leader").exitCode() == 0);
    long next = Long.parseLong(nefele.lines("claim", "--as", second, "leader").getFirst());
    assertTrue(next > epoch, next + " after " + epoch);
    nefele.lines("claim", "--as", second, "--release", "leader");
    assertEquals(1, nefele.run("lookup", "leader").exitCode());
    nefele.lines("kill", second);
  }

  private static Installed.Ended result(Future<Installed.Ended> future) {
    try {
      return future.get(100, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static void awaitTrue(BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < end, "not in time");
      Thread.onSpinWait();
    }
  }
}
