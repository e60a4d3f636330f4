package io.nefele.table;

import static io.nefele.table.TableWorld.boot;
import static io.nefele.table.TableWorld.running;
import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class QueriesTest {
  private static final AgentBoot A = boot(1, 1);
  private static final AgentBoot B = boot(2, 1);
  private static final AgentBoot C = boot(3, 1);
  private static final Filter ALL = Filter.ofTenant(Optional.empty(), false);
  private static final Duration DEADLINE = Duration.ofSeconds(5);
  private static final AgentBoot D = boot(4, 1);
  private static final Reach NOBODY_ELSE = new Reach(List.of(), new TreeSet<>());
  private static final Reach B_AND_C = reach(List.of(B), List.of(C));

  private final ProcessTable table = new ProcessTable(A, TableWorld.DIGEST_INTERVAL);
  private final Queries queries = new Queries(table, QueriesTest::present);

  @Test
  void aQuestionWithNobodyElseToAskIsAnsweredAtOnce() {
    put(running(A, 1));
    assertEquals(
        List.of(new QueryEffect.Answered(7, List.of(new RowView(running(A, 1), 0)), List.of())),
        step(new QueryInput.Asked(7, ALL, NOBODY_ELSE, DEADLINE, false)));
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
                7, List.of(new RowView(running(B, 1), 30)), List.of("group " + C.agent()))),
        queries.step(Instant.EPOCH.plus(DEADLINE), new QueryInput.DeadlinePassed(query)));
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
  void whoHasAnAgentInItsGroupKnowsBetterThanWhoHasLostIt() {
    long query = ask();
    RowView lost = new RowView(running(C, 1).with(ProcessState.LOST, 5), 10);
    RowView runs = new RowView(running(C, 1), 900);
    Coverage without = new Coverage(List.of(B), List.of(C));
    Coverage with = new Coverage(List.of(C), List.of());
    received(B, new QueryMessage.Rows(query, 0, 1, without, List.of(lost)));
    var answered =
        assertInstanceOf(
            QueryEffect.Answered.class,
            received(C, new QueryMessage.Rows(query, 0, 1, with, List.of(runs))).getLast());
    assertEquals(List.of(runs), answered.rows());
  }

  @Test
  void othersQuestionsAreAnsweredFromTheTable() {
    put(running(A, 1));
    Coverage own = new Coverage(List.of(A), List.of());
    assertEquals(
        List.of(
            new QueryEffect.Send(
                B.agent(),
                new QueryMessage.Rows(3, 0, 1, own, List.of(new RowView(running(A, 1), 0))))),
        step(new QueryInput.Received(B.agent(), new QueryMessage.Ask(3, ALL, false, false))));
  }

  @Test
  void aLargeAnswerComesInParts() {
    for (int number = 1; number <= Queries.PART_ROWS + 1; number++) {
      put(running(A, number));
    }
    List<QueryMessage.Rows> parts =
        step(new QueryInput.Received(B.agent(), new QueryMessage.Ask(3, ALL, false, false)))
            .stream()
            .map(effect -> assertInstanceOf(QueryEffect.Send.class, effect).message())
            .map(QueryMessage.Rows.class::cast)
            .toList();
    assertEquals(List.of(0, 1), parts.stream().map(QueryMessage.Rows::part).toList());
    assertEquals(
        List.of(Queries.PART_ROWS, 1), parts.stream().map(part -> part.rows().size()).toList());
  }

  @Test
  void theAnswerWaitsForAllPartsInWhateverOrderTheyCome() {
    long query = ask(reach(List.of(B)));
    Coverage ofB = new Coverage(List.of(B), List.of());
    QueryMessage first =
        new QueryMessage.Rows(query, 0, 2, ofB, List.of(new RowView(running(B, 1), 0)));
    QueryMessage second =
        new QueryMessage.Rows(query, 1, 2, Coverage.NONE, List.of(new RowView(running(B, 2), 0)));
    assertEquals(List.of(), received(B, second));
    assertEquals(List.of(), received(B, second));
    assertEquals(
        List.of(new RowView(running(B, 1), 0), new RowView(running(B, 2), 0)),
        answered(received(B, first)).rows());
  }

  @Test
  void anAgentWhoseRowsAreInNoAnswerIsAskedItself() {
    long query = ask(reach(List.of(B, C)));
    List<QueryEffect> effects = rows(B, query, new RowView(running(B, 1), 0));
    assertEquals(
        List.of(
            new QueryEffect.Send(C.agent(), new QueryMessage.Ask(query, ALL, true, false)),
            new QueryEffect.SetDeadline(query, DEADLINE)),
        effects);
    assertEquals(
        List.of(new RowView(running(B, 1), 0), new RowView(running(C, 1), 0)),
        answered(rows(C, query, new RowView(running(C, 1), 0))).rows());
  }

  @Test
  void whoIsAskedForOneProcessLooksForItsAgentAlone() {
    Filter one =
        new Filter(Optional.empty(), Optional.of(running(C, 1).id()), Optional.empty(), false);
    var effects = step(new QueryInput.Asked(7, one, reach(List.of(B, C, D)), DEADLINE, false));
    long query = assertInstanceOf(QueryEffect.SetDeadline.class, effects.getLast()).query();
    assertEquals(
        List.of(
            new QueryEffect.Send(C.agent(), new QueryMessage.Ask(query, one, true, false)),
            new QueryEffect.SetDeadline(query, DEADLINE)),
        rows(B, query));
  }

  @Test
  void anOverlookedAgentThatDoesNotAnswerIsNamed() {
    long query = ask(reach(List.of(B, C)));
    var unused = rows(B, query);
    assertEquals(
        List.of("agent " + C.agent()),
        answered(queries.step(Instant.EPOCH.plus(DEADLINE), new QueryInput.DeadlinePassed(query)))
            .missing());
  }

  @Test
  void anOverlookedAgentIsNamedAlsoIfTheTimeToAskItIsOver() {
    long query = ask(reach(List.of(B, D), List.of(C)));
    var unused = rows(B, query);
    assertEquals(
        List.of("group " + C.agent(), "agent " + D.agent()),
        answered(queries.step(Instant.EPOCH.plus(DEADLINE), new QueryInput.DeadlinePassed(query)))
            .missing());
  }

  @Test
  void anAgentThatItsGroupTellsAsLostIsAwaitedForAMomentOnly() {
    long query = ask(reach(List.of(B, C)));
    RowView lost = new RowView(running(C, 1).with(ProcessState.LOST, 5), 900);
    Coverage coverage = new Coverage(List.of(B), List.of(C));
    List<QueryEffect> effects =
        received(B, new QueryMessage.Rows(query, 0, 1, coverage, List.of(lost)));
    assertEquals(
        List.of(
            new QueryEffect.Send(C.agent(), new QueryMessage.Ask(query, ALL, true, false)),
            new QueryEffect.SetDeadline(query, Gathering.PATIENCE_WITH_THE_LOST)),
        effects);
    assertEquals(
        List.of(new QueryEffect.Answered(7, List.of(lost), List.of("agent " + C.agent()))),
        step(new QueryInput.DeadlinePassed(query)));
  }

  @Test
  void anOverlookedAgentIsAwaitedNoLongerWhenItIsLost() {
    long query = ask(reach(List.of(B, C)));
    var unused = rows(B, query);
    assertEquals(
        List.of(
            new QueryEffect.CancelDeadline(query),
            new QueryEffect.Answered(7, List.of(), List.of())),
        step(new QueryInput.AgentLost(C.agent())));
  }

  @Test
  void whoeverWasLostAndAnswersAfterAllIsHeard() {
    long query = ask(reach(List.of(B), List.of(C)));
    var unused = step(new QueryInput.AgentLost(C.agent()));
    RowView its = new RowView(running(C, 1), 0);
    assertEquals(List.of(), rows(C, query, its));
    assertEquals(List.of(its), answered(rows(B, query)).rows());
  }

  @Test
  void whoeverTellsItsOwnRowsAloneSpeaksForNobodyElse() {
    hear(B, running(B, 1));
    QueryMessage.Ask ask = new QueryMessage.Ask(4, ALL, true, false);
    assertEquals(
        List.of(
            new QueryEffect.Send(
                B.agent(),
                new QueryMessage.Rows(4, 0, 1, new Coverage(List.of(A), List.of()), List.of()))),
        step(new QueryInput.Received(B.agent(), ask)));
  }

  @Test
  void anotherAgentSpeaksForASubtreeWhoseSpeakerIsLost() {
    long query = ask(reach(List.of(B, C)));
    assertEquals(
        List.of(new QueryEffect.Send(C.agent(), new QueryMessage.Ask(query, ALL, false, false))),
        step(new QueryInput.AgentLost(B.agent())));
    Coverage coverage = new Coverage(List.of(C), List.of(B));
    RowView lost = new RowView(running(B, 1).with(ProcessState.LOST, 5), 900);
    List<QueryEffect> effects =
        received(C, new QueryMessage.Rows(query, 0, 1, coverage, List.of(lost)));
    assertEquals(
        new QueryEffect.Send(B.agent(), new QueryMessage.Ask(query, ALL, true, false)),
        effects.getFirst());
  }

  @Test
  void whoeverIsLostSpeaksForNobody() {
    long query = ask(reach(List.of(B, C, D)));
    assertEquals(List.of(), step(new QueryInput.AgentLost(C.agent())));
    assertEquals(
        List.of(new QueryEffect.Send(D.agent(), new QueryMessage.Ask(query, ALL, false, false))),
        step(new QueryInput.AgentLost(B.agent())));
  }

  @Test
  void whatAnAgentToldInAnEarlierLifeIsNotAllThatItHas() {
    AgentBoot again = boot(3, 2);
    long query = ask(reach(List.of(B, again)));
    Coverage earlier = new Coverage(List.of(B, C), List.of());
    List<QueryEffect> effects = received(B, new QueryMessage.Rows(query, 0, 1, earlier, List.of()));
    assertEquals(
        new QueryEffect.Send(C.agent(), new QueryMessage.Ask(query, ALL, true, false)),
        effects.getFirst());
  }

  @Test
  void whoeverIsOverlookedIsAwaitedLongerThanWhoIsLost() {
    long query = ask(reach(List.of(B, C, D)));
    Coverage coverage = new Coverage(List.of(B), List.of(C));
    var unused = received(B, new QueryMessage.Rows(query, 0, 1, coverage, List.of()));
    assertEquals(
        List.of(new QueryEffect.SetDeadline(query, DEADLINE)),
        step(new QueryInput.DeadlinePassed(query)));
    assertEquals(List.of("agent " + C.agent()), answered(rows(D, query)).missing());
  }

  @Test
  void onlyOwnRowsAreToldToWhoWantsNoMore() {
    put(running(A, 1));
    hear(B, running(B, 1));
    assertEquals(
        List.of(new RowView(running(A, 1), 0)),
        told(step(new QueryInput.Received(C.agent(), new QueryMessage.Ask(3, ALL, true, false)))));
    assertEquals(
        List.of(new RowView(running(A, 1), 0), new RowView(running(B, 1), 0)),
        told(step(new QueryInput.Received(C.agent(), new QueryMessage.Ask(3, ALL, false, false)))));
  }

  @Test
  void streamedRowsAreToldAsTheyComeAndTheEndOnce() {
    put(running(A, 1));
    List<QueryEffect> asked = step(new QueryInput.Asked(7, ALL, B_AND_C, DEADLINE, true));
    long query = assertInstanceOf(QueryEffect.SetDeadline.class, asked.getLast()).query();
    assertEquals(new QueryEffect.Streamed(7, presented(running(A, 1))), asked.get(2));
    assertEquals(
        List.of(new QueryEffect.Streamed(7, presented(running(B, 1)))),
        received(B, presented(B, query, presented(running(B, 1)))));
    assertEquals(
        List.of(
            new QueryEffect.CancelDeadline(query),
            new QueryEffect.Answered(7, List.of(), List.of())),
        received(C, presented(C, query, Bytes.EMPTY)));
  }

  @Test
  void rowsThatWereToBeStreamedAreNotTakenInAnotherForm() {
    List<QueryEffect> asked = step(new QueryInput.Asked(7, ALL, B_AND_C, DEADLINE, true));
    long query = assertInstanceOf(QueryEffect.SetDeadline.class, asked.getLast()).query();
    assertEquals(List.of(), rows(B, query, new RowView(running(B, 1), 0)));
  }

  @Test
  void whoeverIsAskedForPresentedRowsTellsOfProcessesAlone() {
    put(running(A, 1));
    put(mailbox(A, 2));
    QueryMessage.Ask ask = new QueryMessage.Ask(3, ALL, false, true);
    assertEquals(
        List.of(new QueryEffect.Send(B.agent(), presented(A, 3, presented(running(A, 1))))),
        received(B, ask));
  }

  private static QueryMessage presented(AgentBoot from, long query, Bytes rows) {
    return new QueryMessage.Presented(query, 0, 1, new Coverage(List.of(from), List.of()), rows);
  }

  private static Bytes presented(ProcessRow... rows) {
    return present(Stream.of(rows).map(row -> new RowView(row, 0)).toList());
  }

  private static Bytes present(List<RowView> rows) {
    return Bytes.utf8(rows.stream().map(view -> view.row().id().toString()).collect(joining(" ")));
  }

  private static ProcessRow mailbox(AgentBoot agent, int counter) {
    ProcessRow row = running(agent, counter);
    return new ProcessRow(
        row.id(),
        ProcessRow.Kind.MAILBOX,
        row.tenant(),
        row.name(),
        List.of(),
        row.state(),
        row.exitCode(),
        row.startedAtMillis(),
        row.stateSinceMillis(),
        0,
        0);
  }

  /** Is told of a process by another member of the group. */
  private void hear(AgentBoot from, ProcessRow row) {
    Shard its = new Shard(from.agent(), new TenantCounts());
    its.beginEpoch(from.epoch());
    its.put(row);
    input(new TableInput.GroupChanged(List.of(A.agent(), from.agent()), 0));
    input(new TableInput.Received(from, new TableMessage.News(its.since(Version.NONE))));
  }

  private static List<RowView> told(List<QueryEffect> effects) {
    return assertInstanceOf(
            QueryMessage.Rows.class,
            assertInstanceOf(QueryEffect.Send.class, effects.getFirst()).message())
        .rows();
  }

  /** The first of each group speaks for it. */
  @SafeVarargs
  private static Reach reach(List<AgentBoot>... groups) {
    List<Reach.Subtree> subtrees = new ArrayList<>();
    for (List<AgentBoot> group : groups) {
      AgentId speaker = group.getFirst().agent();
      subtrees.add(new Reach.Subtree("group " + speaker, speaker, group));
    }
    return new Reach(subtrees, new TreeSet<>());
  }

  private long ask() {
    return ask(B_AND_C);
  }

  private long ask(Reach reach) {
    var effects = step(new QueryInput.Asked(7, ALL, reach, DEADLINE, false));
    return assertInstanceOf(QueryEffect.SetDeadline.class, effects.getLast()).query();
  }

  private static QueryEffect.Answered answered(List<QueryEffect> effects) {
    return assertInstanceOf(QueryEffect.Answered.class, effects.getLast());
  }

  /** A whole answer of an agent that holds its own rows alone. */
  private List<QueryEffect> rows(AgentBoot from, long query, RowView... rows) {
    Coverage own = new Coverage(List.of(from), List.of());
    return received(from, new QueryMessage.Rows(query, 0, 1, own, List.of(rows)));
  }

  private List<QueryEffect> received(AgentBoot from, QueryMessage message) {
    return step(new QueryInput.Received(from.agent(), message));
  }

  private List<QueryEffect> step(QueryInput input) {
    return queries.step(Instant.EPOCH, input);
  }

  private void put(ProcessRow row) {
    input(new TableInput.RowChanged(row, true));
  }

  private void input(TableInput input) {
    var unused = table.step(Instant.EPOCH, input);
  }
}
