package io.nefele.mailbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.core.ProcessId;
import io.nefele.mailbox.CallOutcome.Failure;
import io.nefele.mailbox.CallOutcome.Why;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CallsTest {
  private static final ProcessId A = new ProcessId(new AgentBoot(new AgentId(1), 1), 1);
  private static final ProcessId B = new ProcessId(new AgentBoot(new AgentId(2), 1), 1);
  private static final Bytes REPLY = Bytes.utf8("reply");

  private final Instant now = Instant.EPOCH;
  private final Instant deadline = now.plusSeconds(10);
  private final Calls calls = new Calls();

  @Test
  void aReplyEndsTheCall() {
    begin(A, B);
    step(new CallInput.Stored(1, A));
    assertEquals(
        Optional.of(new CallOutcome.Answered(A, REPLY, List.of())),
        finished(step(new CallInput.Replied(1, Optional.of(A), REPLY))));
    assertEquals(List.of(), step(new CallInput.Replied(1, Optional.of(A), REPLY)));
  }

  @Test
  void whoEndsWithTheRequest_isReplacedByTheNext() {
    begin(A, B);
    step(new CallInput.Stored(1, A));
    List<CallEffect> effects = step(new CallInput.News(A, false));
    assertTrue(effects.contains(new CallEffect.Attempt(1, B, deadline)), effects::toString);
    assertEquals(
        Optional.of(new CallOutcome.Answered(B, REPLY, List.of(new Failure(A, Why.ENDED)))),
        finished(step(new CallInput.Replied(1, Optional.of(B), REPLY))));
  }

  @Test
  void whoIsExpected_isLookedForUntilSomebodyIsThere() {
    step(new CallInput.Asked(1, deadline));
    List<CallEffect> effects = step(new CallInput.Expected(1));
    assertEquals(
        List.of(new CallEffect.SetTimer(new CallTimer.Again(1), Duration.ofMillis(50))), effects);
    assertEquals(
        List.of(new CallEffect.Resolve(1)), step(new CallInput.TimerFired(new CallTimer.Again(1))));
  }

  @Test
  void whoseAgentIsGone_isReplacedIfThereIsAnother() {
    begin(A, B);
    step(new CallInput.Stored(1, A));
    List<CallEffect> effects = step(new CallInput.PeerGone(A.agent()));
    assertTrue(effects.contains(new CallEffect.Attempt(1, B, deadline)), effects::toString);
  }

  @Test
  void whoIsAlone_isWaitedForWhileItsAgentIsAway() {
    begin(A);
    step(new CallInput.Stored(1, A));
    assertEquals(List.of(), step(new CallInput.PeerGone(A.agent())));
    assertEquals(
        Optional.of(new CallOutcome.Answered(A, REPLY, List.of())),
        finished(step(new CallInput.Replied(1, Optional.of(A), REPLY))));
  }

  @Test
  void newMembersOfThePool_areFoundWhileTheOnlyOneIsAway() {
    begin(A);
    step(new CallInput.Stored(1, A));
    step(new CallInput.PeerGone(A.agent()));
    List<CallEffect> probing = step(new CallInput.TimerFired(new CallTimer.Probe(1)));
    assertTrue(probing.contains(new CallEffect.Resolve(1)), probing::toString);
    List<CallEffect> effects = step(new CallInput.Resolved(1, List.of(A, B)));
    assertTrue(effects.contains(new CallEffect.Attempt(1, B, deadline)), effects::toString);
  }

  @Test
  void whenAllHaveEnded_theCallFailsAndTellsWhomItTried() {
    begin(A);
    step(new CallInput.Stored(1, A));
    step(new CallInput.News(A, false));
    assertEquals(
        Optional.of(new CallOutcome.NobodyLeft(List.of(new Failure(A, Why.ENDED)))),
        finished(step(new CallInput.Resolved(1, List.of(A)))));
  }

  @Test
  void whoCouldNotBeReached_isTriedAgain() {
    begin(A);
    step(new CallInput.NotStored(1, A, Why.NOT_REACHED));
    step(new CallInput.Resolved(1, List.of(A)));
    step(new CallInput.TimerFired(new CallTimer.Again(1)));
    List<CallEffect> effects = step(new CallInput.Resolved(1, List.of(A)));
    assertTrue(effects.contains(new CallEffect.Attempt(1, A, deadline)), effects::toString);
  }

  @Test
  void anAttempt_getsOnlyAPartOfTheTimeWhereOthersCouldBeAsked() {
    step(new CallInput.Asked(1, deadline));
    assertTrue(
        step(new CallInput.Resolved(1, List.of(A, B)))
            .contains(new CallEffect.Attempt(1, A, now.plus(Duration.ofSeconds(1)))));
  }

  @Test
  void nothingButAReplyIsSuccess() {
    begin(A);
    step(new CallInput.Stored(1, A));
    assertEquals(
        Optional.of(new CallOutcome.TimedOut(List.of())),
        finished(step(new CallInput.TimerFired(new CallTimer.Deadline(1)))));
  }

  private void begin(ProcessId... pool) {
    step(new CallInput.Asked(1, deadline));
    step(new CallInput.Resolved(1, List.of(pool)));
  }

  private List<CallEffect> step(CallInput input) {
    return calls.step(now, input);
  }

  private static Optional<CallOutcome> finished(List<CallEffect> effects) {
    return effects.stream()
        .filter(CallEffect.Finished.class::isInstance)
        .map(effect -> ((CallEffect.Finished) effect).outcome())
        .findFirst();
  }
}
