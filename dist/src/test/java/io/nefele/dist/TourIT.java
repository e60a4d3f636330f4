package io.nefele.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands that the README and the guide show, line by line, as they are printed there. */
@Timeout(240)
class TourIT {
  @TempDir Path directory = Path.of("");

  @AfterEach
  void endWhateverATourLeft() {
    Installed.withHome(directory.resolve("h"), directory).lines("down");
  }

  @Test
  void everyLineOfTheReadmesTourDoesWhatItSays() throws IOException {
    String readme = Files.readString(Path.of("..", "README.md"));
    assertDo(
        commands(readme.substring(readme.indexOf("## Five minutes"), readme.indexOf("## From"))));
  }

  @Test
  void everyLineOfTheGuideDoesWhatItSays() throws IOException {
    assertDo(commands(Files.readString(Path.of("..", "docs", "guide.md"))));
  }

  private void assertDo(List<String> commands) {
    Installed nefele = Installed.withHome(directory.resolve("h"), directory);
    assertTrue(commands.size() > 10, commands.toString());
    for (String line : commands) {
      Installed.Ended ended = nefele.shell(line);
      assertEquals(0, ended.exitCode(), () -> line + ": " + ended);
    }
    assertTrue(Files.notExists(directory.resolve("h")));
  }

  /** Those in the blocks of shell. */
  private static List<String> commands(String page) {
    List<String> found = new ArrayList<>();
    boolean inside = false;
    for (String line : page.lines().toList()) {
      if (line.startsWith("```")) {
        inside = line.equals("```sh");
      } else if (inside && (line.startsWith("nefele ") || line.startsWith("./nefele "))) {
        found.add(line.replaceFirst("^\\./", ""));
      }
    }
    return found;
  }
}
