package io.nefele.mailbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.core.ProcessId;
import io.nefele.mailbox.MailboxEffect.Answer;
import io.nefele.mailbox.MailboxEffect.Send;
import io.nefele.mailbox.MailboxEffect.SetTimer;
import io.nefele.mailbox.MailboxEffect.Store;
import io.nefele.mailbox.MailboxEffect.Take;
import io.nefele.mailbox.MailboxInput.Closed;
import io.nefele.mailbox.MailboxInput.Opened;
import io.nefele.mailbox.MailboxInput.PeerGone;
import io.nefele.mailbox.MailboxInput.ReceiveCancelled;
import io.nefele.mailbox.MailboxInput.ReceiveRequested;
import io.nefele.mailbox.MailboxInput.Received;
import io.nefele.mailbox.MailboxInput.SendRequested;
import io.nefele.mailbox.MailboxInput.Stored;
import io.nefele.mailbox.MailboxInput.Taken;
import io.nefele.mailbox.MailboxInput.TimerFired;
import io.nefele.mailbox.MailboxMessage.Accepted;
import io.nefele.mailbox.MailboxMessage.Deliver;
import io.nefele.mailbox.MailboxMessage.Rejected;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MailboxesTest {
  private static final AgentBoot SELF = new AgentBoot(new AgentId(1), 2);
  private static final AgentBoot PEER = new AgentBoot(new AgentId(2), 1);
  private static final ProcessId HERE = new ProcessId(SELF, 1);
  private static final ProcessId THERE = new ProcessId(PEER, 1);
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final Mailboxes mailboxes = new Mailboxes(MailboxConfig.DEFAULT, SELF);
  private Instant now = Instant.EPOCH;

  @Test
  void aMailboxThatNobodyOpenedIsUnknownToSendersAndReaders() {
    assertEquals(List.of(refused(1, RefusalReason.UNKNOWN)), step(send(1, HERE, 0)));
    assertEquals(
        List.of(refused(2, RefusalReason.UNKNOWN)), step(new ReceiveRequested(2, HERE, PATIENCE)));
    assertEquals(
        List.of(rejected(HERE, 1, RefusalReason.UNKNOWN)), step(new Received(PEER, deliver(1, 0))));
  }

  @Test
  void aMessageLargerThanTheLimitIsRefusedNamingIt() {
    assertEquals(
        List.of(refused(1, RefusalReason.TOO_LARGE)),
        step(send(1, THERE, Envelope.MAX_PAYLOAD_BYTES + 1)));
    assertTrue(RefusalReason.TOO_LARGE.text().contains("64 MiB"));
  }

  @Test
  void theSenderHearsOfDeliveryOnlyAfterTheMessageIsStored() {
    step(new Opened(HERE, StoredState.EMPTY));
    Store store = only(Store.class, step(send(1, HERE, 5)));
    now = now.plusMillis(3);
    assertEquals(
        List.of(new Answer(1, new MailboxOutcome.Delivered(true, Duration.ofMillis(3)))),
        step(new Stored(store.token())));

    store = only(Store.class, step(new Received(PEER, deliver(1, 0))));
    assertEquals(
        List.of(new Send(PEER.agent(), new Accepted(PEER, HERE, 1))),
        step(new Stored(store.token())));
  }

  @Test
  void aMessageThatOvertookIsTakenOnlyAfterTheOneBefore() {
    step(new Opened(HERE, StoredState.EMPTY));
    assertEquals(List.of(), step(new Received(PEER, deliver(7, 4))));
    only(Store.class, step(new Received(PEER, deliver(4, 0))));
    only(Store.class, step(new Received(PEER, deliver(7, 4))));
  }

  @Test
  void aMessageRecoveredFromTheStoreIsAcknowledgedAgainAndNotStoredAgain() {
    step(
        new Opened(
            HERE,
            new StoredState(
                1, Bytes.EMPTY, List.of(new StoredState.Stream(PEER, List.of(3L, 5L))))));
    assertEquals(
        List.of(new Send(PEER.agent(), new Accepted(PEER, HERE, 5))),
        step(new Received(PEER, deliver(5, 0))));
    assertEquals(
        List.of(rejected(HERE, 4, RefusalReason.FULL)), step(new Received(PEER, deliver(4, 0))));
  }

  @Test
  void aLaterBootOfTheSenderCountsAnewAndTheEarlierOneIsNotHeardAnyMore() {
    step(new Opened(HERE, StoredState.EMPTY));
    AgentBoot reborn = new AgentBoot(PEER.agent(), 2);
    step(new Received(PEER, deliver(1, 0)));
    only(Store.class, step(new Received(reborn, deliver(1, 0))));
    assertEquals(List.of(), step(new Received(PEER, deliver(2, 1))));
  }

  @Test
  void anUnansweredMessageIsRepeatedWithGrowingPausesUntilTheDeadline() {
    List<Long> sentAtMillis = new ArrayList<>();
    List<MailboxEffect> effects = step(send(1, THERE, 5));
    while (effects.stream().noneMatch(Answer.class::isInstance)) {
      if (effects.stream().anyMatch(Send.class::isInstance)) {
        sentAtMillis.add(now.toEpochMilli());
      }
      SetTimer timer = only(SetTimer.class, effects);
      now = timer.at();
      effects = step(new TimerFired(timer.timer()));
    }
    assertEquals(List.of(0L, 200L, 600L, 1400L), sentAtMillis);
    assertEquals(PATIENCE.toMillis(), now.toEpochMilli());
    assertTrue(effects.contains(new Answer(1, new MailboxOutcome.Unreachable())));
  }

  @Test
  void aMessageAfterOneThatWasGivenUpIsHeldBackNoLonger() {
    step(send(1, THERE, 5));
    now = now.plusSeconds(1);
    List<MailboxEffect> second = step(send(2, THERE, 5));
    assertEquals(1, ((Deliver) only(Send.class, second).message()).previous());
    now = Instant.EPOCH.plus(PATIENCE);
    List<MailboxEffect> after = step(new TimerFired(new MailboxTimer.Retransmit(THERE)));
    assertEquals(0, ((Deliver) only(Send.class, after).message()).previous());
  }

  @Test
  void sendersToAnAgentThatHasLeftAreToldAtOnce() {
    step(send(1, THERE, 5));
    assertTrue(
        step(new PeerGone(PEER.agent())).contains(new Answer(1, new MailboxOutcome.Unreachable())));
  }

  @Test
  void onlyAWindowOfMessagesIsOnTheWayAndTooManyAreRefused() {
    int max = MailboxConfig.DEFAULT.waitingMessagesMax();
    int sends = 0;
    for (int i = 1; i <= max; i++) {
      List<MailboxEffect> effects = step(send(i, THERE, 1));
      sends += (int) effects.stream().filter(Send.class::isInstance).count();
    }
    assertEquals(Mailboxes.WINDOW, sends);
    assertEquals(List.of(refused(max + 1, RefusalReason.BUSY)), step(send(max + 1, THERE, 1)));
    Send next = only(Send.class, step(new Received(PEER, new Accepted(SELF, THERE, 1))));
    assertEquals(Mailboxes.WINDOW + 1, ((Deliver) next.message()).sequence());
  }

  @Test
  void anAcknowledgementForAnEarlierBootSettlesNothing() {
    step(send(1, THERE, 5));
    AgentBoot earlier = new AgentBoot(SELF.agent(), 1);
    assertEquals(List.of(), step(new Received(PEER, new Accepted(earlier, THERE, 1))));
    assertEquals(1, mailboxes.counters().inFlight());
  }

  @Test
  void aPollOfAnEmptyMailboxTimesOutAtOnceAndOfAFullOneDoesNot() {
    step(new Opened(HERE, StoredState.EMPTY));
    assertTrue(
        step(new ReceiveRequested(1, HERE, Duration.ZERO))
            .contains(new Answer(1, new MailboxOutcome.TimedOut())));
    step(new Stored(only(Store.class, step(send(2, HERE, 5))).token()));
    only(Take.class, step(new ReceiveRequested(3, HERE, Duration.ZERO)));
  }

  @Test
  void aMessageTakenForAReaderThatLeftGoesToTheNextOne() {
    step(new Opened(HERE, StoredState.EMPTY));
    Store store = only(Store.class, step(send(1, HERE, 5)));
    step(new Stored(store.token()));
    Take take = only(Take.class, step(new ReceiveRequested(2, HERE, PATIENCE)));
    step(new ReceiveCancelled(2));
    assertEquals(List.of(), step(new Taken(take.token(), Optional.of(store.envelope()))));
    assertTrue(
        step(new ReceiveRequested(3, HERE, PATIENCE))
            .contains(new Answer(3, new MailboxOutcome.Received(store.envelope()))));
  }

  @Test
  void closingDeadLettersWhatWaitsAndRefusesReadersAndLaterSenders() {
    step(new Opened(HERE, new StoredState(4, Bytes.EMPTY, List.of())));
    Take take = only(Take.class, step(new ReceiveRequested(1, HERE, PATIENCE)));
    List<MailboxEffect> effects = step(new Closed(HERE));
    assertTrue(effects.contains(refused(1, RefusalReason.CLOSED)));
    assertTrue(effects.contains(new MailboxEffect.Discard(HERE)));
    step(new Taken(take.token(), Optional.empty()));
    assertEquals(List.of(refused(2, RefusalReason.CLOSED)), step(send(2, HERE, 1)));
    assertEquals(4, mailboxes.counters().deadLettered());
  }

  @Test
  void thousandsOfIdleMailboxesSetNoTimer() {
    for (int i = 1; i <= 5000; i++) {
      assertEquals(List.of(), step(new Opened(new ProcessId(SELF, i), StoredState.EMPTY)));
    }
  }

  private List<MailboxEffect> step(MailboxInput input) {
    return mailboxes.step(now, input);
  }

  private SendRequested send(long caller, ProcessId to, int bytes) {
    return new SendRequested(
        caller,
        Optional.of(HERE),
        to,
        List.of(),
        Bytes.wrap(new byte[bytes]),
        0,
        now.plus(PATIENCE));
  }

  private static Deliver deliver(long sequence, long previous) {
    return new Deliver(HERE, sequence, previous, Optional.of(THERE), 0, List.of(), Bytes.utf8("x"));
  }

  private static MailboxEffect refused(long caller, RefusalReason reason) {
    return new Answer(caller, new MailboxOutcome.Refused(reason));
  }

  private static MailboxEffect rejected(ProcessId mailbox, long sequence, RefusalReason reason) {
    return new Send(PEER.agent(), new Rejected(PEER, mailbox, sequence, reason));
  }

  private static <E extends MailboxEffect> E only(Class<E> kind, List<MailboxEffect> effects) {
    List<E> found = effects.stream().filter(kind::isInstance).map(kind::cast).toList();
    assertEquals(1, found.size(), () -> "effects: " + effects);
    return found.getFirst();
  }
}
