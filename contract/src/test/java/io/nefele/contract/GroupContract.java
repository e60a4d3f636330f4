package io.nefele.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Name;
import io.nefele.hierarchy.GroupId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What groups are to agents, on whatever transport. */
abstract class GroupContract {
  static final GroupId RED = group(1);
  static final GroupId BLUE = group(2);

  final List<AgentBoot> agents = new ArrayList<>();
  private final GroupBed bed = newBed();

  abstract GroupBed newBed();

  final GroupBed bed() {
    return bed;
  }

  static GroupId group(int counter) {
    return new GroupId(new Name("boot"), 0, new AgentBoot(new AgentId(1), 1), counter);
  }

  @BeforeEach
  void fourAgentsInOneGroup() {
    form(4);
  }

  @AfterEach
  void allRulesHold() {
    List<GroupEvent> run = bed.trace().events();
    bed.close();
    GroupRules.checkSettled(run);
  }

  @Test
  void whoJoinsAtTheSameTimeAgreesOnOneOrderWithTheFounderFirst() {
    AgentBoot founder = agents.getFirst();
    for (int i = 0; i < 4; i++) {
      agents.add(bed.start());
      bed.open(agents.getLast(), RED, List.of(founder));
    }
    awaitOneView(agents);

    assertEquals(founder, bed.trace().view(agents.getLast(), RED).getFirst());
  }

  @Test
  void aCrashedMemberLeavesAllViews() {
    bed.crash(agents.remove(2));

    awaitOneView(agents);
  }

  @Test
  void theSecondLeadsWhenTheFirstCrashesAndTakesInWhoComesNext() {
    AgentBoot second = bed.trace().view(agents.getFirst(), RED).get(1);
    bed.crash(agents.removeFirst());
    awaitOneView(agents);
    assertEquals(second, bed.trace().view(agents.getLast(), RED).getFirst());

    agents.add(bed.start());
    bed.open(agents.getLast(), RED, List.of(second));
    awaitOneView(agents);
  }

  @Test
  void whoCannotReachACoordinatorIsAlone() {
    AgentBoot gone = agents.remove(3);
    bed.crash(gone);
    awaitOneView(agents);
    AgentBoot late = bed.start();
    bed.open(late, BLUE, List.of(gone));

    bed.await("a group of one", trace -> trace.allIn(List.of(late), BLUE));
  }

  @Test
  void broadcastsOfAllReachAll() {
    broadcastEach(50, RED, agents);

    awaitHeard(agents, RED, 4 * 50);
  }

  @Test
  void nothingIsHeardOfAClosedGroup() {
    AgentBoot left = agents.remove(3);
    bed.close(left, RED);
    awaitOneView(agents);
    broadcastEach(5, RED, agents);
    awaitHeard(agents, RED, 3 * 5);
    fence(List.of(agents.getFirst(), left));
  }

  @Test
  void twoGroupsOfTheSameAgentsDoNotMix() {
    bed.open(agents.getLast(), BLUE, List.of());
    bed.await("a group of one", trace -> trace.allIn(List.of(agents.getLast()), BLUE));
    for (AgentBoot agent : agents.subList(0, 3)) {
      bed.open(agent, BLUE, List.of(agents.getLast()));
    }
    bed.await("both groups", trace -> trace.allIn(agents, BLUE));
    assertEquals(agents.getLast(), bed.trace().view(agents.getFirst(), BLUE).getFirst());
    for (AgentBoot agent : agents) {
      bed.broadcast(agent, RED, 1);
      bed.broadcast(agent, BLUE, 2);
    }
    awaitHeard(agents, RED, 4);
    awaitHeard(agents, BLUE, 4);
  }

  @Test
  void messagesFromOneToOneComeInOrder() {
    for (int i = 0; i < 100; i++) {
      bed.send(agents.get(0), agents.get(1), i);
      bed.send(agents.get(2), agents.get(1), i);
      bed.send(agents.get(1), agents.get(0), i);
    }

    bed.await("200 messages", trace -> trace.received(agents.get(1)) == 200);
    bed.await("100 messages", trace -> trace.received(agents.get(0)) == 100);
  }

  @Test
  void aMessageToAnEarlierLifeOrToNobodyReachesNobody() {
    AgentBoot earlier = agents.remove(3);
    bed.crash(earlier);
    awaitOneView(agents);
    AgentBoot later = bed.restart(earlier);
    bed.send(agents.getFirst(), earlier, 1);
    bed.send(agents.getFirst(), new AgentBoot(new AgentId(4711), 1), 2);
    bed.send(agents.getFirst(), later, 3);
    bed.send(later, agents.getFirst(), 4);

    bed.await("what was sent to the later life", trace -> trace.received(later) == 1);
    bed.await("the answer", trace -> trace.received(agents.getFirst()) == 1);
  }

  @Test
  void aReturnedAgentStandsLastUnderItsNewBoot() {
    AgentBoot earlier = agents.remove(1);
    bed.crash(earlier);
    awaitOneView(agents);
    agents.add(bed.restart(earlier));
    bed.open(agents.getLast(), RED, List.of(agents.getFirst()));
    awaitOneView(agents);

    assertEquals(agents.getLast(), bed.trace().view(agents.getFirst(), RED).getLast());
  }

  @Test
  void eachSideOfACutGoesOnAloneAndIsNotMergedWhenItHeals() {
    List<AgentBoot> left = agents.subList(0, 2);
    List<AgentBoot> right = agents.subList(2, 4);
    bed.cut(left, right);
    bed.await("two sides", trace -> trace.allIn(left, RED) && trace.allIn(right, RED));
    broadcastEach(5, RED, agents);
    awaitHeard(agents, RED, 2 * 5);
    bed.heal();
    fence(agents);

    assertTrue(bed.trace().allIn(left, RED) && bed.trace().allIn(right, RED));
  }

  private void form(int count) {
    agents.add(bed.start());
    bed.open(agents.getFirst(), RED, List.of());
    awaitOneView(agents);
    while (agents.size() < count) {
      agents.add(bed.start());
      bed.open(agents.getLast(), RED, List.of(agents.getFirst()));
    }
    awaitOneView(agents);
  }

  private void awaitOneView(List<AgentBoot> members) {
    bed.await("one view of " + members, trace -> trace.allIn(members, RED));
  }

  final void awaitHeard(List<AgentBoot> members, GroupId group, int count) {
    for (AgentBoot member : members) {
      bed.await(count + " broadcasts at " + member, t -> t.heard(member, group) == count);
    }
  }

  final void broadcastEach(int count, GroupId group, List<AgentBoot> senders) {
    for (int i = 0; i < count; i++) {
      for (AgentBoot sender : senders) {
        bed.broadcast(sender, group, i);
      }
    }
  }

  /** Lets pass what is under way: a message from each to each comes after it. */
  private void fence(List<AgentBoot> all) {
    for (AgentBoot from : all) {
      for (AgentBoot to : all) {
        if (!from.equals(to)) {
          bed.send(from, to, Integer.MAX_VALUE);
        }
      }
    }
    for (AgentBoot to : all) {
      bed.await("a message from all at " + to, trace -> trace.received(to) >= all.size() - 1);
    }
  }
}
