package io.nefele.table;

import static io.nefele.table.TableWorld.boot;
import static io.nefele.table.TableWorld.running;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.nefele.core.AgentBoot;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class QueriesTest {
  private static final AgentBoot A = boot(1, 1);
  private static final AgentBoot B = boot(2, 1);
  private static final AgentBoot C = boot(3, 1);
  private static final Filter ALL = Filter.ofTenant(Optional.empty(), false);
  private static final Duration DEADLINE = Duration.ofSeconds(1);
  private static final List<QueryInput.Subtree> SUBTREES =
      List.of(
          new QueryInput.Subtree("group b", B.agent()),
          new QueryInput.Subtree("group c", C.agent()));

  private final ProcessTable table = new ProcessTable(A, TableWorld.DIGEST_INTERVAL);
  private final Queries queries = new Queries(table);

  @Test
  void aQuestionWithNobodyElseToAskIsAnsweredAtOnce() {
    put(running(A, 1));
    assertEquals(
        List.of(new QueryEffect.Answered(7, List.of(new RowView(running(A, 1), 0)), List.of())),
        step(new QueryInput.Asked(7, ALL, List.of(), DEADLINE)));
  }

  @Test
  void theAnswerWaitsForEverySubtree() {
    put(running(A, 1));
    long query = ask();
    assertEquals(List.of(), rows(B, query, new RowView(running(B, 1), 30)));
    assertEquals(
        new QueryEffect.Answered(
            7,
            List.of(
                new RowView(running(A, 1), 0),
                new RowView(running(B, 1), 30),
                new RowView(running(C, 1), 40)),
            List.of()),
        rows(C, query, new RowView(running(C, 1), 40)).getLast());
  }

  @Test
  void aSubtreeThatDoesNotAnswerInTimeIsNamed() {
    long query = ask();
    rows(B, query, new RowView(running(B, 1), 30));
    assertEquals(
        List.of(
            new QueryEffect.Answered(
                7, List.of(new RowView(running(B, 1), 30)), List.of("group c"))),
        step(new QueryInput.DeadlinePassed(query)));
    assertEquals(List.of(), rows(C, query));
  }

  @Test
  void ofTwoAnswersForOneProcessTheYoungerNewsCounts() {
    long query = ask();
    rows(B, query, new RowView(running(C, 1).with(ProcessState.LOST, 5), 900));
    var answered =
        assertInstanceOf(
            QueryEffect.Answered.class, rows(C, query, new RowView(running(C, 1), 0)).getLast());
    assertEquals(List.of(new RowView(running(C, 1), 0)), answered.rows());
  }

  @Test
  void othersQuestionsAreAnsweredFromTheTable() {
    put(running(A, 1));
    assertEquals(
        List.of(
            new QueryEffect.Send(
                B.agent(), new QueryMessage.Rows(3, List.of(new RowView(running(A, 1), 0))))),
        step(new QueryInput.Received(B.agent(), new QueryMessage.Ask(3, ALL))));
  }

  private long ask() {
    var effects = step(new QueryInput.Asked(7, ALL, SUBTREES, DEADLINE));
    return assertInstanceOf(QueryEffect.SetDeadline.class, effects.getLast()).query();
  }

  private List<QueryEffect> rows(AgentBoot from, long query, RowView... rows) {
    return step(new QueryInput.Received(from.agent(), new QueryMessage.Rows(query, List.of(rows))));
  }

  private List<QueryEffect> step(QueryInput input) {
    return queries.step(Instant.EPOCH, input);
  }

  private void put(ProcessRow row) {
    var unused = table.step(Instant.EPOCH, new TableInput.RowChanged(row, true));
  }
}
