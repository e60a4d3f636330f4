package io.nefele.hierarchy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Name;
import io.nefele.core.SeededStreams;
import io.nefele.hierarchy.HierarchyMessage.Ask;
import io.nefele.hierarchy.HierarchyMessage.Declined;
import io.nefele.hierarchy.HierarchyMessage.Granted;
import io.nefele.hierarchy.HierarchyMessage.Move;
import io.nefele.hierarchy.HierarchyMessage.Refused;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One agent that gives room and one that looks for it, input by input. */
class RoomTest {
  private static final Name SERVICE = new Name("boot");
  private static final AgentBoot SELF = boot(1);
  private static final AgentBoot GUEST = boot(2);
  private static final AgentBoot NEIGHBOUR = boot(3);
  private static final GroupId THEIRS = new GroupId(SERVICE, 0, NEIGHBOUR, 1);

  /** Three agents at most in a group. */
  private final Hierarchy hierarchy =
      new Hierarchy(
          new HierarchyConfig(SERVICE, 2),
          SELF,
          agent -> Optional.of(Duration.ofMillis(1)),
          new SeededStreams(1).stream("room"));

  private Instant now = Instant.EPOCH;

  @BeforeEach
  void start() {
    step(new HierarchyInput.Started());
  }

  @Test
  void leaderWhoseGuestComesElsewhere_looksForOthersAtOnce() {
    GroupId mine = found();
    receive(GUEST, new Ask(SERVICE, 0, List.of(GUEST), false));
    tellOfTheirGroup();
    assertFalse(asksNeighbour(consider()));

    receive(GUEST, new Declined(mine));

    assertTrue(asksNeighbour(consider()));
  }

  @Test
  void leaderThatIsToldOfAnotherGroup_stillAwaitsItsGuest() {
    found();
    receive(GUEST, new Ask(SERVICE, 0, List.of(GUEST), false));
    tellOfTheirGroup();

    receive(GUEST, new Declined(THEIRS));

    assertFalse(asksNeighbour(consider()));
  }

  @Test
  void grantThatNobodyAwaitsAnyMore_isDeclined() {
    found();
    assertEquals(
        List.of(new Declined(THEIRS)), sent(receive(NEIGHBOUR, new Granted(THEIRS, 1)), NEIGHBOUR));
  }

  @Test
  void grantThatComesTwice_isNotDeclined() {
    joinTheirs();
    assertEquals(List.of(), sent(receive(NEIGHBOUR, new Granted(THEIRS, 1)), NEIGHBOUR));
  }

  @Test
  void memberThatHasGoneElsewhere_declinesToMoveWithItsOldGroup() {
    found();
    GroupId old = new GroupId(SERVICE, 0, GUEST, 1);
    assertEquals(
        List.of(new Declined(THEIRS)),
        sent(receive(GUEST, new Move(old, THEIRS, NEIGHBOUR, 1)), NEIGHBOUR));
  }

  @Test
  void newcomerWhoseSeedHasNoGroup_goesToTheNextInLine() {
    List<AgentBoot> line = newcomersBeforeSelf();
    AgentBoot seed = line.get(0);
    assertEquals(1, asks(consider(), seed).size());

    receive(seed, new Refused(SERVICE, 0, false));

    assertEquals(1, asks(consider(), line.get(1)).size());
  }

  @Test
  void newcomerWhoseSeedIsFull_asksItToSplit() {
    AgentBoot seed = newcomersBeforeSelf().get(0);
    consider();

    receive(seed, new Refused(SERVICE, 0, true));

    assertEquals(List.of(new Ask(SERVICE, 0, List.of(SELF), true)), asks(consider(), seed));
  }

  @Test
  void fullLeader_saysSo() {
    GroupId mine = found();
    step(new HierarchyInput.ViewInstalled(mine, List.of(SELF, boot(4), boot(5), boot(6), boot(7))));
    assertEquals(
        List.of(new Refused(SERVICE, 0, true)),
        sent(receive(GUEST, new Ask(SERVICE, 0, List.of(GUEST), false)), GUEST));
  }

  /**
   * Makes known, in the order in which all go through them, two newcomers that come before SELF.
   */
  private List<AgentBoot> newcomersBeforeSelf() {
    Comparator<AgentBoot> order =
        Comparator.comparingLong(boot -> Choices.hash(boot.agent().value(), 0));
    List<AgentBoot> before = new ArrayList<>();
    for (int id = 10; before.size() < 2; id++) {
      if (order.compare(boot(id), SELF) < 0) {
        before.add(boot(id));
      }
    }
    before.sort(order);
    before.forEach(boot -> step(new HierarchyInput.PeerChanged(new Peer(boot, List.of()))));
    return before;
  }

  private GroupId found() {
    GroupId group = opened(consider());
    step(new HierarchyInput.ViewInstalled(group, List.of(SELF)));
    return group;
  }

  private void joinTheirs() {
    tellOfTheirGroup();
    consider();
    receive(NEIGHBOUR, new Granted(THEIRS, 1));
  }

  private void tellOfTheirGroup() {
    GroupAdvert advert = new GroupAdvert(THEIRS, NEIGHBOUR, 1, 2);
    step(new HierarchyInput.PeerChanged(new Peer(NEIGHBOUR, List.of(advert))));
  }

  private List<HierarchyEffect> consider() {
    return step(new HierarchyInput.TimerFired(new HierarchyTimer.Consider(0)));
  }

  private List<HierarchyEffect> receive(AgentBoot from, HierarchyMessage message) {
    return step(new HierarchyInput.Received(from, message));
  }

  private List<HierarchyEffect> step(HierarchyInput input) {
    now = now.plusMillis(50);
    return List.copyOf(hierarchy.step(now, input));
  }

  private static boolean asksNeighbour(List<HierarchyEffect> effects) {
    return !asks(effects, NEIGHBOUR).isEmpty();
  }

  private static List<HierarchyMessage> asks(List<HierarchyEffect> effects, AgentBoot to) {
    return sent(effects, to).stream().filter(Ask.class::isInstance).toList();
  }

  private static List<HierarchyMessage> sent(List<HierarchyEffect> effects, AgentBoot to) {
    List<HierarchyMessage> messages = new ArrayList<>();
    for (HierarchyEffect effect : effects) {
      if (effect instanceof HierarchyEffect.Send send && send.to().equals(to)) {
        messages.add(send.message());
      }
    }
    return messages;
  }

  private static GroupId opened(List<HierarchyEffect> effects) {
    for (HierarchyEffect effect : effects) {
      if (effect instanceof HierarchyEffect.OpenGroup open) {
        return open.group();
      }
    }
    throw new AssertionError("no group was opened: " + effects);
  }

  private static AgentBoot boot(long id) {
    return new AgentBoot(new AgentId(id), 1);
  }
}
