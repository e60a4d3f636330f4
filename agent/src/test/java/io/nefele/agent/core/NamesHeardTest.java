package io.nefele.agent.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import io.nefele.table.ProcessRow;
import io.nefele.table.ProcessState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NamesHeardTest {
  private static final Instant NOW = Instant.EPOCH;
  private static final Name TENANT = new Name("tenant");
  private static final Name NAME = new Name("name");
  private static final List<ProcessRow> ROWS = List.of(row());

  private final NamesHeard heard = new NamesHeard();

  @Test
  void whatWasHeardIsKnownForASecondAndNoLonger() {
    heard.keep(NOW, TENANT, NAME, ROWS);
    assertEquals(Optional.of(ROWS), heard.of(NOW.plusMillis(999), TENANT, NAME));
    assertEquals(Optional.empty(), heard.of(NOW.plusMillis(1_000), TENANT, NAME));
  }

  @Test
  void anotherTenantsNameIsAnotherName() {
    heard.keep(NOW, TENANT, NAME, ROWS);
    assertEquals(Optional.empty(), heard.of(NOW, new Name("other"), NAME));
  }

  @Test
  void thatNobodyHasANameIsNotKept() {
    heard.keep(NOW, TENANT, NAME, ROWS);
    heard.keep(NOW, TENANT, NAME, List.of());
    assertEquals(Optional.empty(), heard.of(NOW, TENANT, NAME));
  }

  @Test
  void ofManyNamesThoseThatWereNotUsedForLongestAreForgotten() {
    heard.keep(NOW, TENANT, NAME, ROWS);
    for (int i = 1; i < 10_000; i++) {
      heard.keep(NOW, TENANT, new Name("n" + i), ROWS);
    }
    assertEquals(Optional.of(ROWS), heard.of(NOW, TENANT, NAME));
    heard.keep(NOW, TENANT, new Name("another"), ROWS);
    assertEquals(Optional.of(ROWS), heard.of(NOW, TENANT, NAME));
    assertEquals(Optional.empty(), heard.of(NOW, TENANT, new Name("n1")));
  }

  private static ProcessRow row() {
    long at = Duration.ofHours(1).toMillis();
    return new ProcessRow(
        new ProcessId(new AgentBoot(new AgentId(1), 1), 1),
        ProcessRow.Kind.MAILBOX,
        TENANT,
        Optional.of(NAME),
        List.of(),
        ProcessState.RUNNING,
        Optional.empty(),
        at,
        at,
        0,
        0);
  }
}
