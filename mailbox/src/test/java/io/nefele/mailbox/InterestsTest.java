package io.nefele.mailbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Name;
import java.time.Instant;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class InterestsTest {
  private static final AgentBoot SELF = new AgentBoot(new AgentId(1), 1);
  private static final AgentId PEER = new AgentId(2);
  private static final Interest NEWS = new Interest(new Name("t"), "news/*");

  private final Interests interests = new Interests(SELF);

  @Test
  void aChangeIsToldToAllAtOnceAndAdvertised() {
    long next = interests.version() + 1;
    List<InterestEffect> effects = step(new InterestInput.Changed(set(NEWS), List.of(PEER)));
    assertEquals(
        List.of(
            new InterestEffect.Advertise(next),
            new InterestEffect.Send(PEER, new InterestMessage.Tell(next, List.of(NEWS)))),
        effects);
    assertEquals(List.of(), step(new InterestInput.Changed(set(NEWS), List.of(PEER))));
  }

  @Test
  void whoIsSaidToHaveNews_isAskedUntilTheyAreKnown() {
    long version = Interests.firstVersion(new AgentBoot(PEER, 3)) + 1;
    InterestEffect ask = new InterestEffect.Send(PEER, new InterestMessage.Ask());
    assertTrue(step(new InterestInput.PeerKnown(PEER, version)).contains(ask));
    assertTrue(step(new InterestInput.AskAgain()).contains(ask));
    step(new InterestInput.Received(PEER, new InterestMessage.Tell(version, List.of(NEWS))));
    assertEquals(List.of(), step(new InterestInput.AskAgain()));
    assertEquals(set(PEER), interests.interested(NEWS::equals));
  }

  @Test
  void anOlderVersionChangesNothing() {
    step(new InterestInput.PeerKnown(PEER, 1));
    step(new InterestInput.Received(PEER, new InterestMessage.Tell(8, List.of(NEWS))));
    step(new InterestInput.Received(PEER, new InterestMessage.Tell(7, List.of())));
    assertEquals(set(NEWS), interests.of(PEER));
  }

  @Test
  void aNewBootThatIsInterestedInNothing_isNotAsked() {
    step(new InterestInput.PeerKnown(PEER, 1));
    step(new InterestInput.Received(PEER, new InterestMessage.Tell(8, List.of(NEWS))));
    AgentBoot later = new AgentBoot(PEER, 2);
    assertEquals(List.of(), step(new InterestInput.PeerKnown(PEER, Interests.firstVersion(later))));
    assertEquals(set(), interests.of(PEER));
  }

  @Test
  void whoIsGone_isForgotten() {
    step(new InterestInput.PeerKnown(PEER, 1));
    step(new InterestInput.Received(PEER, new InterestMessage.Tell(8, List.of(NEWS))));
    step(new InterestInput.PeerGone(PEER));
    assertEquals(set(), interests.interested(NEWS::equals));
  }

  @Test
  void whatOneThatIsGoneStillTells_isNotTakenUntilItIsThereAgain() {
    InterestMessage tell = new InterestMessage.Tell(8, List.of(NEWS));
    assertEquals(List.of(), step(new InterestInput.Received(PEER, tell)));
    assertEquals(set(), interests.interested(NEWS::equals));
    step(new InterestInput.PeerKnown(PEER, 8));
    step(new InterestInput.Received(PEER, tell));
    assertEquals(set(PEER), interests.interested(NEWS::equals));
  }

  private List<InterestEffect> step(InterestInput input) {
    return interests.step(Instant.EPOCH, input);
  }

  @SafeVarargs
  private static <T extends Comparable<T>> SortedSet<T> set(T... elements) {
    return new TreeSet<>(List.of(elements));
  }
}
