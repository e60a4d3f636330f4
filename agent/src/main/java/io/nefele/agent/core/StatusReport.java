package io.nefele.agent.core;

import io.nefele.core.AgentBoot;
import io.nefele.hierarchy.GroupId;
import io.nefele.mailbox.MailboxCounters;
import io.nefele.table.ProcessRow;
import io.nefele.wire.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;

/** What this agent says of itself. */
final class StatusReport {
  private final AgentBoot self;
  private final Fabric fabric;
  private final Directory directory;
  private final Supplier<MailboxCounters> messages;
  private Instant startedAt = Instant.EPOCH;
  private Response.Dropped dropped = new Response.Dropped(0, 0, 0);

  /**
   * @param messages where the messages are that this agent has seen
   */
  StatusReport(
      AgentBoot self, Fabric fabric, Directory directory, Supplier<MailboxCounters> messages) {
    this.self = self;
    this.fabric = fabric;
    this.directory = directory;
    this.messages = messages;
  }

  void started(Instant now) {
    startedAt = now;
  }

  void dropsCounted(Response.Dropped dropped) {
    this.dropped = dropped;
  }

  Response.Status status(Instant now) {
    long processes =
        directory.ownRows().stream()
            .filter(row -> row.kind() == ProcessRow.Kind.PROCESS && row.state().isLive())
            .count();
    return new Response.Status(
        self.agent().toString(),
        fabric.profile().name().toString(),
        self.epoch(),
        Duration.between(startedAt, now).toMillis(),
        fabric.group().map(GroupId::toString).orElse(""),
        fabric.members().size(),
        fabric.lost().size(),
        (int) processes,
        dropped,
        messages(messages.get()));
  }

  private static Response.Messages messages(MailboxCounters counters) {
    return new Response.Messages(
        counters.sent(),
        counters.accepted(),
        counters.refused(),
        counters.unanswered(),
        counters.inFlight(),
        counters.recovered(),
        counters.stored(),
        counters.delivered(),
        counters.pending(),
        counters.deadLettered());
  }
}
