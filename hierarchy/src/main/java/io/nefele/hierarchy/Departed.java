package io.nefele.hierarchy;

import io.nefele.core.AgentBoot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What those said of themselves who have left this group. A view knows of a crash seconds before
 * gossip does, and until then the dead one seems to lead a group beside this one. Its word counts
 * again as soon as it is another one, or after a while.
 */
final class Departed {
  private static final Duration REMEMBERED = Duration.ofSeconds(20);

  private final int level;
  private final KnownPeers peers;
  private final TreeMap<AgentBoot, Said> said = new TreeMap<>();

  private long version;

  private record Said(GroupAdvert advert, Instant until) {}

  Departed(int level, KnownPeers peers) {
    this.level = level;
    this.peers = peers;
  }

  void begin() {
    said.clear();
    version++;
  }

  void viewChanged(Instant now, List<AgentBoot> before, List<AgentBoot> after) {
    List<AgentBoot> gone = new ArrayList<>(before);
    gone.removeAll(after);
    for (AgentBoot agent : gone) {
      peers
          .ledBy(agent, level)
          .ifPresent(advert -> said.put(agent, new Said(advert, now.plus(REMEMBERED))));
    }
    said.keySet().removeAll(after);
    version++;
  }

  /** Grows with each change. */
  long version() {
    return version;
  }

  /** Whether {@code advert} is the last word of somebody who has left. */
  boolean said(GroupAdvert advert) {
    Said last = said.get(advert.leader());
    return last != null && last.advert().equals(advert);
  }

  /** Forgets what is old; returns when there will be more to forget. */
  Optional<Duration> forgetIn(Instant now) {
    if (said.values().removeIf(last -> !last.until().isAfter(now))) {
      version++;
    }
    return said.values().stream()
        .map(Said::until)
        .min(Instant::compareTo)
        .map(until -> Duration.between(now, until));
  }
}
