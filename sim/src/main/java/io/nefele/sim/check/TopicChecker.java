package io.nefele.sim.check;

import io.nefele.core.ProcessId;
import io.nefele.sim.world.Correspondents;
import io.nefele.sim.world.Life;
import io.nefele.sim.world.Violation;
import io.nefele.table.ProcessRow;
import io.nefele.wire.Response;
import java.util.List;
import java.util.Optional;

/** Invariant B6: at rest, what is published reaches all who have subscribed. */
public final class TopicChecker {
  private TopicChecker() {}

  /** What is wrong with the answer to a message published in the core when all is at rest. */
  public static Optional<Violation> answered(
      Correspondents correspondents, Response response, List<Life> core) {
    if (!(response instanceof Response.Published published)) {
      return Optional.of(new Violation("B6", "publishing was answered by " + response));
    }
    long expected =
        correspondents.subscribers().stream().filter(mailbox -> isThere(mailbox, core)).count();
    long reached = (long) published.stored() + published.waiting() + published.refused();
    // One that was never told may have subscribed, too.
    if (reached < expected || !published.missing().isEmpty()) {
      return Optional.of(
          new Violation("B6", expected + " have subscribed, and " + published + " was told"));
    }
    return Optional.empty();
  }

  private static boolean isThere(ProcessId mailbox, List<Life> core) {
    return core.stream()
        .filter(life -> life.boot().agent().equals(mailbox.agent()))
        .map(life -> Optional.ofNullable(life.server().rows().get(mailbox)))
        .anyMatch(row -> row.map(ProcessRow::state).filter(state -> state.isLive()).isPresent());
  }
}
