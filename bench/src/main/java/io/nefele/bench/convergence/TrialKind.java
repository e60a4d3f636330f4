package io.nefele.bench.convergence;

import io.nefele.bench.convergence.Finding.Phase;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a trial takes a system through, and beside whom of us the others stand. */
enum TrialKind {
  /** Members that find and miss each other: as many as possible in a process. */
  MEMBERSHIP(
      Contestant.NEFELE,
      4,
      List.of(Phase.ALL_SEE_ALL, Phase.TRAFFIC, Phase.CPU, Phase.NEWS_HEARD, Phase.DEAD_REMOVED)),
  /** A process per member, in two networks: start, death of the leader, a cut and its healing. */
  FEDERATION(
      Contestant.AGENTS,
      5,
      List.of(Phase.ONE_TOP, Phase.LAST_IN, Phase.LEADER_REPLACED, Phase.PARTED, Phase.HEALED));

  private final Contestant ours;
  private final int phasesWithDeadline;
  private final List<Phase> reported;

  TrialKind(Contestant ours, int phasesWithDeadline, List<Phase> reported) {
    this.ours = ours;
    this.phasesWithDeadline = phasesWithDeadline;
    this.reported = reported;
  }

  /** As users name it. */
  String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<TrialKind> find(String id) {
    return Arrays.stream(values()).filter(kind -> kind.id().equals(id)).findFirst();
  }

  Contestant ours() {
    return ours;
  }

  /** How often a trial may wait until its deadline. */
  int phasesWithDeadline() {
    return phasesWithDeadline;
  }

  /** The phases that are reported, in their order. */
  List<Phase> reported() {
    return reported;
  }
}
