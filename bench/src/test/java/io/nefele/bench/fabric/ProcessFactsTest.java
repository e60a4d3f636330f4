package io.nefele.bench.fabric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class ProcessFactsTest {

  @Test
  void aProgramsNameMayLookLikeFields() {
    String stat = "42 (a) S 1 (b) S 1 42 42 0 -1 4194304 10 20 30 40 150 50 7 8 20 0 9 0 100";
    assertEquals(2_000_000_000L, ProcessFacts.cpuNanos(stat));
  }

  @Test
  void anAgeIsRoundedUp() {
    String stat = "42 (java) S 1 42 42 0 -1 4194304 10 20 30 40 150 50 7 8 20 0 9 0 100 1 1";
    assertEquals(1_510_000_000L, ProcessFacts.ageNanos(stat, "2.50 4.00\n"));
  }

  @Test
  void anAbsentFieldCountsAsNothing() {
    String status = "Name:\tjava\nVmRSS:\t  2048 kB\nThreads:\t30\n";
    assertEquals(2048, ProcessFacts.field(status, "VmRSS:"));
    assertEquals(0, ProcessFacts.field(status, "Pss:"));
  }

  @Test
  void thisProcessIsReadAsItIs() throws IOException {
    long pid = ProcessHandle.current().pid();
    ProcessFacts before = ProcessFacts.read(pid);
    ProcessFacts after = ProcessFacts.read(pid);
    assertTrue(before.rssBytes() > 1 << 20, before.toString());
    assertTrue(before.threads() > 1, before.toString());
    assertTrue(before.openFiles() > 2, before.toString());
    assertTrue(after.cpuNanos() >= before.cpuNanos() && before.cpuNanos() > 0, after.toString());
  }
}
