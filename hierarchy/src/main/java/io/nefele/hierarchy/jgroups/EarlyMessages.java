package io.nefele.hierarchy.jgroups;

import io.nefele.core.AgentBoot;
import io.nefele.core.Bytes;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * Messages to agents that gossip has not told of yet. A newcomer's question may be faster than the
 * news of the newcomer, and the answer to it is kept until that has come: a second at most, and as
 * many as a few newcomers are answered with. Not thread-safe.
 */
final class EarlyMessages {
  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final int LIMIT_MESSAGES = 256;
  private static final int LIMIT_BYTES = 1 << 20;

  private final Deque<Early> waiting = new ArrayDeque<>();
  private int bytes;
  private long dropped;

  private record Early(AgentBoot to, Bytes message, long sinceNanos) {}

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /**
   * Keeps {@code message}.
   *
   * @return whether there was room
   */
  boolean keep(AgentBoot to, Bytes message, long nowNanos) {
    expire(nowNanos);
    if (waiting.size() == LIMIT_MESSAGES || bytes + message.size() > LIMIT_BYTES) {
      return false;
    }
    waiting.add(new Early(to, message, nowNanos));
    bytes += message.size();
    return true;
  }

  /** Takes out what waits for {@code to}, oldest first. */
  List<Bytes> take(AgentBoot to, long nowNanos) {
    expire(nowNanos);
    List<Bytes> taken = new ArrayList<>();
    for (Iterator<Early> each = waiting.iterator(); each.hasNext(); ) {
      Early early = each.next();
      if (early.to.equals(to)) {
        taken.add(early.message);
        bytes -= early.message.size();
        each.remove();
      }
    }
    return taken;
  }

  /** How many have waited in vain. */
  long dropped(long nowNanos) {
    expire(nowNanos);
    return dropped;
  }

  private void expire(long nowNanos) {
    while (!waiting.isEmpty() && nowNanos - waiting.getFirst().sinceNanos > PATIENCE.toNanos()) {
      bytes -= waiting.removeFirst().message.size();
      dropped++;
    }
  }
}
