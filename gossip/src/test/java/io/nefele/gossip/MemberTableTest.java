package io.nefele.gossip;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.core.Endpoint;
import io.nefele.core.SeededStreams;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class MemberTableTest {

  @Property(tries = 300)
  void aTableHoldsWhatASortedMapHolds(@ForAll long seed, @ForAll @IntRange(max = 300) int steps) {
    RandomGenerator random = new SeededStreams(seed).stream("steps");
    MemberTable table = new MemberTable();
    TreeMap<AgentId, Member> model = new TreeMap<>();
    for (int i = 0; i < steps; i++) {
      // Each agent has an endpoint of its own.
      int agent = random.nextInt(40);
      Member row = member(agent, 7000 + agent, i, MemberState.values()[random.nextInt(4)]);
      table.put(row, Instant.EPOCH);
      model.put(row.agent(), row);
    }
    List<Member> present = model.values().stream().filter(row -> row.state().present()).toList();
    assertEquals(present, table.present());
    assertEquals(present.size(), table.presentCount());
    for (int agent = 0; agent < 40; agent++) {
      Optional<Member> expected = Optional.ofNullable(model.get(new AgentId(agent)));
      assertEquals(expected, table.get(new AgentId(agent)));
      assertEquals(expected, table.byEndpoint(new Endpoint("10.0.0.1", 7000 + agent)));
    }
    List<Member> rows = new ArrayList<>();
    table.rowsByBucket(-1).forEach(rows::addAll);
    rows.sort(Comparator.comparing(Member::agent));
    assertEquals(List.copyOf(model.values()), rows);
  }

  @Property(tries = 300)
  void anIndexFindsWhatIsInItAfterAnyRemovals(@ForAll long seed) {
    RandomGenerator random = new SeededStreams(seed).stream("steps");
    // Few homes, so that rows get into each other's way.
    MemberIndex<Endpoint> index =
        new MemberIndex<>(Member::endpoint, endpoint -> endpoint.port() % 5);
    TreeMap<Endpoint, Member> model = new TreeMap<>();
    for (int i = 0; i < 200; i++) {
      Member row = member(i, 7000 + random.nextInt(30), 0, MemberState.ALIVE);
      if (random.nextInt(3) == 0) {
        assertEquals(model.remove(row.endpoint()), index.remove(row.endpoint()));
      } else {
        assertEquals(model.put(row.endpoint(), row), index.put(row));
      }
    }
    for (int port = 7000; port < 7030; port++) {
      Endpoint endpoint = new Endpoint("10.0.0.1", port);
      assertEquals(model.get(endpoint), index.get(endpoint));
    }
  }

  @Test
  void equalTablesHaveEqualDigestsWhateverTheOrderOfTheirRows() {
    MemberTable one = new MemberTable();
    MemberTable other = new MemberTable();
    for (int i = 0; i < 100; i++) {
      one.put(member(i, 7000 + i, 1, MemberState.ALIVE), Instant.EPOCH);
      other.put(member(99 - i, 7099 - i, 1, MemberState.ALIVE), Instant.EPOCH);
    }
    assertEquals(one.digest(), other.digest());
    assertEquals(0, one.bucketsUnlike(other.bucketDigests()));
  }

  @Test
  void aMemberKeepsItsEndpointAgainstTheMemoryOfARemovedOne() {
    MemberTable table = new MemberTable();
    Endpoint shared = new Endpoint("10.0.0.1", 7000);
    table.put(member(1, 7000, 1, MemberState.ALIVE), Instant.EPOCH);
    table.put(member(2, 7000, 1, MemberState.REMOVED), Instant.EPOCH);
    assertEquals(new AgentId(1), table.byEndpoint(shared).orElseThrow().agent());
    table.put(member(1, 7000, 1, MemberState.REMOVED), Instant.EPOCH);
    table.put(member(3, 7000, 1, MemberState.ALIVE), Instant.EPOCH);
    assertEquals(new AgentId(3), table.byEndpoint(shared).orElseThrow().agent());
  }

  @Test
  void tombstonesAreForgottenAfterTheirTime() {
    MemberTable table = new MemberTable();
    table.put(member(1, 7000, 1, MemberState.REMOVED), Instant.EPOCH);
    table.put(member(2, 7001, 1, MemberState.ALIVE), Instant.EPOCH);
    table.forgetGone(Instant.EPOCH.plusSeconds(9), Duration.ofSeconds(10));
    assertEquals(1, table.removed().size());
    table.forgetGone(Instant.EPOCH.plusSeconds(11), Duration.ofSeconds(10));
    assertEquals(0, table.removed().size());
    assertEquals(Optional.empty(), table.byEndpoint(new Endpoint("10.0.0.1", 7000)));
    assertEquals(1, table.presentCount());
  }

  private static Member member(int agent, int port, int incarnation, MemberState state) {
    return new Member(
        new AgentBoot(new AgentId(agent), 1),
        new Endpoint("10.0.0.1", port),
        incarnation,
        state,
        Bytes.EMPTY,
        Coordinate.ORIGIN);
  }
}
