package io.nefele.gossip;

import io.nefele.core.AgentId;
import io.nefele.core.Durations;
import java.time.Duration;
import java.time.Instant;
import java.util.TreeSet;

/**
 * One member's suspicion. It lasts longer the fewer agents came to it on their own, because a lone
 * accuser may itself be the slow one (Lifeguard section IV-B, "LHA-Suspicion"). Two accusers that
 * were refused a connection cannot be both slow: then it lasts as long as a refutation may take.
 */
final class Suspicion {
  private static final int REFUSALS_WANTED = 2;

  private final Duration shortest;
  private final Duration longest;
  private final int wantedConfirmations;
  private final TreeSet<AgentId> accusers = new TreeSet<>();
  private final TreeSet<AgentId> refused = new TreeSet<>();
  private Instant since;
  private Instant due;
  private int looks;

  Suspicion(Instant since, Duration shortest, Duration longest, int wantedConfirmations) {
    this.since = since;
    this.due = since;
    this.shortest = shortest;
    this.longest = longest;
    this.wantedConfirmations = wantedConfirmations;
  }

  /** Counts an accuser; true if what it says is new and still matters. */
  boolean confirmedBy(News.Accusation accusation) {
    AgentId accuser = accusation.accuser();
    boolean another = accusers.size() <= wantedConfirmations && accusers.add(accuser);
    boolean refusal =
        accusation.evidence() == Evidence.REFUSAL
            && refused.size() < REFUSALS_WANTED
            && refused.add(accuser);
    return another || refusal;
  }

  /** Whether one more word counts, and {@code accuser} has not given its own. */
  boolean wants(AgentId accuser) {
    return accusers.size() <= wantedConfirmations && !accusers.contains(accuser);
  }

  Instant since() {
    return since;
  }

  /** Starts anew, with what is known kept: the own clock was not watched for a while. */
  void restart(Instant now) {
    since = now;
    looks = 0;
  }

  /** When it is to be looked at next. */
  Instant due() {
    return due;
  }

  void dueAt(Instant instant) {
    due = instant;
  }

  /** How often this agent has asked the suspect itself as its time was running out. */
  int looks() {
    return looks;
  }

  void looked() {
    looks++;
  }

  /** Whether the suspect's server has told {@code self}, or two others, that it is not there. */
  boolean isRefused(AgentId self) {
    return refused.size() >= REFUSALS_WANTED || refused.contains(self);
  }

  /**
   * When the suspect counts as dead.
   *
   * @param self who judges: it may go by its own refusal sooner than by another's word
   * @param period in which there is time to refute twice
   */
  Instant deadline(AgentId self, Duration period) {
    if (refused.size() >= REFUSALS_WANTED) {
      return since.plus(Durations.divide(period, 2));
    }
    if (refused.contains(self)) {
      return since.plus(period);
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
