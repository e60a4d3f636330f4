package io.nefele.lib;

import io.nefele.core.ProcessId;
import io.nefele.lib.rollout.Member;
import io.nefele.lib.rollout.Rollout;
import io.nefele.lib.rollout.RolloutAction;
import io.nefele.lib.rollout.RolloutInput;
import io.nefele.lib.rollout.RolloutOutcome;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.ProcessSpec;
import io.nefele.wire.Response;
import io.nefele.wire.Response.ProcessRow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Replaces the processes of a pool, as a {@link Rollout} says, from the calling thread. If that is
 * ended in the middle, the pool stays as it is then; another rollout goes on from there.
 */
public final class Roller {
  private static final Duration LOOK_EVERY = Duration.ofMillis(150);
  private static final Duration ANSWER_DEADLINE = Duration.ofSeconds(5);

  /** A part of the fabric that is silent for so long makes it impossible to say what there is. */
  private static final Duration SILENCE_MAX = Duration.ofSeconds(30);

  private static final int SIGKILL = 9;
  private static final int SIGTERM = 15;

  private final Nefele nefele;
  private final Function<ProcessRow, Optional<String>> revisionOf;
  private final Consumer<String> progress;
  private final SortedMap<String, ProcessSpec> specs = new TreeMap<>();

  /** What was started, and as what. */
  private final SortedMap<ProcessId, String> started = new TreeMap<>();

  private final SortedSet<ProcessId> seen = new TreeSet<>();

  /**
   * @param revisionOf as what a process was started; empty: it is none of the pool. What a rollback
   *     starts again must have the revision that it had.
   * @param progress told what is done, for people
   */
  public Roller(
      Nefele nefele, Function<ProcessRow, Optional<String>> revisionOf, Consumer<String> progress) {
    this.nefele = nefele;
    this.revisionOf = revisionOf;
    this.progress = progress;
  }

  /**
   * Carries a rollout out.
   *
   * @param revision the one that all are to be of
   * @param spec by which its processes are started; the count in it is of no meaning
   * @throws NefeleException if the fabric can't be asked; the pool is left as it is then
   */
  public RolloutOutcome run(Rollout rollout, String revision, ProcessSpec spec)
      throws NefeleException {
    specs.put(revision, spec);
    while (true) {
      List<Member> members = members();
      rememberOthers(members);
      for (RolloutAction action : rollout.step(now(), new RolloutInput.Observed(members))) {
        switch (action) {
          case RolloutAction.Start(String its, int count) -> rollout.step(now(), start(its, count));
          case RolloutAction.End(var process) -> {
            progress.accept("ends " + process);
            signal(process, SIGTERM);
          }
          case RolloutAction.Kill(var process) -> signal(process, SIGKILL);
          case RolloutAction.Finished(var outcome) -> {
            return outcome;
          }
        }
      }
      pause();
    }
  }

  private static Instant now() {
    return Instant.ofEpochSecond(0, System.nanoTime());
  }

  private static void pause() throws NefeleException {
    try {
      Thread.sleep(LOOK_EVERY);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NefeleException(ErrorKind.FAILED, "interrupted; what is done so far stays");
    }
  }

  /** Before they are ended it has to be known how they can be started again. */
  private void rememberOthers(List<Member> members) throws NefeleException {
    for (Member member : members) {
      if (!specs.containsKey(member.revision()) && member.condition() != Member.Condition.LOST) {
        try {
          specs.put(member.revision(), nefele.describe(member.id()));
        } catch (NefeleException e) {
          if (e.kind() == ErrorKind.UNREACHABLE) {
            throw e;
          }
        }
      }
    }
  }

  private RolloutInput start(String revision, int count) throws NefeleException {
    ProcessSpec spec = specs.get(revision);
    if (spec == null) {
      return new RolloutInput.NotStarted("nobody knows by what revision " + revision + " started");
    }
    try {
      List<ProcessId> ids =
          nefele.spawn(List.of(spec.toBuilder().count(count).build()), SILENCE_MAX);
      for (ProcessId id : ids) {
        started.put(id, revision);
        progress.accept("starts " + id);
      }
      return new RolloutInput.Started(ids);
    } catch (NefeleException e) {
      if (e.kind() == ErrorKind.UNREACHABLE) {
        throw e;
      }
      return new RolloutInput.NotStarted(String.valueOf(e.getMessage()));
    }
  }

  private void signal(ProcessId process, int signal) throws NefeleException {
    try {
      nefele.signal(List.of(process), signal);
    } catch (NefeleException e) {
      // It has ended meanwhile, or its agent does not answer: the next look tells.
      if (e.kind() == ErrorKind.UNREACHABLE) {
        throw e;
      }
    }
  }

  private List<Member> members() throws NefeleException {
    long giveUpNanos = System.nanoTime() + SILENCE_MAX.toNanos();
    Response.Processes answer = nefele.ps(true, ANSWER_DEADLINE);
    while (!answer.missing().isEmpty()) {
      if (System.nanoTime() > giveUpNanos) {
        throw new NefeleException(
            ErrorKind.PARTIAL,
            "no answer in time from "
                + String.join(", ", answer.missing())
                + ", where more of the pool may be; what is done so far stays");
      }
      pause();
      answer = nefele.ps(true, ANSWER_DEADLINE);
    }
    List<Member> members = new ArrayList<>();
    SortedSet<ProcessId> unseen = new TreeSet<>(started.keySet());
    for (ProcessRow row : answer.rows()) {
      Optional<String> revision = revisionOf.apply(row);
      boolean ours = unseen.remove(row.id());
      if (revision.isPresent() && (ours || condition(row) != Member.Condition.ENDED)) {
        seen.add(row.id());
        members.add(new Member(row.id(), revision.get(), condition(row), row.restarts(), how(row)));
      }
    }
    return withUnseen(members, unseen);
  }

  /**
   * What was just started may not be told of yet; what was, and is not, has ended and is forgotten.
   */
  private List<Member> withUnseen(List<Member> members, SortedSet<ProcessId> unseen) {
    for (ProcessId process : unseen) {
      members.add(
          new Member(
              process,
              started.getOrDefault(process, ""),
              seen.contains(process) ? Member.Condition.ENDED : Member.Condition.STARTING,
              0,
              " is not known any more"));
    }
    return members;
  }

  private static Member.Condition condition(ProcessRow row) {
    return switch (row.state()) {
      case "exited" -> Member.Condition.ENDED;
      case "lost" -> Member.Condition.LOST;
      case "running" ->
          switch (row.health()) {
            case "" -> Member.Condition.UP;
            case "healthy" -> Member.Condition.HEALTHY;
            case "unhealthy" -> Member.Condition.UNHEALTHY;
            default -> Member.Condition.STARTING;
          };
      default ->
          row.health().equals("waiting") ? Member.Condition.WAITING : Member.Condition.STARTING;
    };
  }

  private static String how(ProcessRow row) {
    if (row.health().equals("unhealthy")) {
      return " fails its health check";
    }
    if (row.exitCode().isPresent()) {
      return " has ended with exit code "
          + row.exitCode().get()
          + (row.health().isEmpty() ? "" : ", by itself or since its health check failed");
    }
    if (row.restarts() > 0) {
      return " has ended and was started again";
    }
    return " is "
        + row.state()
        + (row.health().isEmpty() ? "" : ", its health check " + row.health());
  }
}
