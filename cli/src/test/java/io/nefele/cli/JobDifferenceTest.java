package io.nefele.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.lib.NefeleException;
import io.nefele.wire.Response.ProcessRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JobDifferenceTest {
  private final Job job =
      JobFileTest.read(
          """
          job: shop
          parts:
            migrate: {run: once, command: ./migrate}
            web: {count: 2, command: [serve, "1"]}
            report: {every: 1m, command: ./report}
          """);
  private final Job.Part migrate = job.parts().get(0);
  private final Job.Part web = job.parts().get(1);
  private final String migrated = JobKeeper.DONE + "migrate=" + migrate.revision();

  JobDifferenceTest() throws NefeleException {}

  @Test
  void ofNothing_allIsNew() {
    assertEquals(
        List.of("+ migrate: runs once", "+ web: 2 processes", "+ report: every 60000ms"),
        difference(job, Optional.empty()).lines());
  }

  @Test
  void ofWhatIsApplied_thereIsNone() {
    ProcessRow[] rows = {
      JobRows.keeper(1, job, migrated),
      JobRows.running(2, "web", web.revision()),
      JobRows.running(3, "web", web.revision())
    };
    assertTrue(difference(job, Optional.of(job), rows).isEmpty());
  }

  @Test
  void ofAnotherCommandAndFewer_saysWhatHasChanged() throws NefeleException {
    Job before =
        JobFileTest.read(
            """
            job: shop
            parts:
              old: {every: 5m, command: ./old}
              migrate: {run: once, command: ./migrate}
              web: {count: 3, command: [serve, "0"]}
              report: {every: 2m, command: ./report}
              queue: {command: ./queue}
            """);
    String revision = before.parts().get(2).revision();
    ProcessRow[] rows = {
      JobRows.keeper(1, before, migrated),
      JobRows.running(2, "web", revision),
      JobRows.running(3, "web", revision),
      JobRows.running(4, "web", revision),
      JobRows.running(5, "queue", "r"),
    };
    assertEquals(
        List.of(
            "- old: runs no more",
            "- queue: 1 ended",
            "~ web: command changed, 3 processes -> 2; 3 replaced, with 1 more and 0 fewer"
                + " meanwhile",
            "~ report: every 120000ms -> every 60000ms"),
        difference(job, Optional.of(before), rows).lines());
  }

  @Test
  void whatRanOnceRunsAgain_onlyIfItChanges_orTheJobWasStopped() {
    assertFalse(told("migrate", JobRows.keeper(1, job, migrated)));
    assertTrue(told("migrate", JobRows.keeper(1, job, JobKeeper.DONE + "migrate=other")));
    ProcessRow ran =
        JobRows.row(
            2,
            "exited",
            Optional.of(0),
            "nefele.job=shop",
            "nefele.part=migrate",
            "nefele.revision=" + migrate.revision(),
            JobKeeper.GENERATION + "=g1");
    assertFalse(told("migrate", JobRows.keeper(1, job), ran), "an apply was broken off");
    assertTrue(told("migrate", ran), "the job was stopped");
  }

  @Test
  void aKeeperThatIsLost_isReplaced_butWhatItRemembersHolds() {
    ProcessRow keeper = JobRows.keeper(1, job, migrated);
    ProcessRow lost =
        JobRows.row(1, "lost", Optional.empty(), keeper.labels().toArray(String[]::new));
    JobDifference difference =
        difference(
            job,
            Optional.of(job),
            lost,
            JobRows.running(2, "web", web.revision()),
            JobRows.running(3, "web", web.revision()));
    assertEquals(List.of(), difference.changes());
    assertTrue(difference.keeper());
  }

  @Test
  void ofTwoKeepers_theOneThatCameLastSaysWhatHolds() {
    ProcessRow last = JobRows.keeper(1, job, JobKeeper.NUMBER + "=10");
    ProcessRow returned = JobRows.keeper(2, job, JobKeeper.NUMBER + "=9");
    JobState state = JobState.of("shop", List.of(last, returned));
    assertEquals(Optional.of(last), state.keeper());
    assertTrue(JobDifference.of(job, state, Optional.of(job)).keeper());
  }

  private boolean told(String part, ProcessRow... rows) {
    return difference(job, Optional.empty(), rows).lines().stream()
        .anyMatch(line -> line.contains(part + ": "));
  }

  @Test
  void whatIsLost_isMissing() {
    List<ProcessRow> rows = new ArrayList<>();
    rows.add(JobRows.keeper(1, job, migrated));
    rows.add(JobRows.running(2, "web", web.revision()));
    rows.add(
        JobRows.row(
            3,
            "lost",
            Optional.empty(),
            "nefele.job=shop",
            "nefele.part=web",
            "nefele.revision=x"));
    assertEquals(
        List.of("~ web: 1 process -> 2"),
        difference(job, Optional.of(job), rows.toArray(ProcessRow[]::new)).lines());
  }

  @Test
  void jobs_tellsOfEachPartHowItIs() {
    String wanted = JobKeeper.WANTED + "web=service 2 " + web.revision();
    JobState state =
        JobState.of(
            "shop",
            List.of(
                JobRows.keeper(1, job, wanted, JobKeeper.WANTED + "report=periodic 1 r"),
                JobRows.running(2, "web", web.revision()),
                JobRows.running(3, "web", "another"),
                JobRows.running(4, "other", "r")));
    assertEquals(
        List.of("other: not applied to its end", "report: no run yet", "web: of several revisions"),
        JobsCommand.lines(state).stream().map(line -> line.part() + ": " + line.state()).toList());
  }

  private static JobDifference difference(Job job, Optional<Job> before, ProcessRow... rows) {
    return JobDifference.of(job, JobState.of("shop", List.of(rows)), before);
  }
}
