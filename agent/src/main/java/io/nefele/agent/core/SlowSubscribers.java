package io.nefele.agent.core;

import io.nefele.agent.core.PostReply.Fate;
import io.nefele.agent.core.PostReply.Item;
import io.nefele.core.Bytes;
import io.nefele.core.ProcessId;
import io.nefele.mailbox.Header;
import io.nefele.mailbox.MailboxOutcome;
import io.nefele.mailbox.Subscription;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Puts what is published into the mailbox of one subscriber at a time, as its policy says when it
 * does not keep up. Each subscriber has a line of its own, in which its messages stay in order; no
 * subscriber waits for another one, and no publisher for any of them.
 */
final class SlowSubscribers {
  /** What waits for one subscriber beyond its mailbox. */
  private static final int WAITING_MAX = 1_000;

  private static final long WAITING_BYTES_MAX = 64L << 20;
  private static final Duration LOOK_AGAIN = Duration.ofMillis(50);
  private static final Duration LOCAL_PATIENCE = Duration.ofSeconds(10);

  private final Courier courier;
  private final Outbox outbox;
  private final SortedMap<ProcessId, Line> lines = new TreeMap<>();
  private boolean lookingAgain;
  private long dropped;
  private long expired;

  /** What is to be put into a mailbox. */
  record Post(Optional<ProcessId> sender, List<Header> headers, Bytes payload) {}

  /** Hears what became of it. */
  interface Told {
    void accept(Instant now, Item item);
  }

  private record Waiting(Post post, Instant until) {}

  /** The subscribers' side of one mailbox. */
  private static final class Line {
    /** On their way into the store. */
    int storing;

    final Deque<Waiting> waiting = new ArrayDeque<>();
    long waitingBytes;
  }

  SlowSubscribers(Courier courier, Outbox outbox) {
    this.courier = courier;
    this.outbox = outbox;
  }

  /** Older messages that made room for newer ones. */
  long dropped() {
    return dropped;
  }

  /** Messages that waited for room in vain. */
  long expired() {
    return expired;
  }

  void deliver(Instant now, ProcessId mailbox, Subscription subscription, Post post, Told then) {
    Line line = lines.computeIfAbsent(mailbox, unused -> new Line());
    boolean full =
        !line.waiting.isEmpty()
            || courier.pending(mailbox) + line.storing >= subscription.pendingMax();
    if (!full) {
      store(now, mailbox, line, post, Fate.STORED, then);
      return;
    }
    switch (subscription.whenFull()) {
      case REFUSE -> refuse(now, mailbox, "its mailbox is full", then);
      case DROP_OLDEST -> {
        courier.evict(
            now,
            mailbox,
            outcome -> {
              if (outcome instanceof MailboxOutcome.Received) {
                dropped++;
              }
            });
        store(now, mailbox, line, post, Fate.STORED_DROPPING, then);
      }
      case WAIT -> await(now, mailbox, subscription, line, post, then);
    }
  }

  private void await(
      Instant now, ProcessId mailbox, Subscription subscription, Line line, Post post, Told then) {
    int bytes = post.payload().size();
    if (line.waiting.size() >= WAITING_MAX || line.waitingBytes + bytes > WAITING_BYTES_MAX) {
      refuse(now, mailbox, "too much waits for it already", then);
      return;
    }
    line.waiting.add(new Waiting(post, now.plusMillis(subscription.waitMillis())));
    line.waitingBytes += bytes;
    lookAgainSoon();
    then.accept(now, new Item(mailbox, Fate.WAITING, ""));
  }

  private void refuse(Instant now, ProcessId mailbox, String why, Told then) {
    then.accept(now, new Item(mailbox, Fate.REFUSED, why));
    tidy(mailbox);
  }

  private void store(Instant now, ProcessId mailbox, Line line, Post post, Fate fate, Told then) {
    line.storing++;
    courier.send(
        now,
        post.sender(),
        mailbox,
        post.headers(),
        post.payload(),
        LOCAL_PATIENCE,
        outcome -> {
          line.storing--;
          Item item = PostOffice.item(mailbox, outcome);
          then.accept(
              outbox.now(), item.fate() == Fate.STORED ? new Item(mailbox, fate, "") : item);
          tidy(mailbox);
        });
  }

  /** Some time has passed: perhaps there is room, perhaps it has been waited for too long. */
  void lookAgain(Instant now, Subscriptions subscriptions) {
    lookingAgain = false;
    for (var entry : List.copyOf(lines.entrySet())) {
      ProcessId mailbox = entry.getKey();
      Line line = entry.getValue();
      int room =
          subscriptions.of(mailbox).stream().mapToInt(Subscription::pendingMax).max().orElse(0);
      while (!line.waiting.isEmpty()) {
        Waiting first = line.waiting.peek();
        boolean late = !now.isBefore(first.until);
        if (!late && courier.pending(mailbox) + line.storing >= room) {
          break;
        }
        line.waiting.remove();
        line.waitingBytes -= first.post.payload().size();
        if (late) {
          expired++;
        } else {
          store(now, mailbox, line, first.post, Fate.STORED, (at, item) -> storedLate(item));
        }
      }
      tidy(mailbox);
    }
    if (lines.values().stream().anyMatch(line -> !line.waiting.isEmpty())) {
      lookAgainSoon();
    }
  }

  private void storedLate(Item item) {
    if (item.fate() == Fate.REFUSED) {
      expired++;
    }
  }

  /** A subscriber is gone: what waits for it goes with it. */
  void forget(ProcessId mailbox) {
    Line line = lines.get(mailbox);
    if (line != null) {
      expired += line.waiting.size();
      line.waiting.clear();
      line.waitingBytes = 0;
      tidy(mailbox);
    }
  }

  private void tidy(ProcessId mailbox) {
    Line line = lines.get(mailbox);
    if (line != null && line.storing == 0 && line.waiting.isEmpty()) {
      lines.remove(mailbox);
    }
  }

  private void lookAgainSoon() {
    if (!lookingAgain) {
      lookingAgain = true;
      outbox.setTimer(new AgentTimer.SlowSubscribersDue(), LOOK_AGAIN);
    }
  }
}
