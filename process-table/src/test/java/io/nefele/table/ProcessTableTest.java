package io.nefele.table;

import static io.nefele.table.TableWorld.boot;
import static io.nefele.table.TableWorld.running;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.core.AgentBoot;
import io.nefele.core.InvariantViolation;
import io.nefele.core.SeededStreams;
import java.time.Instant;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ProcessTableTest {
  private static final AgentBoot A = boot(1, 1);
  private static final AgentBoot B = boot(2, 1);
  private static final AgentBoot C = boot(3, 1);

  private final TableWorld world = new TableWorld(new SeededStreams(1).stream("network"));

  @Test
  void aChangeIsAnsweredByEveryMemberOfTheGroup() {
    startAll();
    world.input(A, new TableInput.RowChanged(running(A, 1), true));
    world.deliverAll();
    assertEquals(List.of(running(A, 1)), rows(B));
    assertEquals(List.of(running(A, 1)), rows(C));
  }

  @Test
  void changesInQuickSuccessionAreToldTogether() {
    startAll();
    List<TableEffect> first = step(A, new TableInput.RowChanged(running(A, 1), true));
    List<TableEffect> second = step(A, new TableInput.RowChanged(running(A, 2), true));
    List<TableEffect> third = step(A, new TableInput.RowChanged(running(A, 3), true));
    assertInstanceOf(TableEffect.Broadcast.class, first.getFirst());
    assertInstanceOf(TableEffect.SetNewsTimer.class, second.getFirst());
    assertEquals(List.of(), third);
  }

  @Test
  void whatNobodyWaitsForIsToldALittleLater() {
    startAll();
    List<TableEffect> idle = step(A, new TableInput.RowChanged(running(A, 1), false));
    List<TableEffect> more = step(A, new TableInput.RowChanged(running(A, 2), false));
    assertInstanceOf(TableEffect.SetNewsTimer.class, idle.getFirst());
    assertEquals(List.of(), more);
    List<TableEffect> awaited = step(A, new TableInput.RowChanged(running(A, 3), true));
    List<TableEffect> due = step(A, new TableInput.NewsDue());
    assertInstanceOf(TableEffect.Broadcast.class, awaited.getFirst());
    assertEquals(List.of(), due);
  }

  @Test
  void aMemberThatJoinsLaterLearnsWhatItMissed() {
    world.start(A);
    world.start(B);
    world.group(A);
    world.input(A, new TableInput.RowChanged(running(A, 1), true));
    world.group(A, B);
    assertEquals(List.of(running(A, 1)), rows(B));
  }

  @Test
  void rowsOfACrashedMemberAreToldAsLostSinceTheViewChanged() {
    startAll();
    world.input(A, new TableInput.RowChanged(running(A, 1), true));
    world.deliverAll();
    world.crash(A);
    world.group(B, C);
    ProcessRow lost = running(A, 1).with(ProcessState.LOST, 5000);
    assertEquals(List.of(lost), rows(B));
    assertEquals(List.of(lost), rows(C));
  }

  @Test
  void theReturnedAgentsTruthReplacesWhatWasToldOfIt() {
    startAll();
    world.input(A, new TableInput.RowChanged(running(A, 1), true));
    world.input(A, new TableInput.RowChanged(running(A, 2), true));
    world.deliverAll();
    world.crash(A);
    world.group(B, C);
    world.start(boot(1, 2), running(A, 2));
    world.group(B, C, boot(1, 2));
    assertEquals(List.of(running(A, 2)), rows(B));
  }

  @Test
  void lateNewsOfAnEarlierLifeDoesNotMakeAMemberLost() {
    startAll();
    world.input(A, new TableInput.RowChanged(running(A, 1), true));
    world.deliverAll();
    world.input(B, new TableInput.AgentLost(A.agent(), 7000));
    assertEquals(List.of(running(A, 1)), rows(B));
  }

  @Test
  void rowsOfADeadAgentTravelToThoseWhoJoinItsHolders() {
    startAll();
    world.input(A, new TableInput.RowChanged(running(A, 1), true));
    world.deliverAll();
    world.crash(A);
    world.group(B, C);
    AgentBoot d = boot(4, 1);
    world.start(d);
    world.input(d, new TableInput.AgentLost(A.agent(), 7000));
    world.group(B, C, d);
    assertEquals(List.of(running(A, 1).with(ProcessState.LOST, 7000)), rows(d));
  }

  @Test
  void anAgentSeenInAnotherGroupIsNoLongerAnsweredFor() {
    startAll();
    world.input(A, new TableInput.RowChanged(running(A, 1), true));
    world.deliverAll();
    world.group(B, C);
    world.input(B, new TableInput.AgentElsewhere(A.agent()));
    assertEquals(List.of(), rows(B));
  }

  @Test
  void forgottenRowsLeaveTheReplicasToo() {
    startAll();
    world.input(A, new TableInput.RowChanged(running(A, 1), true));
    world.input(A, new TableInput.RowChanged(running(A, 1).exited(0, 2000), true));
    world.input(A, new TableInput.RowChanged(running(A, 2), true));
    world.deliverAll();
    world.input(A, new TableInput.RowsForgotten(List.of(running(A, 1).id())));
    world.deliverAll();
    assertEquals(List.of(running(A, 2)), rows(B));
  }

  @Test
  void aReplicaThatMissedARemovalIsPutRightByTheNextDigest() {
    startAll();
    world.input(A, new TableInput.RowChanged(running(A, 1), true));
    world.deliverAll();
    world.lossPercent = 100;
    world.input(A, new TableInput.RowsForgotten(List.of(running(A, 1).id())));
    world.deliverAll();
    world.lossPercent = 0;
    world.digestRound();
    assertEquals(List.of(), rows(B));
  }

  @Test
  void rowsThatTheSenderMayNotWriteAreIgnored() {
    startAll();
    Shard forged = new Shard(B.agent(), new TenantCounts());
    forged.beginEpoch(1);
    forged.put(running(A, 9));
    Delta delta = forged.news(Version.NONE, List.of());
    for (int i = 0; i < 3; i++) {
      world.input(C, new TableInput.Received(B, new TableMessage.News(delta)));
    }
    assertEquals(List.of(), rows(C));
    String foreign = C.agent() + " FOREIGN " + B.agent() + " " + B.agent();
    assertEquals(List.of(foreign + " 1", foreign + " 2"), world.noticed);
  }

  @Test
  void aProcessIsToldAsStartedLostAndFoundByOneAgentEach() {
    startAll();
    ProcessRow row = running(C, 1);
    world.input(C, new TableInput.RowChanged(row, true));
    world.deliverAll();
    world.group(A, B);
    world.group(A, B, C);
    for (int i = 0; i < 3; i++) {
      world.digestRound();
      world.input(C, new TableInput.RowChanged(running(C, 2 + i), true));
      world.deliverAll();
    }
    assertEquals(
        List.of(
            C.agent() + " STARTED " + row.id(),
            A.agent() + " LOST " + row.id(),
            A.agent() + " FOUND " + row.id()),
        world.noticed.stream().filter(told -> told.endsWith(row.id().toString())).toList());
  }

  @Test
  void anAgentAnswersForThoseThatHaveToldItTheirRows() {
    startAll();
    assertEquals(new Coverage(List.of(B, A, C), List.of()), world.table(B).coverage(world.now()));
    world.crash(A);
    world.group(B, C);
    assertEquals(new Coverage(List.of(B, C), List.of(A)), world.table(B).coverage(world.now()));
  }

  @Test
  void anAgentDoesNotAnswerForThoseOfWhomItHasHeardNothingForLong() {
    startAll();
    Instant later = world.now().plusSeconds(30);
    assertEquals(new Coverage(List.of(B), List.of()), world.table(B).coverage(later));
  }

  @Test
  void anAgentDoesNotAnswerForAMemberThatHasToldItNothingYet() {
    world.start(A);
    world.start(B);
    var unused = step(A, new TableInput.GroupChanged(List.of(A.agent(), B.agent()), 0));
    assertEquals(new Coverage(List.of(A), List.of()), world.table(A).coverage(world.now()));
  }

  @Test
  void aRowThatGoesBackStopsTheAgent() {
    startAll();
    world.input(A, new TableInput.RowChanged(running(A, 1).exited(0, 2000), true));
    assertThrows(
        InvariantViolation.class,
        () -> world.input(A, new TableInput.RowChanged(running(A, 1), true)));
  }

  @Test
  void aRowsAgeIsTheTimeSinceItsAgentWasLastHeard() {
    startAll();
    world.input(A, new TableInput.RowChanged(running(A, 1), true));
    world.deliverAll();
    world.lossPercent = 100;
    world.digestRound();
    assertEquals(
        TableWorld.DIGEST_INTERVAL.plus(TableWorld.NEWS_ROUND).toMillis(),
        world.answer(B).getFirst().ageMillis());
    world.lossPercent = 0;
    world.digestRound();
    assertEquals(0, world.answer(B).getFirst().ageMillis());
  }

  @Test
  void atRestADigestCostsTwoMessagesForEachMember() {
    startAll();
    world.digestRound();
    int before = world.delivered();
    world.digestRound();
    assertEquals(2 * 2, world.delivered() - before);
  }

  @Test
  void theLeadersDigestTellsHowOldItsKnowledgeIs() {
    startAll();
    world.input(B, new TableInput.RowChanged(running(B, 1), true));
    world.deliverAll();
    world.digestRound();
    world.crash(B);
    world.digestRound();
    world.digestRound();
    assertTrue(world.answer(C).getFirst().ageMillis() >= 2 * TableWorld.DIGEST_INTERVAL.toMillis());
  }

  @Test
  void aDigestOfAnEarlierLifeOfTheLeaderIsNotAnsweredByItself() {
    startAll();
    List<TableEffect> effects =
        step(A, new TableInput.Received(A, new TableMessage.Digest(List.of())));
    assertEquals(List.of(), effects);
  }

  @Property(tries = 200)
  void digestsRepairWhateverTheNetworkLost(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 90) int lossPercent) {
    TableWorld lossy = new TableWorld(new SeededStreams(seed).stream("network"));
    var workload = new SeededStreams(seed).stream("workload");
    List<AgentBoot> agents = List.of(A, B, C);
    agents.forEach(lossy::start);
    lossy.group(A, B, C);
    lossy.lossPercent = lossPercent;
    for (int i = 1; i <= 20; i++) {
      AgentBoot at = agents.get(workload.nextInt(agents.size()));
      lossy.input(at, new TableInput.RowChanged(running(at, i), true));
      if (workload.nextInt(4) == 0) {
        lossy.input(at, new TableInput.RowsForgotten(List.of(running(at, i).id())));
      }
      lossy.deliverAll();
    }
    lossy.lossPercent = 0;
    lossy.digestRound();
    assertEquals(lossy.table(A).versions(), lossy.table(B).versions());
    assertEquals(lossy.table(A).versions(), lossy.table(C).versions());
    assertTrue(
        lossy.answer(A).stream().map(RowView::row).toList().containsAll(lossy.table(B).ownRows()));
  }

  /** What it sends and sets; what it noticed is another matter. */
  private List<TableEffect> step(AgentBoot at, TableInput input) {
    return world.table(at).step(Instant.EPOCH.plusSeconds(9), input).stream()
        .filter(effect -> !(effect instanceof TableEffect.Noticed))
        .toList();
  }

  private void startAll() {
    List.of(A, B, C).forEach(world::start);
    world.group(A, B, C);
  }

  private List<ProcessRow> rows(AgentBoot at) {
    return world.answer(at).stream().map(RowView::row).toList();
  }
}
