package io.nefele.table;

import static io.nefele.table.TableWorld.boot;
import static io.nefele.table.TableWorld.running;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.core.AgentBoot;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import io.nefele.core.SeededStreams;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** The laws by which replicas of a shard come to be the same. */
class ShardTest {
  private static final AgentBoot WRITER = boot(1, 1);
  private static final Name TENANT = new Name("tenant");

  /** What a writer did, and what it could have told of it at any time. */
  private static final class Past {
    final RandomGenerator random;
    final Shard shard = new Shard(WRITER.agent(), new TenantCounts());
    final SortedMap<Version, List<Shard.VersionedRow>> states = new TreeMap<>();
    final List<Delta> told = new ArrayList<>();

    Past(long seed, int changes) {
      this.random = new SeededStreams(seed).stream("shard");
      shard.beginEpoch(WRITER.epoch());
      keep();
      Version lastTold = Version.NONE;
      List<ProcessId> untold = new ArrayList<>();
      for (int i = 1; i <= changes; i++) {
        untold.addAll(change(i));
        keep();
        if (random.nextBoolean()) {
          told.add(shard.news(lastTold, List.copyOf(untold)));
          lastTold = shard.version();
          untold.clear();
        }
        told.add(shard.since(anyOf(List.copyOf(states.keySet()))));
      }
    }

    private List<ProcessId> change(int counter) {
      List<Shard.VersionedRow> rows = List.copyOf(shard.rows());
      int kind = rows.isEmpty() ? 0 : random.nextInt(3);
      if (kind == 0) {
        shard.put(named(counter));
        return List.of();
      }
      ProcessRow row = anyOf(rows).row();
      if (kind == 1) {
        shard.put(row.exited(row.exitCode().orElse(0), row.stateSinceMillis() + 1));
        return List.of();
      }
      shard.remove(List.of(row.id()));
      return List.of(row.id());
    }

    /** One of three has no name, and the others share two. */
    private static ProcessRow named(int counter) {
      Optional<Name> name = Optional.of(new Name("n" + counter % 3)).filter(n -> counter % 3 > 0);
      return running(WRITER, counter, name);
    }

    <T> T anyOf(List<T> list) {
      return list.get(random.nextInt(list.size()));
    }

    private void keep() {
      states.put(shard.version(), List.copyOf(shard.rows()));
    }
  }

  @Property(tries = 500)
  void whateverAReplicaHears_andInWhateverOrder_itIsAsTheWriterOnceWas(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 30) int changes) {
    Past past = new Past(seed, changes);
    Shard replica = new Shard(WRITER.agent(), new TenantCounts());
    for (int i = 0; i < 3 * past.told.size(); i++) {
      Version before = replica.version();
      boolean merged = replica.merge(past.anyOf(past.told));
      assertTrue(merged || replica.version().equals(before));
      assertFalse(before.isAfter(replica.version()));
      assertEquals(
          past.states.getOrDefault(replica.version(), List.of()), List.copyOf(replica.rows()));
    }
  }

  @Property(tries = 200)
  void aQuestionAfterANameOrAProcessFindsWhatALookAtAllRowsFinds(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 30) int changes) {
    Past past = new Past(seed, changes);
    Shard replica = new Shard(WRITER.agent(), new TenantCounts());
    for (int i = 0; i < past.told.size(); i++) {
      replica.merge(past.anyOf(past.told));
      for (Filter filter : questions(changes)) {
        assertEquals(
            replica.rows().stream().map(Shard.VersionedRow::row).filter(filter::admits).toList(),
            found(replica, filter));
      }
    }
  }

  private static List<Filter> questions(int processes) {
    List<Filter> filters = new ArrayList<>();
    for (String name : List.of("n1", "n2", "n3")) {
      filters.add(
          new Filter(Optional.of(TENANT), Optional.empty(), Optional.of(new Name(name)), false));
    }
    for (int counter = 1; counter <= processes; counter++) {
      ProcessId process = new ProcessId(WRITER, counter);
      filters.add(new Filter(Optional.empty(), Optional.of(process), Optional.empty(), true));
    }
    return filters;
  }

  private static List<ProcessRow> found(Shard shard, Filter filter) {
    List<RowView> views = new ArrayList<>();
    shard.show(filter, Optional.empty(), 0, views);
    return views.stream().map(RowView::row).toList();
  }

  @Property(tries = 200)
  void aDeltaThatComesAgainChangesNothing(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 30) int changes) {
    Past past = new Past(seed, changes);
    Shard replica = new Shard(WRITER.agent(), new TenantCounts());
    for (Delta delta : past.told) {
      boolean merged = replica.merge(delta);
      List<Shard.VersionedRow> rows = List.copyOf(replica.rows());
      Version version = replica.version();
      assertEquals(merged, replica.merge(delta));
      assertEquals(version, replica.version());
      assertEquals(rows, List.copyOf(replica.rows()));
    }
  }

  @Property(tries = 200)
  void whatAReplicaLacksMakesItWhatTheWriterIs(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 30) int changes) {
    Past past = new Past(seed, changes);
    Shard replica = new Shard(WRITER.agent(), new TenantCounts());
    replica.merge(past.anyOf(past.told));
    assertTrue(replica.merge(past.shard.since(replica.version())));
    assertEquals(past.shard.version(), replica.version());
    assertEquals(List.copyOf(past.shard.rows()), List.copyOf(replica.rows()));
  }

  @Property
  void theStatesOfAProcessAreAnOrder(
      @ForAll ProcessState one, @ForAll ProcessState two, @ForAll ProcessState three) {
    assertTrue(one.mayBecome(one));
    assertTrue(!one.mayBecome(two) || !two.mayBecome(one) || one == two);
    assertTrue(!one.mayBecome(two) || !two.mayBecome(three) || one.mayBecome(three));
  }
}
