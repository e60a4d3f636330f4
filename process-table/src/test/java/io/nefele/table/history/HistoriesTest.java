package io.nefele.table.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.core.AgentId;
import io.nefele.core.Name;
import io.nefele.core.ProgramId;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class HistoriesTest {
  private static final Name TENANT = new Name("tenant");
  private static final Name OTHER = new Name("other");
  private static final ProgramId PROGRAM = new ProgramId(1, 1);
  private static final int AGENTS = 12;
  private static final long MIB = 1 << 20;

  private record Mail(AgentId from, AgentId to, HistoryMessage message) {}

  private final Deque<Mail> mails = new ArrayDeque<>();
  private final SortedMap<AgentId, Histories> all = new TreeMap<>();
  private final TreeSet<Name> removed = new TreeSet<>();
  private final List<HistoryEffect> effects = new ArrayList<>();
  private Instant now = Instant.EPOCH;

  @Property(tries = 20)
  void whoHasHeardTheSameHoldsTheSame_inWhateverOrderItCame(@ForAll long seed) {
    Random random = new Random(seed);
    List<ProgramUse> uses = new ArrayList<>();
    for (int i = 0; i < 4_000; i++) {
      ProgramUse.Key key =
          new ProgramUse.Key(
              TENANT,
              new ProgramId(0, random.nextInt(Shelf.USES_MAX / 4)),
              new AgentId(random.nextInt(Shelf.ORIGINS_MAX * 2)));
      // One that an agent has told twice says the same.
      uses.add(new ProgramUse(key, random.nextInt(1_000), "", 1, Histogram.EMPTY, Histogram.EMPTY));
    }
    Shelf one = new Shelf();
    uses.forEach(one::put);
    Shelf other = new Shelf();
    List<ProgramUse> shuffled = new ArrayList<>(uses);
    Collections.shuffle(shuffled, random);
    shuffled.forEach(other::put);
    uses.subList(0, 100).forEach(other::put);
    assertEquals(one.all(), other.all());
    assertEquals(one.mark(), other.mark());
    assertEquals(Shelf.USES_MAX, one.all().size());
  }

  @Test
  void whatOneHasSeenAllGetToKnow() {
    fabric();
    observe(agent(0), TENANT, 300 * MIB);
    for (int second = 0; second < 4; second++) {
      each(new HistoryInput.NewsDue());
    }
    each(new HistoryInput.ComparisonDue());
    each(new HistoryInput.ComparisonDue());
    all.values().forEach(its -> assertEquals(known(agent(0)), its.known()));
    long expected = at(agent(7)).estimate(TENANT, PROGRAM).orElseThrow().memoryToSetAside();
    assertTrue(expected >= 300 * MIB && expected < 425 * MIB, () -> expected + "");
  }

  @Test
  void whoWasCutOffFindsOutByComparing() {
    fabric();
    observe(agent(0), TENANT, 300 * MIB);
    observe(agent(1), OTHER, 3 * MIB);
    mails.clear();
    for (int round = 0; round < 8; round++) {
      each(new HistoryInput.ComparisonDue());
    }
    all.values().forEach(its -> assertEquals(known(agent(0)), its.known()));
    assertEquals(2, known(agent(5)).size());
  }

  @Test
  void nobodyLearnsOfAnotherTenantsProgram() {
    fabric();
    observe(agent(0), TENANT, 300 * MIB);
    assertTrue(at(agent(0)).estimate(OTHER, PROGRAM).isEmpty());
  }

  @Test
  void aTenantThatIsNoMoreIsForgotten_alsoIfSomebodyTellsOfIt() {
    fabric();
    observe(agent(0), TENANT, 300 * MIB);
    List<ProgramUse> uses = known(agent(0));
    removed.add(TENANT);
    give(agent(0), new HistoryInput.TenantRemoved(TENANT));
    assertTrue(effects.contains(new HistoryEffect.Forget(uses.getFirst().key())));
    give(agent(0), new HistoryInput.Received(agent(1), new HistoryMessage.News(uses)));
    assertEquals(List.of(), known(agent(0)));
  }

  @Test
  void runsThatChangeNothingAreSeldomTold_andOneThatDoesAtOnce() {
    fabric();
    for (int run = 0; run < 10_000; run++) {
      observe(agent(0), TENANT, MIB);
    }
    long told = effects.stream().filter(HistoryEffect.Persist.class::isInstance).count();
    assertTrue(told < 100, () -> told + " of 10,000");
    assertTrue(known(agent(0)).getFirst().runs() > 8_000);
    for (int run = 0; run < 10; run++) {
      observe(agent(0), TENANT, 1 << 30);
    }
    assertTrue(known(agent(0)).getFirst().memory().quantile(95) >= 1 << 30);
  }

  @Test
  void aRunThatUsesMoreThanWasSaidOfItCountsOnce() {
    fabric();
    observe(agent(0), TENANT, MIB);
    Ran before = new Ran(MIB, OptionalInt.empty());
    Ran after = new Ran(1 << 30, OptionalInt.of(900));
    give(agent(0), new HistoryInput.Observed(TENANT, PROGRAM, "work", Optional.of(before), after));
    Estimate estimate = at(agent(0)).estimate(TENANT, PROGRAM).orElseThrow();
    assertEquals(1, estimate.runs());
    assertTrue(estimate.memoryMedian() >= 1 << 30);
    assertTrue(estimate.cpuToSetAside() >= 900 && estimate.cpuToSetAside() <= 1_130);
  }

  @Test
  void whatWasWrittenDownIsThereAfterARestart_andGoesOn() {
    fabric();
    observe(agent(0), TENANT, MIB);
    List<ProgramUse> written = known(agent(0));
    Histories next = histories(agent(0), 9);
    all.put(agent(0), next);
    give(agent(0), new HistoryInput.Started(written));
    observe(agent(0), TENANT, MIB);
    assertEquals(2, next.estimate(TENANT, PROGRAM).orElseThrow().runs());
  }

  @Test
  void aClockThatIsFarAheadLeavesOthersSomethingToSay() {
    fabric();
    now = Instant.EPOCH.plusSeconds(1_000_000_000);
    observe(agent(0), TENANT, MIB);
    give(agent(1), new HistoryInput.Received(agent(0), new HistoryMessage.News(known(agent(0)))));
    now = Instant.EPOCH;
    observe(agent(1), TENANT, MIB);
    List<ProgramUse> known = known(agent(1));
    assertEquals(2, known.size());
    assertFalse(known.getFirst().isNewerThan(known.getLast()));
  }

  private void fabric() {
    for (int i = 0; i < AGENTS; i++) {
      all.put(agent(i), histories(agent(i), i));
    }
  }

  private Histories histories(AgentId self, long seed) {
    return new Histories(
        self,
        () -> all.keySet().stream().filter(agent -> !agent.equals(self)).toList(),
        removed::contains,
        new Random(seed));
  }

  private Histories at(AgentId agent) {
    return Objects.requireNonNull(all.get(agent));
  }

  private static AgentId agent(int number) {
    return new AgentId(100 + number);
  }

  private List<ProgramUse> known(AgentId agent) {
    return at(agent).known();
  }

  private void observe(AgentId at, Name tenant, long memoryBytes) {
    Ran ran = new Ran(memoryBytes, OptionalInt.empty());
    give(at, new HistoryInput.Observed(tenant, PROGRAM, "work", Optional.empty(), ran));
  }

  private void each(HistoryInput input) {
    all.keySet().forEach(agent -> give(agent, input));
    while (!mails.isEmpty()) {
      Mail mail = mails.remove();
      give(mail.to, new HistoryInput.Received(mail.from, mail.message));
    }
  }

  private void give(AgentId agent, HistoryInput input) {
    for (HistoryEffect effect : at(agent).step(now, input)) {
      effects.add(effect);
      if (effect instanceof HistoryEffect.Send(var to, var message)) {
        mails.add(new Mail(agent, to, message));
      }
    }
  }
}
