package io.nefele.agent;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import io.nefele.placement.RequestKey;
import io.nefele.table.ProcessRow;
import io.nefele.table.ProcessState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RowJournalTest {
  private static final AgentId OWNER = new AgentId(1);
  private static final AgentBoot BOOT = new AgentBoot(OWNER, 1);

  @TempDir private Path directory = Path.of("");

  @Test
  void rowsComeBackAsTheyWereLastPut() throws Exception {
    Path file = directory.resolve("rows");
    try (RowJournal journal = RowJournal.open(file, OWNER)) {
      journal.put(row(1));
      journal.put(row(2));
      journal.put(row(1).exited(3, 2000));
      journal.put(row(3));
      journal.remove(List.of(row(2).id()));
    }
    assertEquals(List.of(row(1).exited(3, 2000), row(3)), reopened(file));
  }

  @Test
  void openRequestsComeBackUntilTheyAreClosed_alsoAfterItWasWrittenAnew() throws Exception {
    Path file = directory.resolve("rows");
    RequestKey open = new RequestKey(BOOT, 7);
    RequestKey closed = new RequestKey(BOOT, 8);
    List<AgentId> participants = List.of(new AgentId(3), OWNER);
    try (RowJournal journal = RowJournal.open(file, OWNER)) {
      journal.open(open, participants);
      journal.open(closed, participants);
      journal.close(closed);
    }
    try (RowJournal journal = RowJournal.open(file, OWNER)) {
      assertEquals(Map.of(open, participants), journal.openRequests());
      for (int i = 1; i <= 5000; i++) {
        journal.put(row(1));
      }
    }
    try (RowJournal journal = RowJournal.open(file, OWNER)) {
      assertEquals(Map.of(open, participants), journal.openRequests());
    }
  }

  @Test
  void nobodyElseReadsIt_alsoAfterItWasWrittenAnew() throws Exception {
    Path file = directory.resolve("rows");
    try (RowJournal journal = RowJournal.open(file, OWNER)) {
      assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
      for (int i = 1; i <= 20_000; i++) {
        journal.put(row(1));
      }
    }
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
  }

  @Test
  void theFileStaysBoundedWhileRowsComeAndGo() throws Exception {
    Path file = directory.resolve("rows");
    try (RowJournal journal = RowJournal.open(file, OWNER)) {
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
  void aFlippedBitIsNamedWhereverItIs() throws Exception {
    Path file = directory.resolve("rows");
    long last;
    try (RowJournal journal = RowJournal.open(file, OWNER)) {
      journal.put(row(1));
      last = Files.size(file);
      journal.put(row(2));
    }
    byte[] content = Files.readAllBytes(file);
    for (int at = 0; at < content.length; at++) {
      if (at >= last && at < last + Integer.BYTES) {
        continue; // The length of the last record: as if more of it had been cut off.
      }
      byte[] damaged = content.clone();
      damaged[at] ^= 1;
      Files.write(file, damaged);
      StartFailure refusal =
          assertThrows(StartFailure.class, () -> RowJournal.open(file, OWNER), "byte " + at);
      assertTrue(refusal.toString().contains(file + " is damaged at byte"), refusal::toString);
      assertArrayEquals(damaged, Files.readAllBytes(file));
    }
  }

  @Test
  void zerosThatALossOfPowerLeftAtTheEndAreDropped() throws Exception {
    Path file = directory.resolve("rows");
    try (RowJournal journal = RowJournal.open(file, OWNER)) {
      journal.put(row(1));
    }
    byte[] content = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(content, content.length + 100));
    try (RowJournal journal = RowJournal.open(file, OWNER)) {
      assertEquals(List.of(row(1)), journal.rows());
      assertEquals(100, journal.tornBytes());
    }
  }

  @Test
  void theRowsOfAnotherAgentAreRefused() throws Exception {
    Path file = directory.resolve("rows");
    RowJournal.open(file, new AgentId(2)).close();
    StartFailure refusal = assertThrows(StartFailure.class, () -> RowJournal.open(file, OWNER));
    assertTrue(refusal.toString().contains("holds rows of agent"), refusal::toString);
  }

  private static List<ProcessRow> reopened(Path file) throws Exception {
    try (RowJournal journal = RowJournal.open(file, OWNER)) {
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
    void makeFile() throws Exception {
      file = Files.createTempFile("rows", ".log");
    }

    @AfterProperty
    void removeFile() throws Exception {
      Files.deleteIfExists(file);
    }

    @Property(tries = 100)
    void whereverItWasCutOffItHoldsTheWholeRecordsBeforeAndGoesOn(
        @ForAll @IntRange(max = 1000) int cut) throws Exception {
      Files.write(file, new byte[0]);
      try (RowJournal journal = RowJournal.open(file, OWNER)) {
        for (int i = 1; i <= 6; i++) {
          journal.put(row(i));
        }
      }
      byte[] whole = Files.readAllBytes(file);
      int kept = Math.min(cut, whole.length);
      Files.write(file, Arrays.copyOf(whole, kept));
      List<ProcessRow> found = reopened(file);
      int records = wholeRecords(kept, whole.length);
      assertEquals(records, found.size());
      try (RowJournal journal = RowJournal.open(file, OWNER)) {
        journal.put(row(9));
      }
      assertEquals(records + 1, reopened(file).size());
    }

    /** All rows take the same room, behind a beginning of 17 bytes. */
    private static int wholeRecords(int kept, int whole) {
      int beginning = 17;
      return Math.max(0, kept - beginning) / ((whole - beginning) / 6);
    }
  }
}
