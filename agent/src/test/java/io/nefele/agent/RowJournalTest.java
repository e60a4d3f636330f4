package io.nefele.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import io.nefele.table.ProcessRow;
import io.nefele.table.ProcessState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RowJournalTest {
  private static final AgentBoot BOOT = new AgentBoot(new AgentId(1), 1);

  @TempDir private Path directory = Path.of("");

  @Test
  void rowsComeBackAsTheyWereLastPut() throws IOException {
    Path file = directory.resolve("rows");
    try (RowJournal journal = RowJournal.open(file)) {
      journal.put(row(1));
      journal.put(row(2));
      journal.put(row(1).exited(3, 2000));
      journal.put(row(3));
      journal.remove(List.of(row(2).id()));
    }
    assertEquals(List.of(row(1).exited(3, 2000), row(3)), reopened(file));
  }

  @Test
  void theFileStaysBoundedWhileRowsComeAndGo() throws IOException {
    Path file = directory.resolve("rows");
    try (RowJournal journal = RowJournal.open(file)) {
      for (int i = 1; i <= 20_000; i++) {
        journal.put(row(i));
        journal.remove(List.of(row(i).id()));
      }
      journal.put(row(7));
    }
    assertTrue(Files.size(file) < 200_000, () -> "grew to " + file.toFile().length());
    assertEquals(List.of(row(7)), reopened(file));
  }

  @Test
  void aFlippedBitEndsTheJournalThereAndNowhereElse() throws IOException {
    Path file = directory.resolve("rows");
    long sound;
    try (RowJournal journal = RowJournal.open(file)) {
      journal.put(row(1));
      sound = Files.size(file);
      journal.put(row(2));
    }
    byte[] content = Files.readAllBytes(file);
    content[(int) sound + 12] ^= 1;
    Files.write(file, content);
    assertEquals(List.of(row(1)), reopened(file));
  }

  private static List<ProcessRow> reopened(Path file) throws IOException {
    try (RowJournal journal = RowJournal.open(file)) {
      return journal.rows();
    }
  }

  static ProcessRow row(int counter) {
    return new ProcessRow(
        new ProcessId(BOOT, counter),
        ProcessRow.Kind.PROCESS,
        new Name("tenant"),
        Optional.empty(),
        List.of("sleep", "9"),
        ProcessState.RUNNING,
        Optional.empty(),
        1000,
        1000,
        0,
        0);
  }

  /** A crash in the middle of a write, at every byte. */
  static class CutOffJournal {
    private Path file = Path.of("");

    @BeforeProperty
    void makeFile() throws IOException {
      file = Files.createTempFile("rows", ".log");
    }

    @AfterProperty
    void removeFile() throws IOException {
      Files.deleteIfExists(file);
    }

    @Property(tries = 100)
    void whereverItWasCutOffItHoldsTheWholeRecordsBeforeAndGoesOn(
        @ForAll @IntRange(max = 1000) int cut) throws IOException {
      Files.write(file, new byte[0]);
      try (RowJournal journal = RowJournal.open(file)) {
        for (int i = 1; i <= 6; i++) {
          journal.put(row(i));
        }
      }
      byte[] whole = Files.readAllBytes(file);
      int kept = Math.min(cut, whole.length);
      Files.write(file, Arrays.copyOf(whole, kept));
      List<ProcessRow> found = reopened(file);
      int records = kept / (whole.length / 6);
      assertEquals(records, found.size());
      try (RowJournal journal = RowJournal.open(file)) {
        journal.put(row(9));
      }
      assertEquals(records + 1, reopened(file).size());
    }
  }
}
