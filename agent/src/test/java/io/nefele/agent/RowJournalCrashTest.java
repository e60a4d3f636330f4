package io.nefele.agent;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.table.ProcessRow;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RowJournalCrashTest {
  /** Some are in the middle of the log's being written anew, which happens every 333 rows. */
  private static final List<Integer> KILLED_AFTER = List.of(1, 330, 331, 332, 333, 700, 5000);

  @TempDir private Path directory = Path.of("");

  @Test
  void afterEachKillAllRowsAreThereThatWereWrittenAndNoneThatWasForgotten() throws Exception {
    Path file = directory.resolve("rows");
    int next = 1;
    for (int after : KILLED_AFTER) {
      int told = writeAndKill(file, next, after);
      try (RowJournal journal = RowJournal.open(file, KilledJournalWriter.OWNER)) {
        List<ProcessRow> rows = journal.rows();
        int last = rows.getLast().id().counter();
        assertTrue(last >= told && last <= told + 1_000_000, last + " after " + told);
        int first = rows.getFirst().id().counter();
        assertEquals(last - first + 1, rows.size(), "rows without a gap");
        assertTrue(rows.size() <= KilledJournalWriter.KEPT + 2, rows.size() + " rows");
        for (ProcessRow row : rows) {
          // Of the very last row the end may not be written yet.
          int counter = row.id().counter();
          if (counter < last) {
            assertEquals(RowJournalTest.row(counter).exited(counter % 256, counter), row);
          }
        }
        next = last + 1;
      }
      assertTrue(Files.size(file) < 400_000, () -> "grew to " + file.toFile().length());
    }
  }

  /** Returns the last row that the writer told of. */
  private static int writeAndKill(Path file, int from, int after) throws Exception {
    Process writer =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                KilledJournalWriter.class.getName(),
                file.toString(),
                Integer.toString(from))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    int told = 0;
    try (var out = new BufferedReader(new InputStreamReader(writer.getInputStream(), US_ASCII))) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        // The last line may have been cut by the kill; a number cut short is smaller.
        told = Math.max(told, Integer.parseInt(line));
        if (told == from + after) {
          // Through the handle, as the process itself would close the pipe with it.
          writer.toHandle().destroyForcibly();
        }
      }
    } finally {
      writer.destroyForcibly();
      assertTrue(writer.waitFor(10, TimeUnit.SECONDS));
    }
    return told;
  }
}
