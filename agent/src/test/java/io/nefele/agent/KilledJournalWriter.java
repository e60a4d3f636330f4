package io.nefele.agent;

import io.nefele.core.AgentId;
import io.nefele.core.ProcessId;
import io.nefele.table.ProcessRow;
import java.nio.file.Path;
import java.util.List;

/** Writes rows, and forgets the older ones, until it is killed. */
final class KilledJournalWriter {
  static final AgentId OWNER = new AgentId(1);

  /** How many rows there are at a time. */
  static final int KEPT = 20;

  private KilledJournalWriter() {}

  /**
   * Tells each row that is written on standard output.
   *
   * @param args the journal's file, and the number of the first row
   */
  public static void main(String[] args) throws Exception {
    try (RowJournal journal = RowJournal.open(Path.of(args[0]), OWNER)) {
      for (int counter = Integer.parseInt(args[1]); ; counter++) {
        ProcessRow row = RowJournalTest.row(counter);
        journal.put(row);
        journal.put(row.exited(counter % 256, counter));
        System.out.println(counter);
        // And the one before, which the last life may not have come to.
        for (int old = Math.max(1, counter - KEPT - 1); old <= counter - KEPT; old++) {
          journal.remove(List.of(new ProcessId(row.id().boot(), old)));
        }
      }
    }
  }
}
