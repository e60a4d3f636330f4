package io.nefele.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SimCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @CsvSource({
    "--faults=awful, no fault profile is called 'awful'; there are none, mild, rough",
    "--seeds=9..1, seeds are given as A..B",
    "--seed=many, 'many' is not a long",
    "--time=soon, a time is given as in 90s",
    "--plan=/nowhere/at.plan, the plan /nowhere/at.plan can't be read",
    "--agents=0, --agents is 1 to 100000: 0",
    "--mutant=teapot, no mutant is called 'teapot'"
  })
  void wrongUsageIsToldInOneLine(String argument, String message) {
    assertEquals(2, run(argument));
    assertTrue(err.toString().contains(message), err::toString);
    assertEquals(1, err.toString().lines().count(), err::toString);
  }

  @Test
  void aPlanOfAnotherVersionIsRefused(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("old.plan"), "nefele-fault-plan 0\n");

    assertEquals(2, run("--plan=" + file));
    assertTrue(err.toString().contains("another version"), err::toString);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--trace", "--save-plan"})
  void aFileThatCannotBeWrittenIsNamed(String option) {
    assertEquals(1, run("--agents=2", "--time=1s", option + "=/nowhere/at/all"));
    assertEquals(
        "nefele sim: can't write /nowhere/at/all; name another file\n",
        err.toString(),
        err::toString);
  }

  @Test
  void jsonIsAnObjectALine() throws IOException {
    assertEquals(0, run("--agents=3", "--time=5s", "--seeds=1..2", "--json"));
    for (String line : out.toString().lines().toList()) {
      try (JsonParser json = new JsonFactory().createParser(line)) {
        assertEquals(JsonToken.START_OBJECT, json.nextToken(), line);
        json.skipChildren();
        assertNull(json.nextToken(), line);
      }
    }
  }

  @Test
  void helpListsTheProfiles() {
    assertEquals(0, run("--help"));
    for (String profile : new String[] {"none", "mild", "rough", "chaos", "churn", "gentle"}) {
      assertTrue(out.toString().contains("  " + profile + " "), out::toString);
    }
  }

  @Test
  void aViolationIsShrunkSavedAndReplayed(@TempDir Path directory) throws IOException {
    Path plan = directory.resolve("small.plan");
    Path trace = directory.resolve("trace.json");

    assertEquals(
        1,
        run(
            "--agents=6",
            "--faults=rough",
            "--time=40s",
            "--mutant=miscounts",
            "--save-plan=" + plan));
    assertTrue(out.toString().contains("P3: "), out::toString);
    assertTrue(out.toString().contains("Replay: nefele sim --plan " + plan), out::toString);
    assertTrue(Files.readString(plan).lines().count() < 20, "few faults are left");

    assertEquals(
        1,
        run(
            "--plan=" + plan,
            "--mutant=miscounts",
            "--trace=" + trace,
            "--save-plan=" + directory.resolve("again.plan")));
    assertTrue(TraceEvents.checked(trace) > 3, "the run is told");
  }

  @Test
  void theReplayThatIsPrintedReplays(@TempDir Path directory) throws IOException {
    Path plan = directory.resolve("small.plan");
    run("--agents=6", "--faults=mild", "--time=40s", "--mutant=miscounts", "--save-plan=" + plan);
    String command =
        out.toString()
            .lines()
            .filter(line -> line.startsWith("Replay: "))
            .findFirst()
            .orElseThrow()
            .substring("Replay: nefele sim ".length());
    out.getBuffer().setLength(0);

    assertEquals(1, run(command.split(" ")));
    assertTrue(out.toString().contains("P3: "), out::toString);
  }

  @Test
  void aTraceOfChaosIsADocumentThatViewersRead(@TempDir Path directory) throws IOException {
    Path trace = directory.resolve("trace.json");

    assertEquals(0, run("--agents=8", "--faults=chaos", "--time=30s", "--trace=" + trace));
    assertTrue(TraceEvents.checked(trace) > 100, "the run is told");
  }

  private int run(String... arguments) {
    return SimMain.run(new PrintWriter(out), new PrintWriter(err, true), arguments);
  }
}
