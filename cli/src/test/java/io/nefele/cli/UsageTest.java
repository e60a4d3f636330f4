package io.nefele.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a command refuses by itself: no agent is there to be asked. */
class UsageTest {
  private static final Map<String, String> NOBODY = Map.of("NEFELE_SOCKET", "/nowhere/agent.sock");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nonsense                              | there is no command 'nonsense'",
        "ps --nonsense                         | --nonsense",
        "ps --timeout 2                        | '2' is not a span of time",
        "ps --timeout 99d                      | longer than 24 days",
        "ps --at 1 --socket /x                 | --at and --socket",
        "ps --at one                           | 'one'",
        "spawn                                 | COMMAND",
        "spawn -f x.yaml -- true               | leave out the command",
        "spawn -f x.yaml                       | x.yaml does not exist",
        "spawn --label zone -- true            | write it as KEY=VALUE",
        "spawn -n 0 -- true                    | -n 0",
        "spawn -n -3 -- true                   | -n -3",
        "spawn -n many -- true                 | 'many'",
        "spawn -n 99999999999 -- true          | '99999999999'",
        "spawn --mem 0K -- true                | '0K' is not between",
        "spawn --mem 5X -- true                | '5X' is not a size",
        "spawn --mem 99999999T -- true         | not between 1 byte and 8 EiB",
        "spawn --cpu -1 -- true                | '-1' is not a number of cores",
        "spawn --cpu 0.0001 -- true            | steps of 0.001",
        "spawn --cpu NaN -- true               | 'NaN' is not a number of cores",
        "spawn --name 9lives -- true           | '9lives' is not a name",
        "spawn --name abcdefghjk.1.1 -- true   | not the form of a process id",
        "spawn --env 1A=2 -- true              | '1A' is not the name of a variable",
        "spawn --env ABSENT -- true            | ABSENT: it is not set here",
        "kill 17                               | '17' is not a process id",
        "kill -s NOPE 7h3kq2m9x4.1.17          | 'NOPE' is not a signal",
        "kill -s 65 7h3kq2m9x4.1.17            | '65' is not a signal",
        "kill                                  | ID",
        "inspect x                             | 'x' is not a process id",
        "wait                                  | ID",
        "logs                                  | ID",
        "send                                  | TO",
        "send 9x hello                         | '9x' is not a name",
        "send --as 9x web hello                | --as: '9x' is not a name",
        "recv                                  | name one with --as NAME",
        "recv --as 9x                          | '9x' is not a name",
        "recv --as me --json --with-sender     | leave --with-sender out",
        "lookup 9x                             | '9x' is not a name",
        "up                                    | N",
        "up 0                                  | 1 to 1000 agents",
        "up 5 --no-multicast                   | goes with --netns",
        "up 5 --group-size 1                   | the smallest is 2",
        "agent stop                            | K",
        "agent --config /nowhere/c             | --config /nowhere/c can't be read",
        "agent --config /proc/self/status      | there is no option 'CapAmb'",
        "demo --agents 2                       | from 3 to 50",
      })
  void wrongUsage_isRefusedWithTheInputNamedInOneOrTwoLines(String command, String expected) {
    Ran ran = Ran.command(NOBODY, "", command.trim().split(" +"));
    assertEquals(2, ran.exitCode(), ran.err());
    assertTrue(ran.err().contains(expected), ran.err());
    assertTrue(ran.err().lines().count() <= 2, ran.err());
    assertTrue(ran.err().startsWith("nefele"), ran.err());
    assertFalse(ran.err().contains("Exception"), ran.err());
    assertEquals("", ran.out());
  }

  @Test
  void absentAgent_isExitCode3() {
    Ran ran = Ran.command(NOBODY, "", "ps");
    assertEquals(3, ran.exitCode());
    assertEquals(1, ran.err().lines().count(), ran.err());
    assertTrue(ran.err().startsWith("nefele ps: no agent runs at /nowhere/agent.sock;"));
  }

  @Test
  void everyCommandHasHelp_andTheOverviewsListIt() {
    String names = Ran.command(Map.of(), "").out();
    String overview = Ran.command(Map.of(), "", "help").out();
    for (CommandList.Entry entry : CommandList.ENTRIES) {
      Ran help = Ran.command(Map.of(), "", "help", entry.name());
      assertEquals(0, help.exitCode());
      assertTrue(help.out().startsWith("Usage: nefele " + entry.name()), help.out());
      assertTrue(overview.contains("  " + entry.name() + " "), entry.name());
      assertTrue(names.lines().anyMatch(line -> (line + " ").contains(" " + entry.name() + " ")));
    }
  }

  @Test
  void whatIsAskedForHelpAnswersWithWhatFitsAScreen_andLeavesNoOptionOut() {
    List<String> all = new ArrayList<>(List.of(""));
    CommandList.ENTRIES.forEach(entry -> all.add(entry.name()));
    for (String command : all) {
      Ran help =
          command.isEmpty()
              ? Ran.command(Map.of(), "", "--help")
              : Ran.command(Map.of(), "", command, "--help");
      assertEquals(0, help.exitCode(), command);
      assertTrue(help.out().lines().count() <= 24, help.out());
      assertTrue(help.out().lines().allMatch(line -> line.length() <= 80), help.out());
    }
    Console console = Ran.console();
    for (CommandList.Entry entry : CommandList.ENTRIES) {
      String help = Ran.command(Map.of(), "", entry.name(), "--help").out();
      Main.commandLine(console, entry).getCommandSpec().options().stream()
          .filter(option -> !option.hidden())
          .forEach(option -> assertTrue(help.contains(option.longestName()), help));
    }
  }

  @Test
  void completion_isAScriptThatKnowsAllCommands() {
    String script = Ran.command(Map.of(), "", "completion").out();
    assertTrue(script.startsWith("#!"), script);
    for (CommandList.Entry entry : CommandList.ENTRIES) {
      assertTrue(script.contains("function _picocli_nefele_" + entry.name()), entry.name());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "512M, 536870912",
    "1, 1",
    "1.5k, 1536",
    "2GiB, 2147483648",
    "3gb, 3221225472",
    "1T, 1099511627776"
  })
  void sizes_areReadInPowersOf1024(String text, long bytes) {
    assertEquals(bytes, Size.parse(text).bytes());
  }

  @ParameterizedTest
  @CsvSource({"0.5, 500", "2, 2000", "500m, 500", ".25, 250", "1.000, 1000", "0.001, 1"})
  void cpuShares_areReadInCoresOrThousandths(String text, int millis) {
    assertEquals(millis, CpuShare.parse(text).millis());
  }

  @ParameterizedTest
  @CsvSource({"500ms, 500", "2s, 2000", "1m, 60000", "0s, 0", "2h, 7200000", "24d, 2073600000"})
  void spans_areReadWithTheirUnit(String text, long millis) {
    assertEquals(millis, Span.parse(text).toMillis());
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0ms",
    "999, 999ms",
    "1500, 1.5s",
    "59999, 59s",
    "61000, 1m1s",
    "3661000, 1h1m",
    "90000000, 1d1h",
    "-5, 0ms"
  })
  void spans_areShownInTheirTwoLargestUnits(long millis, String shown) {
    assertEquals(shown, Span.show(millis));
  }

  @ParameterizedTest
  @CsvSource({"0, -", "1023, 1023B", "1024, 1K", "1536, 1.5K", "536870912, 512M", "-1, -"})
  void sizes_areShownShort(long bytes, String shown) {
    assertEquals(shown, Size.show(bytes));
  }

  @ParameterizedTest
  @CsvSource({"TERM, 15", "sigkill, 9", "9, 9", "64, 64", "USR1, 10", "SYS, 31", "CHLD, 17"})
  void signals_areReadByNameAndNumber(String text, int number) {
    assertEquals(number, SignalNumber.parse(text).number());
  }

  @Test
  void unknownCommandName_isNotFound() {
    assertEquals(Optional.empty(), CommandList.find("rm"));
  }
}
