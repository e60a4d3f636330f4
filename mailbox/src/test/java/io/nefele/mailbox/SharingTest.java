package io.nefele.mailbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.core.ProcessId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SharingTest {
  private static final AgentBoot SELF = new AgentBoot(new AgentId(1), 1);
  private static final ProcessId BOX = new ProcessId(SELF, 7);
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Instant NOW = Instant.EPOCH;
  private static final MailboxOutcome CHANGED_OVER =
      new MailboxOutcome.Delivered(true, Duration.ZERO);

  private final Mailboxes mailboxes = new Mailboxes(MailboxConfig.DEFAULT, SELF);

  @BeforeEach
  void openMailbox() {
    step(new MailboxInput.Opened(BOX, StoredState.EMPTY));
  }

  @Test
  void aSharedMailboxIsReadByTheReaderOfItsQueueAlone() {
    step(new MailboxInput.ReceiveRequested(1, BOX, PATIENCE));
    assertEquals(
        new MailboxOutcome.Refused(RefusalReason.SHARED),
        answer(step(new MailboxInput.Shared(BOX))).outcome());
    assertEquals(
        new MailboxOutcome.Refused(RefusalReason.SHARED),
        answer(step(new MailboxInput.ReceiveRequested(2, BOX, PATIENCE))).outcome());
    assertEquals(List.of(), step(new MailboxInput.Shared(BOX)));
  }

  @Test
  void aMailboxThatIsNotSharedHasNoSuchReader() {
    assertEquals(
        new MailboxOutcome.Refused(RefusalReason.UNKNOWN),
        answer(step(new MailboxInput.PassOnRequested(1, BOX, PATIENCE))).outcome());
    assertEquals(
        List.of(new MailboxOutcome.Refused(RefusalReason.UNKNOWN)), answers(changeOver(2)));
  }

  @Test
  void aSenderMayChangeOver_whenAllThatWasStoredIsInTheQueue() {
    step(new MailboxInput.Shared(BOX));
    changeOver(1);
    assertEquals(
        List.of(CHANGED_OVER),
        answers(step(passOn(2))),
        "the reader says that nothing is on its way");
    assertEquals(List.of(CHANGED_OVER), answers(changeOver(3)));

    MailboxEffect.Store store = only(MailboxEffect.Store.class, send(10));
    assertEquals(List.of(), answers(changeOver(11)), "a message is being stored");
    List<MailboxEffect> stored = step(new MailboxInput.Stored(store.token()));
    MailboxEffect.Take take = only(MailboxEffect.Take.class, stored);
    assertFalse(isAnswered(11, stored), "it waits");
    List<MailboxEffect> taken =
        step(new MailboxInput.Taken(take.token(), Optional.of(store.envelope())));
    assertFalse(isAnswered(11, taken), "the reader has not said that it is there");
    assertEquals(List.of(CHANGED_OVER), answers(step(passOn(12))));
  }

  @Test
  void whatOthersSendLater_holdsNoSenderUp() {
    step(new MailboxInput.Shared(BOX));
    step(passOn(1));
    MailboxEffect.Store first = only(MailboxEffect.Store.class, send(10));
    changeOver(11);
    MailboxEffect.Store second = only(MailboxEffect.Store.class, send(12));
    MailboxEffect.Take take =
        only(MailboxEffect.Take.class, step(new MailboxInput.Stored(first.token())));
    step(new MailboxInput.Taken(take.token(), Optional.of(first.envelope())));
    step(new MailboxInput.Stored(second.token()));
    assertEquals(List.of(CHANGED_OVER), answers(step(passOn(2))));
  }

  @Test
  void aSenderIsNotKeptWaiting() {
    step(new MailboxInput.Shared(BOX));
    changeOver(1);
    assertEquals(
        List.of(new MailboxOutcome.TimedOut()),
        answers(step(new MailboxInput.TimerFired(new MailboxTimer.ReceiveTimeout(1)))));
    changeOver(2);
    step(new MailboxInput.ReceiveCancelled(2));
    assertEquals(List.of(), answers(step(passOn(3))));
  }

  @Test
  void aClosedMailboxIsSharedNoMore() {
    step(new MailboxInput.Shared(BOX));
    changeOver(1);
    MailboxOutcome closed = new MailboxOutcome.Refused(RefusalReason.CLOSED);
    assertEquals(List.of(closed), answers(step(new MailboxInput.Closed(BOX))));
    assertEquals(List.of(closed), answers(changeOver(2)));
    assertEquals(List.of(closed), answers(step(passOn(3))));
    assertFalse(mailboxes.isOpen(BOX));
  }

  private List<MailboxEffect> changeOver(long caller) {
    return step(new MailboxInput.ChangeOverRequested(caller, BOX, PATIENCE));
  }

  private static MailboxInput passOn(long caller) {
    return new MailboxInput.PassOnRequested(caller, BOX, PATIENCE);
  }

  private static boolean isAnswered(long caller, List<MailboxEffect> effects) {
    return effects.stream()
        .anyMatch(
            effect ->
                effect instanceof MailboxEffect.Answer(long answered, var outcome)
                    && answered == caller);
  }

  private static List<MailboxOutcome> answers(List<MailboxEffect> effects) {
    return effects.stream()
        .filter(MailboxEffect.Answer.class::isInstance)
        .map(effect -> ((MailboxEffect.Answer) effect).outcome())
        .toList();
  }

  private List<MailboxEffect> send(long caller) {
    return step(
        new MailboxInput.SendRequested(
            caller, Optional.empty(), BOX, List.of(), Bytes.EMPTY, 0, NOW.plus(PATIENCE)));
  }

  private List<MailboxEffect> step(MailboxInput input) {
    return mailboxes.step(NOW, input);
  }

  private static MailboxEffect.Answer answer(List<MailboxEffect> effects) {
    return only(MailboxEffect.Answer.class, effects);
  }

  private static <T> T only(Class<T> type, List<MailboxEffect> effects) {
    List<T> found = effects.stream().filter(type::isInstance).map(type::cast).toList();
    assertEquals(1, found.size(), effects::toString);
    return found.getFirst();
  }
}
