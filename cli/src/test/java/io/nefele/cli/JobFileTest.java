package io.nefele.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.nefele.lib.NefeleException;
import io.nefele.wire.ErrorKind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobFileTest {

  @Test
  void aServiceIsFoundUnderItsPartsName_andIsAlwaysStartedAgain() throws NefeleException {
    Job job =
        read(
            """
            job: shop
            parts:
              web:
                count: 3
                command: [serve]
                update: {max-surge: 2, grace: 3s}
              migrate: {run: once, command: ./migrate, restart: on-failure:3}
              report: {every: 10m, command: ./report, overlap: queue, missed: once}
              nightly: {schedule: "0 3 * * *", command: ./clean}
            """);

    assertEquals("shop", job.name());
    Job.Part web = job.parts().getFirst();
    assertEquals(Optional.of("web"), web.spec().name());
    assertEquals("always", web.spec().lifecycle().restart().text());
    assertEquals(1, web.spec().count());
    assertEquals(3, web.wanted());
    var service = assertInstanceOf(Job.Kind.Service.class, web.kind());
    assertEquals(2, service.terms().maxSurge());
    assertEquals(Duration.ofSeconds(3), service.terms().grace());
    assertEquals(
        List.of("nefele.job=shop", "nefele.part=web", "nefele.revision=" + web.revision()),
        web.spec("shop").labels());
    assertInstanceOf(Job.Kind.Once.class, job.parts().get(1).kind());
    var report = assertInstanceOf(Job.Kind.Periodic.class, job.parts().get(2).kind());
    assertEquals(Job.Overlap.QUEUE, report.overlap());
    assertEquals(Job.Missed.ONCE, report.missed());
    assertInstanceOf(Job.Kind.Periodic.class, job.parts().get(3).kind());
  }

  @Test
  void theRevisionIsOfAllButTheCount() throws NefeleException {
    String revision = revision("{command: [a], count: 1}");
    assertEquals(revision, revision("{count: 5, command: [a], update: {max-surge: 3}}"));
    assertTrue(!revision.equals(revision("{command: [b]}")));
    assertTrue(!revision.equals(revision("{command: [a], env: {A: 1}}")));
    assertTrue(!revision.equals(revision("{command: [a], health-check: ./well}")));
  }

  private static String revision(String part) throws NefeleException {
    return read("job: a\nparts:\n  b: " + part).parts().getFirst().revision();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "job: a;parts:;  web:;    commnad: [x] | 4 | did you mean 'command'?",
        "jobs: a;parts: {} | 1 | did you mean 'job'?",
        "job: a;parts:;  b: {command: [x], after: c};  c: {command: [x]} | 3 | stands behind it",
        "job: a;parts:;  b: {command: [x], after: b} | 3 | 'b' starts after 'b'",
        "job: a | 1 | has the keys 'job', its name, and 'parts'",
        "job: a;parts: {} | 2 | names nothing to run",
        "job: a b;parts:;  web: {command: [x]} | 1 | 'a b' is not a name",
        "job: a;parts:;  1web: {command: [x]} | 3 | '1web' is not a name",
        "job: a;parts:;  a/b: {command: [x]} | 3 | no /",
        "job: a;parts:;  web: {} | 3 | has the key 'command'",
        "job: a;parts:;  web:;    command: [x];    count: -1 | 5 | count -1: from 1",
        "job: a;parts:;  web:;    command: [x];    run: onec | 5 | did you mean 'once'?",
        "job: a;parts:;  web:;    command: [x];    restart: never | 5 | write 'run: once'",
        "job: a;parts:;  web:;    command: [x];    overlap: skip | 5 | means nothing for a part"
            + " that runs as service",
        "job: a;parts:;  m:;    run: once;    command: [x];    update: {} | 6 | means nothing",
        "job: a;parts:;  m:;    run: once;    command: [x];    count: 2 | 4 | leave out 'count'",
        "job: a;parts:;  m:;    run: once;    command: [x];    restart: always | 6 | ends when it"
            + " succeeds",
        "job: a;parts:;  m:;    run: periodic;    command: [x] | 4 | has one of 'every'",
        "job: a;parts:;  m:;    every: 1m;    schedule: '* * * * *';    command: [x] | 4 | has one"
            + " of",
        "job: a;parts:;  m:;    every: 10ms;    command: [x] | 4 | a second or more",
        "job: a;parts:;  m:;    schedule: '61 * * * *';    command: [x] | 4 | '61' is no minute",
        "job: a;parts:;  m:;    every: 1m;    overlap: kill;    command: [x] | 5 | 'kill' is not"
            + " known",
        "job: a;parts:;  w:;    command: [x];    update: {max-surge: 0} | 5 | max-unavailable be 1",
        "job: a;parts:;  w:;    command: [x];    update: {max-surge: -1} | 5 | count -1",
        "job: a;parts:;  w:;    command: [x];    update: {max-unavailable: 2} | 5 | 2 of 1",
        "job: a;parts:;  w:;    command: [x];    update: {max-surg: 2} | 5 | did you mean"
            + " 'max-surge'",
        "job: a;parts:;  w:;    command: [x];    labels: {nefele.job: b} | 4 | made by nefele"
            + " itself",
      })
  void aWrongFile_isRefusedWithTheLineAndTheRemedy(String lines, int line, String words) {
    var refused =
        assertThrows(NefeleException.class, () -> read(String.join("\n", lines.split(";"))));
    assertEquals(ErrorKind.USAGE, refused.kind());
    String told = String.valueOf(refused.getMessage());
    assertTrue(told.startsWith("job.yaml:" + line + ": "), told);
    assertTrue(told.contains(words), told);
  }

  @Test
  void theSchemaIsJson_andHasTheKeysOfPartsAndOfProcesses() throws IOException {
    String schema = JobFile.schema();
    try (JsonParser json = new JsonFactory().createParser(schema)) {
      while (json.nextToken() != null) {
        // That it is JSON to its end is the point.
      }
    }
    for (String key : List.of("run", "every", "schedule", "overlap", "missed", "update")) {
      assertTrue(schema.contains("\n        \"" + key + "\": {"), key);
    }
    for (String key : SpecFile.PROCESS_KEYS) {
      assertTrue(schema.contains("\n        \"" + key + "\": {"), key);
    }
  }

  static Job read(String text) throws NefeleException {
    return JobFile.parse(Path.of("/work"), "job.yaml", text);
  }
}
