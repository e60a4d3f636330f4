package io.nefele.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Model.OptionSpec;

class ManPagesTest {
  @TempDir Path directory = Path.of("");

  @Test
  void eachCommandHasAPage_andTheOverviewHas() throws IOException {
    ManPages.main(new String[] {directory.resolve("man1").toString()});

    Set<String> expected =
        Stream.concat(
                Stream.of("nefele.1"),
                CommandList.ENTRIES.stream().map(entry -> "nefele-" + entry.name() + ".1"))
            .collect(Collectors.toSet());
    try (Stream<Path> pages = Files.list(directory.resolve("man1"))) {
      assertEquals(
          expected, pages.map(page -> page.getFileName().toString()).collect(Collectors.toSet()));
    }
  }

  @Test
  void aPageNamesAllOptions_andStartsNoLineWithARequestByAccident() {
    for (CommandList.Entry entry : CommandList.ENTRIES) {
      Console console = Ran.console();
      String page = ManPages.page(console, entry);
      for (OptionSpec option : Main.commandLine(console, entry).getCommandSpec().options()) {
        if (!option.hidden()) {
          String name = option.longestName().replace("-", "\\-");
          assertTrue(page.contains(name), () -> name + " in " + page);
        }
      }
      page.lines()
          .filter(line -> line.startsWith(".") || line.startsWith("'"))
          .forEach(
              line ->
                  assertTrue(line.matches("\\.(TH|SH|SS|TP|PP|IP|B|BR|RI|I|ad|nh)( .*)?"), line));
    }
  }
}
