package io.nefele.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nefele.lib.NefeleException;
import io.nefele.wire.Response.ProcessRow;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JobTickTest {
  private static final Instant NOW = Instant.parse("2026-02-27T10:30:05Z");
  private static final Instant DUE = Instant.parse("2026-02-27T10:30:00Z");
  private static final Instant NEXT = Instant.parse("2026-02-27T10:40:00Z");

  @Test
  void whatIsDueIsStarted_once() throws NefeleException {
    var runs = runs("skip", "skip");
    assertEquals(started(), runs.decide(NOW.minusSeconds(10)));
    assertEquals(passed(), runs.decide(NOW));
    assertEquals(passed(), runs("skip", "skip", run(1, DUE, 0)).decide(NOW.minusSeconds(10)));
  }

  @Test
  void manyThatWereMissed_areOneRun_ifOneIsWanted() throws NefeleException {
    assertEquals(NOW, runs("skip", "skip").lookedAfterUntil());
    Instant last = DUE.minusSeconds(3600);
    var runs = runs("skip", "once", run(1, last, 0));
    assertEquals(last, runs.lookedAfterUntil());
    assertEquals(started(), runs.decide(last));
  }

  @Test
  void whileTheOneBeforeRuns_theNextIsSkippedOrWaitsOrRunsBesideIt() throws NefeleException {
    Instant from = NOW.minusSeconds(10);
    ProcessRow before = running(DUE.minusSeconds(600));
    assertEquals(passed(), runs("skip", "skip", before).decide(from));
    assertEquals(started(), runs("parallel", "skip", before).decide(from));
    assertEquals(
        new JobTick.Decision(Optional.empty(), from, NOW.plusSeconds(5)),
        runs("queue", "skip", before).decide(from));
  }

  private static JobTick.Decision started() {
    return new JobTick.Decision(Optional.of(DUE), NOW, NEXT);
  }

  private static JobTick.Decision passed() {
    return new JobTick.Decision(Optional.empty(), NOW, NEXT);
  }

  private static ProcessRow run(int number, Instant due, int exitCode) {
    return JobRows.row(
        number,
        "exited",
        Optional.of(exitCode),
        "nefele.job=shop",
        "nefele.part=report",
        JobTick.DUE + "=" + due.toEpochMilli());
  }

  private static ProcessRow running(Instant due) {
    return JobRows.row(
        1,
        "running",
        Optional.empty(),
        "nefele.job=shop",
        "nefele.part=report",
        JobTick.DUE + "=" + due.toEpochMilli());
  }

  private static JobTick.Runs runs(String overlap, String missed, ProcessRow... rows)
      throws NefeleException {
    Job job =
        JobFileTest.read(
            "job: shop\nparts:\n  report: {every: 10m, command: [x], overlap: "
                + overlap
                + ", missed: "
                + missed
                + "}");
    Job.Part part = job.parts().getFirst();
    if (!(part.kind() instanceof Job.Kind.Periodic periodic)) {
      throw new IllegalStateException("it is periodic");
    }
    return new JobTick.Runs(JobState.of("shop", List.of(rows)), part, periodic, NOW);
  }
}
