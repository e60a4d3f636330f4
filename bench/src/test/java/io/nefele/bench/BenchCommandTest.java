package io.nefele.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.bench.fabric.Distribution;
import io.nefele.bench.report.Quantity;
import io.nefele.bench.report.Row;
import io.nefele.bench.report.Section;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class BenchCommandTest {
  private static final String DIST = "nefele.dist";

  @TempDir private Path scratch = Path.of("");

  /** Finds a number that was chosen before. */
  @Command(name = "chosen")
  private static final class Chosen extends BenchCommand {
    private long micros = 1;

    @Override
    protected String title() {
      return "Chosen";
    }

    @Override
    protected void check() {
      require(micros > 0, "positive");
    }

    @Override
    protected List<Section> measure(Distribution distribution) {
      progress("choosing");
      return List.of(
          new Section("One", "Chosen.", List.of(Row.of("it", Quantity.nanos(micros * 1000)))));
    }
  }

  @BeforeEach
  void pretendADistribution() {
    System.setProperty(DIST, scratch.resolve("dist/target/nefele").toString());
  }

  @AfterEach
  void forgetIt() {
    System.clearProperty(DIST);
  }

  @Test
  void aRerunReplacesWhatTheEarlierOneSaved() throws IOException {
    Chosen bench = new Chosen();
    bench.micros = 111;
    run(bench, "--save=" + scratch);
    bench.micros = 222;
    String printed = run(bench, "--save=" + scratch);
    assertEquals(printed, Files.readString(scratch.resolve("chosen.md")));
    assertTrue(printed.contains("222 \u00b5s") && !printed.contains("111 \u00b5s"), printed);
    assertTrue(Files.readString(scratch.resolve("chosen.json")).contains("222.0"));
  }

  @Test
  void saveWithoutADirectory_writesToTheSourceTree() throws IOException {
    Files.createDirectories(scratch.resolve("bench"));
    Files.createFile(scratch.resolve("bench/pom.xml"));
    run(new Chosen(), "--save");
    assertTrue(Files.exists(scratch.resolve("bench/results/chosen.json")));
  }

  @Test
  void json_isAllThatIsPrinted() {
    String printed = run(new Chosen(), "--json");
    assertTrue(printed.startsWith("{") && printed.endsWith("}\n"), printed);
  }

  private static String run(Chosen bench, String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode =
        new CommandLine(bench)
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(args);
    assertEquals(0, exitCode, err.toString());
    return out.toString();
  }
}
