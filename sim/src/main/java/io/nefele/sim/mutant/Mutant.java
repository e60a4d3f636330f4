package io.nefele.sim.mutant;

import io.nefele.agent.core.AgentConfig;
import io.nefele.agent.core.AgentInput;
import io.nefele.core.AgentBoot;
import io.nefele.sim.plan.FaultProfile;
import io.nefele.sim.world.CoreFactory;
import java.util.List;
import java.util.function.Function;

/**
 * Ways in which an agent can be wrong. Each names the invariants of which one has to notice, and
 * the profile whose faults bring it to light.
 */
public enum Mutant {
  IGNORES_PINGS(
      "answers no probe (the canary)",
      FaultProfile.NONE,
      List.of("M1", "M2", "M9", "H8"),
      config -> MembershipSurgeries.ignoresPings()),
  NEVER_LOSES_INTEREST(
      "goes on telling what all know",
      FaultProfile.NONE,
      // Which of them depends on what happened last before the deadline.
      List.of("M12", "H8"),
      config -> new MembershipSurgeries.NeverLosesInterest()),
  REMOVES_ON_NEWS(
      "removes whoever says something new",
      FaultProfile.NONE,
      List.of("M1", "M9", "M10"),
      config -> new MembershipSurgeries.RemovesOnNews()),
  DROPS_REFUTATIONS(
      "never denies that it is dead",
      FaultProfile.ROUGH,
      // L8, S2: whoever is taken for dead is told of as it was, and asked for no program.
      List.of("M1", "M2", "H8", "H2", "L8", "S2"),
      config -> new MembershipSurgeries.DropsRefutations(config.self())),
  REVIVES_REMOVED(
      "takes the removed back without news of them",
      FaultProfile.CHURN,
      List.of("M3"),
      config -> new MembershipSurgeries.RevivesRemoved()),
  GOES_BACK(
      "tells an older incarnation after a newer one",
      FaultProfile.NONE,
      List.of("M4"),
      config -> new MembershipSurgeries.GoesBack()),
  TELLS_OF_ITSELF(
      "takes itself for another member",
      FaultProfile.NONE,
      List.of("M5"),
      config -> new MembershipSurgeries.TellsOfItself(config.self())),
  INVENTS_MEMBERS(
      "tells of a life that nobody lived",
      FaultProfile.NONE,
      List.of("M6"),
      config -> new MembershipSurgeries.InventsMembers()),
  OVERFILLS_DATAGRAMS(
      "puts more news into a datagram than it takes",
      FaultProfile.NONE,
      List.of("M7"),
      config -> new MembershipSurgeries.OverfillsDatagrams()),
  IGNORES_HIGHER_EPOCH(
      "goes on although a later life of itself is at work",
      FaultProfile.CHAOS,
      List.of("M8"),
      config -> MembershipSurgeries.ignoresHigherEpoch()),
  REMOVES_AT_ONCE(
      "takes the first suspicion for a verdict",
      FaultProfile.ROUGH,
      List.of("M10"),
      config -> new MembershipSurgeries.RemovesSuspects(0)),
  REMOVES_IN_HASTE(
      "gives suspects hardly more time than a refutation takes at best",
      FaultProfile.GENTLE,
      List.of("M9"),
      config -> new MembershipSurgeries.RemovesSuspects(150)),
  PROBES_TOO_MUCH(
      "probes a suspect again and again",
      FaultProfile.ROUGH,
      List.of("M11"),
      config -> new MembershipSurgeries.ProbesTooMuch()),
  BLAMES_ITSELF(
      "takes itself for slow whenever another is silent",
      FaultProfile.HALVES,
      List.of("M13", "H13"),
      config -> MembershipSurgeries.blamesItself()),
  SHOUTS_WHEN_SLOW(
      "tells news as often as ever when it has too much to do",
      FaultProfile.ROUGH,
      List.of("M14"),
      config -> new OverloadSurgeries.ShoutsWhenSlow()),
  LOOKS_ABOUT_WHEN_SLOW(
      "probes as many as ever when it has too much to do",
      FaultProfile.FLAPPING,
      List.of("M15"),
      config -> new OverloadSurgeries.LooksAboutWhenSlow()),
  NEVER_CLOSES(
      "never leaves a group",
      FaultProfile.NONE,
      List.of("H1"),
      config -> GroupSurgeries.neverCloses()),
  MISREADS_VIEWS(
      "takes itself for the leader of every view",
      FaultProfile.NONE,
      List.of("H1", "H2", "H3", "H5", "H8", "H9", "C1"),
      config -> new GroupSurgeries.MisreadsViews(config.self())),
  BEGINS_ANEW(
      "gives a slow group no more time than a quick one",
      FaultProfile.SLUGGISH,
      List.of("H14"),
      config -> OverloadSurgeries.beginsAnew()),
  REFUSES_ALL(
      "never lets anybody into its group",
      FaultProfile.NONE,
      List.of("H2", "H5", "H8"),
      config -> new GroupSurgeries.RefusesAll()),
  DEAF_ABOVE(
      "hears no view above the lowest level",
      FaultProfile.NONE,
      List.of("H2", "H5", "H8", "H9"),
      config -> GroupSurgeries.deafAbove()),
  KEEPS_THE_LOST(
      "hears of nobody who is gone from its groups",
      FaultProfile.HALVES,
      List.of("H13"),
      config -> new GroupSurgeries.KeepsTheLost()),
  CLIMBS_ABOVE_THE_ROOT(
      "opens a group above the root",
      FaultProfile.NONE,
      List.of("H6"),
      config -> new GroupSurgeries.ClimbsAboveTheRoot(config.self(), 2)),
  CLIMBS_WITHOUT_END(
      "opens a group far above the root",
      FaultProfile.NONE,
      List.of("H7"),
      config -> new GroupSurgeries.ClimbsAboveTheRoot(config.self(), 9)),
  SHOWS_OTHER_VIEWS(
      "is shown the members in another order than they are",
      FaultProfile.NONE,
      List.of("H3"),
      config -> new Surgery() {}) {
    @Override
    AgentInput arriving(AgentBoot at, AgentInput input) {
      return GroupSurgeries.reordered(at, input);
    }
  },
  SHOWS_THE_DEAD(
      "is shown a member that is not there",
      FaultProfile.NONE,
      List.of("H4"),
      config -> new Surgery() {}) {
    @Override
    AgentInput arriving(AgentBoot at, AgentInput input) {
      return GroupSurgeries.haunted(input);
    }
  },
  LEAVES_WITH_ITS_LEADER(
      "looks for another group when its leader is gone",
      FaultProfile.LONE,
      List.of("H10", "H11"),
      config -> new GroupSurgeries.LeavesWithItsLeader(config.self())),
  HAS_NO_DEPUTIES(
      "does not tell its deputies what it knows upward",
      FaultProfile.LONE,
      List.of("H11"),
      config -> GroupSurgeries.hasNoDeputies()),
  IS_RESTLESS(
      "leaves its group again and again",
      FaultProfile.NONE,
      List.of("H12"),
      config -> new GroupSurgeries.IsRestless()),
  LIES_ABOUT_LEADERS(
      "calls itself the leader when asked",
      FaultProfile.NONE,
      List.of("H9"),
      config -> new GroupSurgeries.LiesAboutLeaders(config.self())),
  HANDS_OVER_TWICE(
      "hands itself a question twice that came twice",
      FaultProfile.MILD,
      List.of("R1"),
      config -> new RelaySurgeries.HandsOverTwice()),
  ANSWERS_FOR_OTHERS(
      "answers a question for another agent, too",
      FaultProfile.MILD,
      List.of("R2"),
      config -> new RelaySurgeries.AnswersForOthers()),
  PASSES_NOTHING_ON(
      "passes on neither questions nor answers",
      FaultProfile.NONE,
      List.of("R3"),
      config -> RelaySurgeries.passesNothingOn()),
  KEEPS_ROWS_TO_ITSELF(
      "tells its group nothing of its processes",
      FaultProfile.MILD,
      List.of("T8", "L9"),
      config -> TableSurgeries.keepsRowsToItself()),
  KEEPS_DIGESTS_TO_ITSELF(
      "leads a group and never tells it how new the rows are that it knows",
      FaultProfile.CHURN,
      List.of("T2", "T5", "T8"),
      config -> TableSurgeries.keepsDigestsToItself()),
  KEEPS_TENANTS_OUT_OF_SUMMARIES(
      "leads a group and tells that there is nothing of anybody in it",
      FaultProfile.MILD,
      List.of("T6", "T7"),
      config -> new TableSurgeries.KeepsTenantsOutOfSummaries()),
  TAKES_ANSWERS_FOR_COMPLETE(
      "asks nobody whose rows are in no answer",
      FaultProfile.FLAPPING,
      List.of("T7"),
      config -> new TableSurgeries.TakesAnswersForComplete()),
  ANSWERS_NO_QUESTIONS(
      "answers no other agent's question about processes",
      FaultProfile.NONE,
      List.of("T4", "L9", "B8"),
      config -> TableSurgeries.answersNoQuestions()),
  HIDES_MAILBOXES(
      "tells other groups nothing of the mailboxes of its own",
      FaultProfile.MILD,
      List.of("B8"),
      config -> new TableSurgeries.HidesMailboxes()),
  FORGETS_TO_WRITE(
      "answers before rows are written down",
      FaultProfile.MILD,
      List.of("T1"),
      config -> TableSurgeries.forgetsToWrite()),
  WRITES_FOR_OTHERS(
      "writes the rows of a life of another agent",
      FaultProfile.MILD,
      List.of("T3"),
      config -> new TableSurgeries.WritesForOthers()),
  OVERCOMMITS(
      "promises twice what its server has",
      FaultProfile.MILD,
      List.of("P1", "P5"),
      config -> new Surgery() {}),
  LETS_GO_EARLY(
      "lets processes run before all are there",
      FaultProfile.MILD,
      List.of("P2"),
      config -> new PlacementSurgeries.LetsGoEarly()),
  MISCOUNTS(
      "answers with one process less",
      FaultProfile.MILD,
      List.of("P3"),
      config -> new PlacementSurgeries.Miscounts()),
  NEVER_ABORTS(
      "leaves called-off processes at the gate",
      FaultProfile.ROUGH,
      // What waits at a gate for ever is granted for ever, and held.
      List.of("P1", "P4", "P5", "L9"),
      config -> PlacementSurgeries.neverAborts()),
  SPLITS_A_SPAWN(
      "ends processes when they are to be let go",
      FaultProfile.MILD,
      List.of("P6"),
      config -> new PlacementSurgeries.SplitsASpawn()),
  FORGETS_WITH_WHOM(
      "keeps nothing of spawns that it has let go",
      FaultProfile.MILD,
      List.of("P9"),
      config -> PlacementSurgeries.forgetsWithWhom()),
  CALLS_ALL_SPAWNS_OPEN(
      "does not strike off what it has let go and runs",
      FaultProfile.CHURN,
      List.of("P10"),
      config -> PlacementSurgeries.callsAllSpawnsOpen()),
  FORGETS_EXITS(
      "does not notice that processes end",
      FaultProfile.MILD,
      // To it, a check that has ended goes on for ever.
      List.of("P5", "T2", "L3"),
      config -> PlacementSurgeries.forgetsExits()),
  NEVER_RESTARTS(
      "starts nothing again",
      FaultProfile.MILD,
      List.of("L2"),
      config -> new LifecycleSurgeries.NeverRestarts()),
  REVIVES_THE_ENDED(
      "starts again whatever has ended",
      FaultProfile.MILD,
      List.of("L1"),
      config -> new LifecycleSurgeries.RevivesTheEnded()),
  SEES_THE_UNWELL(
      "takes each check for one that failed",
      FaultProfile.MILD,
      List.of("L3"),
      config -> new LifecycleSurgeries.SeesTheUnwell()),
  NEVER_CHECKS(
      "checks no process",
      FaultProfile.MILD,
      List.of("L4"),
      config -> new LifecycleSurgeries.NeverChecks()),
  ENDS_ANYBODY(
      "ends what runs for whatever is to run",
      FaultProfile.MILD,
      List.of("P7"),
      config -> new PreemptionSurgeries.EndsAnybody()),
  ENDS_AT_ONCE(
      "has processes give way before all servers have agreed",
      FaultProfile.ROUGH,
      List.of("P7"),
      config -> new PreemptionSurgeries.EndsAtOnce()),
  FORGETS_THE_DISPLACED(
      "looks for no place for what gave way",
      FaultProfile.MILD,
      List.of("P8"),
      config -> PreemptionSurgeries.forgetsTheDisplaced()),
  GRANTS_EVERY_MOVE(
      "lets every process be moved, whatever its budget",
      FaultProfile.MILD,
      List.of("L10"),
      config -> new LifecycleSurgeries.GrantsEveryMove()),
  STARTS_TOO_EARLY(
      "starts processes before those that they are to start after",
      FaultProfile.MILD,
      List.of("L8"),
      config -> new LifecycleSurgeries.StartsTooEarly()),
  NEVER_LOOKS_FOR_OTHERS(
      "asks only once for those that processes are to start after",
      FaultProfile.MILD,
      List.of("L9"),
      config -> LifecycleSurgeries.neverLooksForOthers()),
  ENDS_NO_IDLE(
      "looks at its pools only when somebody calls",
      FaultProfile.MILD,
      List.of("F1"),
      config -> LifecycleSurgeries.endsNoIdle()),
  KEEPS_WANTS_TO_ITSELF(
      "tells no keeper of a pool that somebody calls it",
      FaultProfile.MILD,
      List.of("F2"),
      config -> LifecycleSurgeries.keepsWantsToItself()),
  IGNORES_SUCCESSORS(
      "goes on with what was placed elsewhere",
      FaultProfile.CHAOS,
      // What stands in for a process may be of a spawn that failed since.
      List.of("L5", "P4"),
      config -> LifecycleSurgeries.ignoresSuccessors()),
  PLACES_NOTHING_ANEW(
      "never looks for what was lost with other agents",
      FaultProfile.CHAOS,
      List.of("L7"),
      config -> LifecycleSurgeries.placesNothingAnew()),
  TAKES_WHEN_DRAINED(
      "takes processes although it is drained",
      FaultProfile.MILD,
      List.of("L6"),
      config -> new LifecycleSurgeries.TakesWhenDrained(config.self())),
  GRANTS_ALL(
      "grants what passes a quota, too",
      FaultProfile.NONE,
      List.of("Q1"),
      config -> new TenantSurgeries.GrantsAll()),
  KEEPS_TENANTS_TO_ITSELF(
      "tells nobody what it knows of tenants",
      FaultProfile.NONE,
      List.of("Q2"),
      config -> TenantSurgeries.keepsTenantsToItself()),
  KEEPS_UNCHECKED_CHUNKS(
      "writes another chunk than the one that it has checked",
      FaultProfile.MILD,
      List.of("S1"),
      config -> new ShippingSurgeries.KeepsWhatItDidNotCheck()),
  KEEPS_PROGRAMS_TO_ITSELF(
      "gives no other agent what it has of a program",
      FaultProfile.MILD,
      // Those that have theirs wait at the gate for those that get none.
      List.of("S2", "P4"),
      config -> ShippingSurgeries.keepsProgramsToItself()),
  KEEPS_HISTORIES_TO_ITSELF(
      "tells nobody what programs have used",
      FaultProfile.NONE,
      List.of("U1"),
      config -> HistorySurgeries.keepsHistoriesToItself()),
  MIXES_TENANTS(
      "tells what one tenant's programs use as what another's do",
      FaultProfile.NONE,
      List.of("U2"),
      config -> new HistorySurgeries.MixesTenants()),
  STORES_OLD_AGAIN(
      "stores an earlier message after a later one",
      FaultProfile.MILD,
      List.of("B1"),
      config -> new MailboxSurgeries.StoresOldAgain()),
  FORGETS_DUPLICATES(
      "stores a message twice",
      FaultProfile.MILD,
      List.of("B2"),
      config -> new MailboxSurgeries.ForgetsDuplicates()),
  ACCEPTS_WITHOUT_STORING(
      "confirms messages that it does not store",
      FaultProfile.MILD,
      List.of("B3"),
      config -> new MailboxSurgeries.AcceptsWithoutStoring()),
  DELIVERS_TWICE(
      "hands the same message to two receivers",
      FaultProfile.MILD,
      List.of("B4", "B7"),
      config -> new MailboxSurgeries.DeliversTwice()),
  MAKES_UP_REPLIES(
      "tells a caller that nobody answered that somebody did",
      FaultProfile.MILD,
      // Nobody answers, either, to many a call that goes outside.
      List.of("B5", "O3"),
      config -> new MailboxSurgeries.MakesUpReplies()),
  KEEPS_INTERESTS_TO_ITSELF(
      "tells nobody what its processes have subscribed to",
      FaultProfile.MILD,
      List.of("B6"),
      config -> MailboxSurgeries.keepsInterestsToItself()),
  TELLS_QUEUES_EARLY(
      "lets a sender write to shared memory while its messages wait at the agent",
      FaultProfile.MILD,
      List.of("B7"),
      config -> new MailboxSurgeries.TellsQueuesEarly()),
  LETS_ALL_OUT(
      "takes whoever wants outside for an operator",
      FaultProfile.MILD,
      List.of("O1"),
      config -> new OutsideSurgeries.LetsAllOut()),
  WAITS_FOR_EVER(
      "never gives up on the world outside",
      FaultProfile.MILD,
      List.of("O2"),
      config -> OutsideSurgeries.waitsForEver()),
  MAKES_UP_WHAT_CAME_BACK(
      "tells something else than came back from outside",
      FaultProfile.MILD,
      List.of("O3"),
      config -> new OutsideSurgeries.MakesUpWhatCameBack()),
  TAKES_SILENCE_FOR_NO(
      "sends to the next gateway what nobody at the first has answered",
      FaultProfile.MILD,
      List.of("O5"),
      config -> new OutsideSurgeries.TakesSilenceForNo()),
  LEAVES_MESSAGES_UNCOUNTED(
      "does not count what it sends",
      FaultProfile.MILD,
      List.of("O4"),
      config -> new OutsideSurgeries.Uncounted()),
  ANSWERS_TWICE(
      "answers a client twice",
      FaultProfile.MILD,
      List.of("A1"),
      config -> new TableSurgeries.AnswersTwice()),
  STOPS_ITSELF(
      "finds itself in a state that cannot be",
      FaultProfile.NONE,
      List.of("C1"),
      config -> new MembershipSurgeries.StopsItself()),
  FORGETS_A_FIELD(
      "has a codec that leaves a field out",
      FaultProfile.NONE,
      List.of("C2"),
      config -> new Surgery() {}),
  SPINS(
      "sets a timer of no time again and again",
      FaultProfile.NONE,
      List.of("C3"),
      config -> new MembershipSurgeries.Spins());

  private final Ailment ailment;
  private final Function<AgentConfig, Surgery> surgery;

  Mutant(
      String meaning,
      FaultProfile profile,
      List<String> noticedBy,
      Function<AgentConfig, Surgery> surgery) {
    this.ailment = new Ailment(meaning, profile, noticedBy);
    this.surgery = surgery;
  }

  /** What is wrong with it. */
  public Ailment ailment() {
    return ailment;
  }

  /** Makes agents that are wrong in this way. */
  public CoreFactory factory() {
    return new MutantFactory(this);
  }

  Surgery surgery(AgentConfig config) {
    return surgery.apply(config);
  }

  /** What becomes of an input on its way to the agent. */
  AgentInput arriving(AgentBoot at, AgentInput input) {
    return input;
  }

  /** The mutant that every build must catch. */
  public static Mutant canary() {
    return IGNORES_PINGS;
  }
}
