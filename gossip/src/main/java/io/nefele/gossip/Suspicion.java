package io.nefele.gossip;

import io.nefele.core.AgentId;
import java.time.Duration;
import java.time.Instant;
import java.util.TreeSet;

/**
 * One member's suspicion. It lasts longer the fewer agents came to it on their own, because a lone
 * accuser may itself be the slow one (Lifeguard section IV-B, "LHA-Suspicion").
 */
final class Suspicion {
  private final Duration shortest;
  private final Duration longest;
  private final int wantedConfirmations;
  private final TreeSet<AgentId> accusers = new TreeSet<>();
  private Instant since;
  private boolean refused;

  Suspicion(Instant since, Duration shortest, Duration longest, int wantedConfirmations) {
    this.since = since;
    this.shortest = shortest;
    this.longest = longest;
    this.wantedConfirmations = wantedConfirmations;
  }

  /** Counts an accuser; true if it is a new one and still one that matters. */
  boolean confirmedBy(AgentId accuser) {
    return accusers.size() <= wantedConfirmations && accusers.add(accuser);
  }

  /** The suspect's host refused a connection; true if that was not known. */
  boolean confirmedByRefusal() {
    boolean news = !refused;
    refused = true;
    return news;
  }

  Instant since() {
    return since;
  }

  /** Starts anew, with what is known kept: the own clock was not watched for a while. */
  void restart(Instant now) {
    since = now;
  }

  /** When the suspect counts as dead; {@code grace} is enough for one whose port is closed. */
  Instant deadline(Duration grace) {
    if (refused) {
      return since.plus(grace);
    }
    if (wantedConfirmations == 0) {
      return since.plus(shortest);
    }
    double confirmations = Math.min(Math.max(0, accusers.size() - 1), wantedConfirmations);
    double share = Math.log(confirmations + 1) / Math.log(wantedConfirmations + 1);
    long span = longest.toMillis() - shortest.toMillis();
    return since.plusMillis(longest.toMillis() - Math.round(span * share));
  }
}
