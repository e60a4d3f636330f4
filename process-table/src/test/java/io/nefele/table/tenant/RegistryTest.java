package io.nefele.table.tenant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RegistryTest {
  private static final Instant NOW = Instant.EPOCH;
  private static final int AGENTS = 12;

  private record Mail(AgentId from, AgentId to, RegistryMessage message) {}

  private final Deque<Mail> mails = new ArrayDeque<>();
  private final SortedMap<AgentId, Registry> registries = new TreeMap<>();

  @Property(tries = 200)
  void agentsThatHaveSeenTheSameEntriesKnowTheSameInWhateverOrderTheyCame(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 30) int decisions) {
    Random random = new Random(seed);
    List<RegistryEntry> entries = new ArrayList<>();
    for (int i = 0; i < decisions; i++) {
      Stamp stamp = new Stamp(1 + random.nextInt(3), new AgentId(random.nextInt(4)));
      // One writer never gives two states the same stamp.
      long limit = stamp.version() * 10 + stamp.writer().value();
      entries.add(new RegistryEntry(stamp, tenant("t" + random.nextInt(3), limit)));
    }
    List<RegistryEntry> shuffled = new ArrayList<>(entries);
    Collections.shuffle(shuffled, random);
    shuffled.addAll(entries.subList(0, decisions / 2));
    Registry one = registry(new AgentId(100), List.of(), 1);
    Registry other = registry(new AgentId(101), List.of(), 2);
    entries.forEach(entry -> hear(one, List.of(entry)));
    hear(other, shuffled);
    assertEquals(one.entries(), other.entries());
  }

  @Property(tries = 50)
  void sidesThatWereCutOffFromEachOtherCometoKnowWhatTheOtherDecided(@ForAll long seed) {
    start(seed);
    Random random = new Random(seed);
    for (int i = 0; i < 5; i++) {
      AgentId decider = new AgentId(random.nextInt(AGENTS));
      decide(decider, tenant("t" + random.nextInt(2), i));
      boolean left = decider.value() < AGENTS / 2;
      deliver(mail -> (mail.to().value() < AGENTS / 2) == left);
    }
    for (int round = 0; round < 20; round++) {
      for (AgentId agent : registries.keySet()) {
        carryOut(agent, registryOf(agent).step(NOW, new RegistryInput.ComparisonDue()));
      }
      deliver(mail -> true);
    }
    List<RegistryEntry> first = registryOf(new AgentId(0)).entries();
    registries.values().forEach(registry -> assertEquals(first, registry.entries()));
  }

  @Property(tries = 20)
  void aDecisionReachesAllWithoutAComparisonIfNothingIsLost(@ForAll long seed) {
    start(seed);
    decide(new AgentId(3), tenant("t", 7));
    deliver(mail -> true);
    registries.values().forEach(registry -> assertTrue(registry.tenant(new Name("t")).isPresent()));
  }

  @Property(tries = 2000)
  void ofTwoThatClaimANameAtTheSameTimeNeverBothGetIt_andAllKnowTheOneThatDoes(@ForAll long seed) {
    start(seed);
    Set<AgentId> won = claimAtTheSameTime(new Random(seed), true);
    assertTrue(won.size() <= 1, () -> won + " all got it");
    deliver(mail -> true);
    List<RegistryEntry> first = registryOf(new AgentId(0)).entries();
    registries.values().forEach(registry -> assertEquals(first, registry.entries()));
    won.forEach(winner -> assertEquals(winner, first.getFirst().stamp().writer()));
  }

  /** That the check above can fail. */
  @Test
  void ifNobodyWereAskedSeveralWouldGetTheSameName() {
    boolean several = false;
    for (int seed = 0; seed < 100; seed++) {
      start(seed);
      several |= claimAtTheSameTime(new Random(seed), false).size() > 1;
    }
    assertTrue(several);
  }

  @Test
  void aNameThatWasClaimedSinceItWasSeenFreeIsNotClaimedOver() {
    start(1);
    RegistryEntry earlier =
        new RegistryEntry(new Stamp(1, new AgentId(1)), claimOf(new AgentId(1)));
    hear(registryOf(new AgentId(5)), List.of(earlier));
    assertEquals(
        List.of(new RegistryEffect.ClaimSettled(7, earlier, false)),
        registryOf(new AgentId(5))
            .step(
                NOW, new RegistryInput.ClaimWanted(7, claimOf(new AgentId(5)), Optional.empty())));
  }

  private static RegistryEntry.Claim claimOf(AgentId claimant) {
    return new RegistryEntry.Claim(
        new Name("t"), new Name("n"), Optional.of(new ProcessId(new AgentBoot(claimant, 1), 1)));
  }

  /**
   * Three agents that found the name free claim it, their questions are answered in any order;
   * returns who got the name.
   */
  private Set<AgentId> claimAtTheSameTime(Random random, boolean asked) {
    record Question(AgentId from, long token, RegistryEntry entry, AgentId to) {}
    List<Question> questions = new ArrayList<>();
    Map<AgentId, List<RegistryEntry>> answers = new TreeMap<>();
    Set<AgentId> won = new TreeSet<>();
    List<AgentId> claimants = List.of(new AgentId(1), new AgentId(5), new AgentId(9));
    int next = 0;
    while (next < claimants.size() || !questions.isEmpty()) {
      if (next < claimants.size() && random.nextBoolean()) {
        AgentId claimant = claimants.get(next++);
        for (RegistryEffect effect :
            registryOf(claimant)
                .step(NOW, new RegistryInput.ClaimWanted(1, claimOf(claimant), Optional.empty()))) {
          if (effect instanceof RegistryEffect.AskAll(long token, var entry)) {
            answers.put(claimant, new ArrayList<>());
            for (AgentId to : asked ? registries.keySet() : Set.<AgentId>of(claimant)) {
              questions.add(new Question(claimant, token, entry, to));
            }
          }
        }
      } else if (!questions.isEmpty()) {
        Question question = questions.remove(random.nextInt(questions.size()));
        hear(registryOf(question.to()), List.of(question.entry()));
        List<RegistryEntry> held = answers.getOrDefault(question.from(), new ArrayList<>());
        held.add(registryOf(question.to()).current(question.entry()));
        if (questions.stream().noneMatch(other -> other.from().equals(question.from()))) {
          for (RegistryEffect effect :
              registryOf(question.from())
                  .step(NOW, new RegistryInput.ClaimAnswered(question.token(), held))) {
            if (effect instanceof RegistryEffect.ClaimSettled settled && settled.won()) {
              won.add(question.from());
            }
          }
        }
      }
    }
    return won;
  }

  private void start(long seed) {
    mails.clear();
    registries.clear();
    List<AgentId> all = new ArrayList<>();
    for (int i = 0; i < AGENTS; i++) {
      all.add(new AgentId(i));
    }
    for (AgentId agent : all) {
      List<AgentId> others = all.stream().filter(other -> !other.equals(agent)).toList();
      registries.put(agent, registry(agent, others, seed + agent.value()));
    }
  }

  private Registry registryOf(AgentId agent) {
    return Objects.requireNonNull(registries.get(agent));
  }

  private static Registry registry(AgentId self, List<AgentId> others, long seed) {
    Registry.Others present =
        new Registry.Others() {
          @Override
          public int otherCount() {
            return others.size();
          }

          @Override
          public List<AgentId> others() {
            return others;
          }
        };
    return new Registry(self, present, new Random(seed));
  }

  private static RegistryEntry.Tenant tenant(String name, long limit) {
    return new RegistryEntry.Tenant(new Name(name), false, List.of(), new Quota(limit, 0, 0));
  }

  private static void hear(Registry registry, List<RegistryEntry> entries) {
    registry.step(
        NOW, new RegistryInput.Received(new AgentId(9), new RegistryMessage.News(entries)));
  }

  private void decide(AgentId agent, RegistryEntry.Content content) {
    carryOut(agent, registryOf(agent).step(NOW, new RegistryInput.Decided(content)));
  }

  private void carryOut(AgentId agent, List<RegistryEffect> effects) {
    for (RegistryEffect effect : effects) {
      if (effect instanceof RegistryEffect.Send(var to, var message)) {
        mails.add(new Mail(agent, to, message));
      }
    }
  }

  private void deliver(Predicate<Mail> arrives) {
    for (Mail mail = mails.poll(); mail != null; mail = mails.poll()) {
      if (arrives.test(mail)) {
        carryOut(
            mail.to(),
            registryOf(mail.to())
                .step(NOW, new RegistryInput.Received(mail.from(), mail.message())));
      }
    }
  }
}
