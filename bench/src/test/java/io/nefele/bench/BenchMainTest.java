package io.nefele.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BenchMainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          startup --runs 0              | --runs is 1 or more
          startup --sizes 1,0           | --sizes are 1 to 100
          cli --runs -1                 | --runs is 1 or more
          spawn --count 9               | --count is 10 or more
          spawn --gangs 1001            | --gangs are 1 to 1000
          spawn --agents x              | --agents
          mailbox --bytes 0             | --bytes is 1 to
          ps --synthetic 999            | --synthetic is 0 to 1000000
          footprint --window-seconds 0  | --window-seconds is 1 or more
          sim --agents 0                | --agents are 1 or more
          convergence --peers nobody    | there is no 'nobody'
          convergence --n 1             | --n are 2 to
          convergence --heap much       | --heap is as in
          nothing                       | nothing
          """)
  void wrongUsage_isNamedAndStartsNothing(String line, String complaint) {
    assertEquals(2, run(line.split(" ")), err.toString());
    assertTrue(err.toString().contains(complaint), err.toString());
    assertEquals(1, err.toString().lines().count(), err.toString());
    assertEquals("", out.toString());
  }

  @Test
  void withoutAName_theBenchmarksAreListed() {
    assertEquals(2, run());
    assertTrue(err.toString().contains("convergence"), err.toString());
  }

  @Test
  void helpOfAll_listsTheBenchmarks() {
    assertEquals(0, run("--help"));
    assertTrue(out.toString().contains("convergence"), out.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"startup", "spawn", "convergence", "all"})
  void help_isPrinted(String name) {
    assertEquals(0, run(name, "--help"));
    assertTrue(out.toString().contains("--save"), out.toString());
  }

  @Test
  void outsideADistribution_theRemedyIsNamed() {
    assertEquals(1, run("cli"));
    assertTrue(err.toString().contains("'nefele bench'"), err.toString());
  }

  private int run(String... args) {
    return BenchMain.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
  }
}
