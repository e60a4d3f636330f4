package io.nefele.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.nefele.core.HealthCheck;
import io.nefele.core.Lifecycle;
import io.nefele.core.Name;
import io.nefele.core.Probe;
import io.nefele.core.RestartPolicy;
import io.nefele.lib.NefeleException;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.ProcessSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpecFileTest {
  @TempDir Path directory;

  @Test
  void read_ofDissimilarProcesses_keepsTheirOrderAndTheTextOfScalars()
      throws IOException, NefeleException {
    List<ProcessSpec> specs =
        read(
            """
            processes:
              - name: web
                count: 2
                command: [serve, 8080, no]
                cpu: 500m
                mem: 64M
                env: {VERSION: 1.10}
                labels: [tier=front]
              - command: echo $HOME
                cwd: sub
            """);
    assertEquals(
        List.of(
            ProcessSpec.of(List.of("serve", "8080", "no"))
                .name("web")
                .count(2)
                .cpuMillis(500)
                .memoryBytes(64 << 20)
                .environment(List.of("VERSION=1.10"))
                .labels(List.of("tier=front"))
                .workingDirectory(directory.toString())
                .build(),
            ProcessSpec.of(List.of("/bin/sh", "-c", "echo $HOME"))
                .workingDirectory(directory.resolve("sub").toString())
                .build()),
        specs);
  }

  @Test
  void read_ofALifecycle_takesACheckAsACommandOrWithItsTimes() throws IOException, NefeleException {
    List<ProcessSpec> specs =
        read(
            """
            processes:
              - command: [a]
                restart: on-failure:3
                health-check: ./is-well
              - command: [b]
                reschedule: 1m
                health-check: {command: [check, b], interval: 2s, retries: 5}
            """);

    Lifecycle first = specs.getFirst().lifecycle();
    assertEquals("on-failure:3", first.restart().text());
    assertEquals(
        new Probe.Command(List.of("/bin/sh", "-c", "./is-well")),
        first.health().orElseThrow().probe());
    assertEquals(
        Lifecycle.ONCE
            .with(RestartPolicy.parse("always"))
            .with(
                Optional.of(
                    new HealthCheck(
                        new Probe.Command(List.of("check", "b")),
                        2_000,
                        HealthCheck.TIMEOUT_MILLIS,
                        5,
                        0)))
            .reschedulingAfter(60_000),
        specs.getLast().lifecycle());
  }

  @Test
  void read_ofALifecycle_takesAPortOrACallForACheck_andWhoComesFirst()
      throws IOException, NefeleException {
    List<ProcessSpec> specs =
        read(
            """
            processes:
              - name: db
                command: [a]
                health-check: {port: 5432}
              - command: [b]
                health-check: {call: how are you}
                after: [db, cache]
              - command: [c]
                after: db
            """);

    assertEquals(
        List.of(new Probe.Port(5432), new Probe.Call("how are you")),
        specs.stream()
            .flatMap(spec -> spec.lifecycle().health().stream())
            .map(HealthCheck::probe)
            .toList());
    assertEquals(
        List.of(List.of(), List.of(new Name("db"), new Name("cache")), List.of(new Name("db"))),
        specs.stream().map(spec -> spec.lifecycle().after()).toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "processes:;  - comand: [x] | 2 | did you mean 'command'?",
        "process: [] | 1 | did you mean 'processes'?",
        "processes: [] | 1 | names nothing to start",
        "processes:;  - name: 1web;    command: [x] | 2 | '1web' is not a name",
        "processes:;  - command: [x];    mem: lots | 3 | 'lots' is not a size",
        "processes:;  - command: [x];    count: -1 | 3 | count -1: from 1",
        "processes:;  - command: [x];    count: 99999999 | 3 | count 99999999: from 1",
        "processes:;  - command: [x];    cpu: {a: b} | 3 | one value is expected",
        "processes:;  - command: [];    cpu: 1 | 2 | the command is empty",
        "processes:;  - command: [x];    health-check: {port: 70000} | 3 | 1 to 65535, not 70000",
        "processes:;  - command: [x];    health-check: {port: 1, call: a} | 3 | one of the keys",
        "processes:;  - command: [x];    name: a;    after: [a] | 2 | 'a' starts after 'a'",
        "processes:;  - command: [x];    after: [1web] | 3 | '1web' is not a name",
        "processes:;  - name: a | 2 | has the key 'command'",
        "processes:;  - command: [x];    name: a;    name: b | 4 | 'name' is given twice",
        "processes:;  - command: [x];    env: [A] | 3 | 'A' is not KEY=VALUE",
        "processes: [ | 1 | expected the node content",
      })
  void read_ofAWrongFile_namesTheLineAndTheRemedy(String lines, int line, String words)
      throws IOException {
    String content = String.join("\n", lines.split(";"));
    var refused = assertThrows(NefeleException.class, () -> read(content));
    assertEquals(ErrorKind.USAGE, refused.kind());
    String told = String.valueOf(refused.getMessage());
    assertTrue(told.startsWith("spec.yaml:" + line + ": "), told);
    assertTrue(told.contains(words), told);
  }

  @Test
  void read_ofAFileThatIsNotThere_saysSo() {
    var refused =
        assertThrows(
            NefeleException.class, () -> SpecFile.read(directory, Path.of("missing.yaml")));
    assertEquals("missing.yaml does not exist", refused.getMessage());
  }

  @Test
  void theSchemaIsJsonAndNamesEachKey() throws IOException {
    String schema = SpecFile.schema();
    try (JsonParser json = new JsonFactory().createParser(schema)) {
      while (json.nextToken() != null) {
        // That it is JSON to its end is the point.
      }
    }
    for (String key : SpecFile.PROCESS_KEYS) {
      assertTrue(schema.contains("\n        \"" + key + "\": {"), key);
    }
  }

  private List<ProcessSpec> read(String content) throws IOException, NefeleException {
    Files.writeString(directory.resolve("spec.yaml"), content);
    return SpecFile.read(directory, Path.of("spec.yaml")).stream().map(Start::spec).toList();
  }
}
