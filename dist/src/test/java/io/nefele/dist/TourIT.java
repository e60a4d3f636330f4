package io.nefele.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The README's tour, line by line, as it is printed there. */
@Timeout(240)
class TourIT {
  private static final String PROMPT = "./nefele ";

  @TempDir Path directory = Path.of("");

  @AfterEach
  void endWhateverATourLeft() {
    Installed.withHome(directory.resolve("h"), directory).lines("down");
  }

  @Test
  void everyLineOfTheTourDoesWhatItSays() throws IOException {
    Installed nefele = Installed.withHome(directory.resolve("h"), directory);
    List<String> tour = tour();
    assertTrue(tour.size() > 10, tour.toString());
    for (String line : tour) {
      Installed.Ended ended = nefele.shell(line.replace(PROMPT, "nefele "));
      assertEquals(0, ended.exitCode(), () -> line + ": " + ended);
    }
    assertTrue(Files.notExists(directory.resolve("h")));
  }

  /** The commands in the code block below "Five minutes". */
  private static List<String> tour() throws IOException {
    String readme = Files.readString(Path.of("..", "README.md"));
    String section = readme.substring(readme.indexOf("## Five minutes"));
    String block = section.substring(section.indexOf("```sh") + 5);
    return block
        .substring(0, block.indexOf("```"))
        .lines()
        .filter(line -> line.startsWith(PROMPT))
        .toList();
  }
}
