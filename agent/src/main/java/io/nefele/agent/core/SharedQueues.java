package io.nefele.agent.core;

import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import io.nefele.mailbox.MailboxOutcome;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which mailboxes of this server are read through shared memory, and where. A queue is made when
 * somebody wants to read so, outlives its readers and this agent, and goes with its mailbox.
 */
final class SharedQueues {
  /**
   * A sender waits for no longer than this; it can always send over the agent. Long enough that
   * what it sends until it asks again is passed on meanwhile: else a queue that is a little slower
   * than the sender would fill up and never be taken.
   */
  private static final Duration CHANGE_OVER = Duration.ofMillis(500);

  private final Courier courier;
  private final Outbox outbox;
  private final SortedMap<ProcessId, String> paths = new TreeMap<>();
  private final Map<Long, ClientToken> opening = new LinkedHashMap<>();
  private long lastToken;

  SharedQueues(Courier courier, Outbox outbox) {
    this.courier = courier;
    this.outbox = outbox;
    courier.listen(
        (now, mailbox, open, pending) -> {
          if (!courier.isOpen(mailbox)) {
            paths.remove(mailbox);
          }
        });
  }

  /** Those of earlier boots whose mailboxes are open. */
  void recover(Instant now, SortedMap<ProcessId, String> queues) {
    queues.forEach((mailbox, path) -> share(now, mailbox, path));
  }

  /**
   * Makes the queue of a mailbox of this server, and tells the client.
   *
   * @param tenant whose it is
   * @param uid the user that reads and writes it
   */
  void open(ClientToken client, ProcessId mailbox, Name tenant, int uid) {
    long token = ++lastToken;
    opening.put(token, client);
    outbox.add(new AgentEffect.OpenSharedQueue(token, mailbox, tenant, uid));
  }

  /** The answer to {@link AgentEffect.OpenSharedQueue}. */
  void opened(Instant now, long token, ProcessId mailbox, String path) {
    ClientToken client = opening.remove(token);
    if (!courier.isOpen(mailbox)) {
      // It was closed meanwhile; what was made for it goes, too.
      outbox.add(new AgentEffect.Discard(mailbox));
      path = "";
    }
    if (!path.isEmpty()) {
      share(now, mailbox, path);
    }
    if (client != null) {
      outbox.reply(client, new Response.SharedQueue(mailbox, path));
    }
  }

  /** Why there is no queue. */
  void failed(long token, String reason) {
    ClientToken client = opening.remove(token);
    if (client != null) {
      outbox.fail(client, ErrorKind.FAILED, reason);
    }
  }

  /** Tells a sender where it may write to the mailbox from now on, or that it may not yet. */
  void tellSender(Instant now, ClientToken client, ProcessId mailbox) {
    String path = paths.get(mailbox);
    if (path == null) {
      outbox.reply(client, new Response.SharedQueue(mailbox, ""));
      return;
    }
    courier.changeOver(
        now,
        client,
        mailbox,
        CHANGE_OVER,
        outcome ->
            outbox.reply(
                client,
                new Response.SharedQueue(
                    mailbox, outcome instanceof MailboxOutcome.Delivered ? path : "")));
  }

  private void share(Instant now, ProcessId mailbox, String path) {
    if (courier.isOpen(mailbox)) {
      paths.put(mailbox, path);
      courier.share(now, mailbox);
    }
  }
}
