package io.nefele.hierarchy.jgroups;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.hierarchy.GroupId;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jgroups.protocols.DISCARD;
import org.jgroups.stack.Protocol;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class JGroupsTransportTest {
  private static final Duration SOON = Duration.ofSeconds(5);
  private static final GroupId RED = TestAgent.group(1);
  private static final GroupId BLUE = TestAgent.group(2);

  private final List<TestAgent> agents = new ArrayList<>();

  @AfterEach
  void closeAll() {
    agents.parallelStream().forEach(TestAgent::close);
  }

  @Test
  void eightAgentsFormOneGroupWithOneView() throws Exception {
    form(8, RED);
    assertEquals(1, agents.stream().map(agent -> agent.view(RED)).distinct().count());
    assertEquals(agents.getFirst().boot, agents.getLast().view(RED).getFirst());
  }

  @Test
  void everyBroadcastReachesEachMemberOnceInTheSendersOrder() throws Exception {
    form(8, RED);
    int each = 200;
    for (int i = 0; i < each; i++) {
      for (TestAgent agent : agents) {
        agent.transport.broadcast(RED, Bytes.utf8(Integer.toString(i)));
      }
    }
    List<String> sent = new ArrayList<>();
    for (int i = 0; i < each; i++) {
      sent.add(Integer.toString(i));
    }
    for (TestAgent agent : agents) {
      agent.await("all broadcasts", SOON, () -> agent.heard(RED).size() >= 8 * each);
      for (TestAgent sender : agents) {
        assertEquals(
            sent,
            agent.heard(RED).stream()
                .filter(message -> message.from().equals(sender.boot))
                .map(TestAgent.GroupMessage::text)
                .toList());
      }
    }
  }

  @Test
  void aMemberWhoseSocketsBreakLeavesAllViewsWithinASecond() throws Exception {
    form(8, RED);
    crash(agents.get(3));
    awaitView(RED, boots(), Duration.ofSeconds(1));
  }

  @Test
  void aCoordinatorWhoseSocketsBreakIsSucceededWithinASecond() throws Exception {
    form(8, RED);
    AgentBoot second = agents.getLast().view(RED).get(1);
    crash(agents.getFirst());
    awaitView(RED, boots(), Duration.ofSeconds(1));
    assertEquals(second, agents.getLast().view(RED).getFirst());
  }

  @Test
  void twoGroupsOfTheSameAgentsDoNotMix() throws Exception {
    form(4, RED);
    openFor(BLUE, agents.reversed());
    awaitView(BLUE, boots().reversed(), SOON);
    agents.get(0).transport.broadcast(RED, Bytes.utf8("red"));
    agents.get(0).transport.broadcast(BLUE, Bytes.utf8("blue"));
    for (TestAgent agent : agents) {
      agent.await("red", SOON, () -> !agent.heard(RED).isEmpty());
      agent.await("blue", SOON, () -> !agent.heard(BLUE).isEmpty());
      assertEquals("red", agent.heard(RED).getFirst().text());
      assertEquals("blue", agent.heard(BLUE).getFirst().text());
      assertEquals(2, agent.heard(RED).size() + agent.heard(BLUE).size());
    }
  }

  @Test
  void agentsOfDifferentGroupsSendEachOtherMessagesLargeOnesToo() throws Exception {
    agents.addAll(TestAgent.start(2));
    TestAgent red = agents.get(0);
    TestAgent blue = agents.get(1);
    red.transport.open(RED, List.of());
    blue.transport.open(BLUE, List.of());
    byte[] large = new byte[10 << 20];
    new Random(7).nextBytes(large);
    red.transport.send(blue.boot, Bytes.utf8("before"));
    red.transport.send(blue.boot, Bytes.wrap(large));
    red.transport.send(blue.boot, Bytes.utf8("after"));
    blue.transport.send(red.boot, Bytes.utf8("back"));
    blue.await("three messages", SOON, () -> blue.datagrams().size() == 3);
    red.await("one message", SOON, () -> red.datagrams().size() == 1);
    assertEquals(
        List.of(Bytes.utf8("before"), Bytes.wrap(large), Bytes.utf8("after")),
        blue.datagrams().stream().map(TestAgent.PeerMessage::bytes).toList());
    assertEquals(red.boot, blue.datagrams().getFirst().from());
  }

  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void whoDoesNotReadBlocksNobodyWhoSends() throws Exception {
    agents.addAll(TestAgent.start(2));
    TestAgent red = agents.get(0);
    TestAgent blue = agents.get(1);
    red.transport.send(blue.boot, Bytes.utf8("before"));
    blue.transport.send(red.boot, Bytes.utf8("back"));
    red.await("one message", SOON, () -> red.datagrams().size() == 1);
    blue.await("one message", SOON, () -> blue.datagrams().size() == 1);
    Bytes message = Bytes.wrap(new byte[1_000]);
    // More than the kernel takes, and than flow control lets go; less than a lane.
    int many = 60_000;
    synchronized (blue) {
      for (int i = 0; i < many; i++) {
        red.transport.send(blue.boot, message);
      }
    }
    blue.await("all of them", Duration.ofSeconds(30), () -> blue.datagrams().size() == many + 1);
  }

  @Test
  void whatIsSentInBulkArrivesWholeAndSaysFromWhom() throws Exception {
    agents.addAll(TestAgent.start(2));
    TestAgent red = agents.get(0);
    TestAgent blue = agents.get(1);
    List<Bytes> sent = new ArrayList<>();
    Random random = new Random(7);
    for (int i = 0; i < 20; i++) {
      byte[] chunk = new byte[i * 20_000];
      random.nextBytes(chunk);
      sent.add(Bytes.wrap(chunk));
      red.transport.sendBulk(blue.boot, Bytes.wrap(chunk));
    }
    blue.await("all of them", SOON, () -> blue.datagrams().size() == sent.size());
    assertEquals(sent, blue.datagrams().stream().map(TestAgent.PeerMessage::bytes).toList());
    assertEquals(red.boot, blue.datagrams().getFirst().from());
  }

  @Test
  void anAgentThatReturnsOnItsOldPortWithANewEpochJoinsAgain() throws Exception {
    form(4, RED);
    TestAgent gone = agents.get(2);
    int port = gone.endpoint().port();
    crash(gone);
    awaitView(RED, boots(), SOON);

    TestAgent back = new TestAgent(gone.boot.agent().value(), 2, port);
    agents.forEach(agent -> agent.transport.forget(gone.boot));
    agents.add(back);
    TestAgent.introduce(agents);
    back.transport.open(RED, List.of(agents.getFirst().boot));
    awaitView(RED, boots(), SOON);
    agents.getFirst().transport.send(back.boot, Bytes.utf8("welcome"));
    back.await("a message", SOON, () -> !back.datagrams().isEmpty());
  }

  @Test
  void aFirstMessageToAnAgentThatHasJustComeIsRepeatedUntilItArrives() throws Exception {
    DISCARD link = new DISCARD().discardAll(true);
    TestAgent sender = new TestAgent(100, 1, 0, () -> List.of(link));
    agents.addAll(TestAgent.start(10));
    for (TestAgent agent : agents) {
      agent.transport.learn(sender.boot, sender.endpoint());
      sender.transport.learn(agent.boot, agent.endpoint());
      sender.transport.send(agent.boot, Bytes.utf8("hello"));
    }

    link.discardAll(false);

    for (TestAgent agent : agents) {
      agent.await("a message", SOON, () -> !agent.datagrams().isEmpty());
    }
    agents.add(sender);
  }

  @Test
  void anAgentThatLeftMayOpenTheSameGroupAgain() throws Exception {
    form(3, RED);
    TestAgent last = agents.getLast();
    for (int round = 0; round < 3; round++) {
      last.transport.close(RED);
      last.transport.open(RED, List.of(agents.getFirst().boot));
      last.transport.broadcast(RED, Bytes.utf8("round " + round));
      int expected = round + 1;
      for (TestAgent agent : agents) {
        agent.await("round " + round, SOON, () -> agent.heard(RED).size() >= expected);
      }
    }
    awaitView(RED, boots(), SOON);
  }

  @Test
  void aMemberThatTheOthersHaveTakenOutGoesOnAloneOnceItIsHeardAgain() throws Exception {
    Duration beat = Duration.ofMillis(100);
    Duration silence = Duration.ofMillis(600);
    DISCARD link = new DISCARD();
    for (int id = 1; id <= 3; id++) {
      List<Protocol> between = id == 3 ? List.of(link) : List.of();
      AgentBoot boot = new AgentBoot(new AgentId(id), 1);
      agents.add(
          new TestAgent(
              new JGroupsConfig(boot, "127.0.0.1", 0, beat, beat, silence), () -> between));
    }
    TestAgent.introduce(agents);
    openFor(RED, agents);
    awaitView(RED, boots(), SOON);
    TestAgent mute = agents.getLast();

    link.setDownDiscardRate(1.0);
    for (TestAgent other : agents.subList(0, 2)) {
      other.await("a view without it", SOON, () -> other.view(RED).size() == 2);
    }
    link.setDownDiscardRate(0);

    mute.await("a view of its own", SOON, () -> mute.view(RED).equals(List.of(mute.boot)));
  }

  @Test
  void aGroupWhoseContactsAreGoneIsFoundedAnew() throws Exception {
    agents.addAll(TestAgent.start(2));
    crash(agents.get(1));
    TestAgent alone = agents.getFirst();
    alone.transport.open(RED, List.of(new AgentBoot(new AgentId(2), 1)));
    alone.await("a view", SOON, () -> alone.view(RED).equals(List.of(alone.boot)));
  }

  @Test
  void aMessageToAnAgentIsSentAsSoonAsGossipTellsOfIt() throws Exception {
    TestAgent early = new TestAgent(1, 1);
    TestAgent late = new TestAgent(2, 1);
    agents.addAll(List.of(early, late));
    early.transport.send(late.boot, Bytes.utf8("answer"));

    TestAgent.introduce(agents);

    late.await("the message", SOON, () -> late.datagrams().size() == 1);
  }

  @Test
  void messagesToAnAgentWaitUntilItIsKnownAndKeepTheirOrder() throws Exception {
    TestAgent early = new TestAgent(1, 1);
    TestAgent late = new TestAgent(2, 1);
    agents.addAll(List.of(early, late));
    early.transport.send(late.boot, Bytes.utf8("first"));
    early.transport.send(late.boot, Bytes.utf8("second"));

    TestAgent.introduce(agents);
    early.transport.send(late.boot, Bytes.utf8("third"));

    late.await("all messages", SOON, () -> late.datagrams().size() == 3);
    assertEquals(
        List.of("first", "second", "third"),
        late.datagrams().stream().map(message -> message.bytes().utf8()).toList());
    assertEquals(0, early.transport.dropped());
  }

  @Test
  void aMessageToAnAgentThatIsGoneIsDroppedAndCounted() throws Exception {
    agents.addAll(TestAgent.start(2));
    TestAgent gone = agents.getLast();
    agents.getFirst().transport.forget(gone.boot);
    agents.getFirst().transport.send(gone.boot, Bytes.utf8("lost"));
    assertEquals(1, agents.getFirst().transport.dropped());
  }

  @Test
  void aTakenPortIsNamed() throws IOException {
    agents.addAll(TestAgent.start(1));
    int port = agents.getFirst().endpoint().port();
    PortInUseException refused =
        assertThrows(PortInUseException.class, () -> new TestAgent(2, 1, port));
    assertEquals(port, refused.port());
  }

  private void form(int count, GroupId group) throws Exception {
    agents.addAll(TestAgent.start(count));
    openFor(group, agents);
    awaitView(group, boots(), SOON);
  }

  private static void openFor(GroupId group, List<TestAgent> members) throws Exception {
    TestAgent first = members.getFirst();
    first.transport.open(group, List.of());
    first.await("a first view", SOON, () -> !first.view(group).isEmpty());
    for (TestAgent member : members.subList(1, members.size())) {
      member.transport.open(group, List.of(first.boot));
    }
  }

  private void awaitView(GroupId group, List<AgentBoot> members, Duration limit)
      throws InterruptedException {
    List<AgentBoot> sorted = members.stream().sorted().toList();
    for (TestAgent agent : agents) {
      agent.await(
          "a view of " + members,
          limit,
          () -> agent.view(group).stream().sorted().toList().equals(sorted));
    }
  }

  private void crash(TestAgent agent) {
    agents.remove(agent);
    agent.transport.crash();
  }

  private List<AgentBoot> boots() {
    return TestAgent.boots(agents);
  }
}
