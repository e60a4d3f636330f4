package io.nefele.agent.core;

import io.nefele.core.Name;
import io.nefele.core.RecentlyUsed;
import io.nefele.table.ProcessRow;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who has a name, as it was heard a moment ago: were all groups asked for every message, a fabric
 * of many would do little else. Who finds that one of them is gone asks again.
 */
final class NamesHeard {
  /** Somebody who takes a name, or gives it up, is noticed by senders so much later. */
  private static final Duration KEPT = Duration.ofSeconds(1);

  private static final int KEPT_MAX = 10_000;

  private final Map<Key, Heard> heard = new RecentlyUsed<>(KEPT_MAX);

  private record Key(Name tenant, Name name) {}

  private record Heard(Instant at, List<ProcessRow> rows) {}

  /** Keeps what a question that began at {@code asked} was answered; nobody is not kept. */
  void keep(Instant asked, Name tenant, Name name, List<ProcessRow> rows) {
    Key key = new Key(tenant, name);
    if (rows.isEmpty()) {
      heard.remove(key);
    } else {
      heard.put(key, new Heard(asked, rows));
    }
  }

  /** What is kept of a name; empty if it was asked too long ago. */
  Optional<List<ProcessRow>> of(Instant now, Name tenant, Name name) {
    return Optional.ofNullable(heard.get(new Key(tenant, name)))
        .filter(its -> now.isBefore(its.at().plus(KEPT)))
        .map(Heard::rows);
  }
}
