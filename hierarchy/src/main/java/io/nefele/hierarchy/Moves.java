package io.nefele.hierarchy;

import io.nefele.core.Durations;
import io.nefele.hierarchy.Phase.Inside;
import java.time.Duration;
import java.time.Instant;

/**
 * Whether an agent can be spared by its group, so that it may go to a nearer one. Those from rank k
 * of the view on can, however many go at the same time: the group stays at k. The leader can't. The
 * k - 1 behind it may go once nobody has come or gone for a while, which is longer the nearer they
 * are to the head of the view: so one goes at a time. That the group may fall below k and merge is
 * the lesser evil: else who happened to be there first would stay far from its group for ever.
 */
final class Moves {
  private static final Duration BETWEEN = Duration.ofMinutes(1);
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Surroundings around;
  private Instant viewSince = Instant.MIN;
  private Instant notBefore = Instant.MIN;

  Moves(Surroundings around) {
    this.around = around;
  }

  void viewInstalled() {
    viewSince = around.outbox.now();
  }

  /** This agent has gone to a nearer group, and stays there for a minute. */
  void moved() {
    notBefore = around.outbox.now().plus(BETWEEN);
  }

  boolean isSpared(Inside in) {
    int rank = in.members().indexOf(around.self);
    int k = around.config.k();
    Instant now = around.outbox.now();
    if (rank <= 0 || now.isBefore(notBefore)) {
      return false;
    }
    return rank >= k || !now.isBefore(viewSince.plus(Durations.multiply(PATIENCE, k - rank)));
  }
}
