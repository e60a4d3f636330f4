package io.nefele.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.core.MalformedMessage;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import io.nefele.table.HoldingsMessage.Ask;
import io.nefele.table.HoldingsMessage.Nothing;
import io.nefele.table.HoldingsMessage.Same;
import io.nefele.table.HoldingsMessage.Summary;
import io.nefele.table.HoldingsMessage.Unknown;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class HoldingsTest {
  private static final AgentBoot SELF = boot(1);
  private static final AgentBoot KEEPER = boot(2);
  private static final AgentBoot OTHER = boot(3);
  private static final Name ANNA = new Name("anna");
  private static final Name BERT = new Name("bert");
  private static final Summary ANNAS = new Summary("red", 4, List.of(ANNA));

  private final ProcessTable table = new ProcessTable(SELF, Duration.ofSeconds(2));
  private final Place place = new Place();
  private final Holdings holdings = new Holdings(SELF, table, place);
  private Instant now = Instant.EPOCH;

  private static final class Place implements Holdings.Standing {
    Optional<String> led = Optional.empty();
    List<AgentId> keepers = List.of(KEEPER.agent());

    @Override
    public Optional<String> ledGroup() {
      return led;
    }

    @Override
    public List<AgentId> keepers() {
      return keepers;
    }
  }

  @Test
  void leaderTellsAtOnceWhenATenantGetsItsFirstProcess_andNothingOfItsSecond() {
    place.led = Optional.of("red");
    start(1, ANNA);
    assertEquals(List.of(new Summary("red", 1, List.of(ANNA))), told(changed()));
    start(2, ANNA);
    assertEquals(List.of(), told(changed()));
    start(3, BERT);
    assertEquals(List.of(new Summary("red", 2, List.of(ANNA, BERT))), told(changed()));
  }

  @Test
  void tenantWhoseLastProcessIsForgotten_isToldOfNoMore() {
    place.led = Optional.of("red");
    start(1, ANNA);
    changed();
    table.step(now, new TableInput.RowsForgotten(List.of(process(1))));
    assertEquals(List.of(new Summary("red", 2, List.of())), told(changed()));
  }

  @Test
  void leaderSaysNowAndThenThatAllIsAsItTold_andTellsItAgainToWhoDoesNotKnow() {
    place.led = Optional.of("red");
    start(1, ANNA);
    changed();
    assertEquals(List.of(new Same("red", 1)), told(step(new HoldingsInput.RefreshDue())));
    assertEquals(
        List.of(new Summary("red", 1, List.of(ANNA))), told(receive(KEEPER, new Unknown())));
  }

  @Test
  void whoLeadsNoGroup_tellsNothing() {
    start(1, ANNA);
    assertEquals(List.of(), changed());
    assertEquals(List.of(), step(new HoldingsInput.RefreshDue()));
  }

  @Test
  void keeperNamesGroupsThatHoldNothingOfATenant() {
    receive(OTHER, ANNAS);
    assertEquals(List.of("red"), emptyOf(BERT));
    assertEquals(List.of(), emptyOf(ANNA));
  }

  @Test
  void summaryThatIsNotConfirmed_countsNoMore() {
    receive(OTHER, ANNAS);
    now = now.plus(Holdings.FRESH).plusMillis(1);
    assertEquals(List.of(), emptyOf(BERT));
    receive(OTHER, new Same("red", 4));
    assertEquals(List.of("red"), emptyOf(BERT));
  }

  @Test
  void summaryFromBeforeTheClockWasSetBack_countsNoMoreUntilItIsConfirmed() {
    receive(OTHER, ANNAS);
    now = now.minusSeconds(3600);
    assertEquals(List.of(), emptyOf(BERT));
    receive(OTHER, new Same("red", 4));
    assertEquals(List.of("red"), emptyOf(BERT));
  }

  @Test
  void confirmationOfAnUnknownSummary_isAskedAbout() {
    receive(OTHER, ANNAS);
    assertEquals(
        List.of(new HoldingsEffect.Send(OTHER.agent(), new Unknown())),
        receive(OTHER, new Same("red", 5)));
  }

  @Test
  void summaryThatComesLate_replacesNoNewerOne() {
    receive(OTHER, ANNAS);
    receive(OTHER, new Summary("red", 3, List.of()));
    assertEquals(List.of(), emptyOf(ANNA));
    receive(new AgentBoot(OTHER.agent(), 2), new Summary("red", 1, List.of()));
    assertEquals(List.of("red"), emptyOf(ANNA));
    receive(OTHER, ANNAS);
    assertEquals(List.of("red"), emptyOf(ANNA));
  }

  @Test
  void groupOfWhichTwoTellDifferently_isAsked() {
    receive(OTHER, ANNAS);
    receive(KEEPER, new Summary("red", 9, List.of()));
    assertEquals(List.of(), emptyOf(ANNA));
  }

  @Test
  void askerHearsFromAKeeper_orWaitsNoLonger() {
    List<HoldingsEffect> effects = step(new HoldingsInput.Asked(7, ANNA));
    assertEquals(new HoldingsEffect.Send(KEEPER.agent(), new Ask(7, ANNA)), effects.getFirst());
    assertEquals(answer(7, "red"), receive(KEEPER, new Nothing(7, List.of("red"))));
    assertEquals(List.of(), step(new HoldingsInput.Overdue(7)));

    step(new HoldingsInput.Asked(8, ANNA));
    assertEquals(answer(8), step(new HoldingsInput.Overdue(8)));
    assertEquals(List.of(), receive(KEEPER, new Nothing(8, List.of("red"))));
  }

  @Test
  void keeperThatAsks_answersItself_andWithoutKeepersAllAreAsked() {
    receive(OTHER, ANNAS);
    place.keepers = List.of(SELF.agent());
    assertEquals(answer(1, "red"), step(new HoldingsInput.Asked(1, BERT)));
    place.keepers = List.of();
    assertEquals(answer(2), step(new HoldingsInput.Asked(2, BERT)));
  }

  @Test
  void everyMessageIsReadBackAsWrittenAndNoPrefixOfItIsAMessage() throws Exception {
    List<HoldingsMessage> messages =
        List.of(
            ANNAS,
            new Same("red", 4),
            new Unknown(),
            new Ask(7, ANNA),
            new Nothing(7, List.of("red", "blue")));
    for (HoldingsMessage message : messages) {
      Bytes bytes = HoldingsMessage.CODEC.toBytes(message);
      assertEquals(message, HoldingsMessage.CODEC.fromBytes(bytes));
      for (int length = 0; length < bytes.size(); length++) {
        Bytes cut = Bytes.wrap(Arrays.copyOf(bytes.toArray(), length));
        assertThrows(MalformedMessage.class, () -> HoldingsMessage.CODEC.fromBytes(cut));
      }
    }
  }

  private static List<HoldingsEffect> answer(long question, String... groups) {
    return List.of(
        new HoldingsEffect.CancelOverdue(question),
        new HoldingsEffect.Answered(question, new TreeSet<>(List.of(groups))));
  }

  private List<String> emptyOf(Name tenant) {
    List<HoldingsEffect> effects = receive(KEEPER, new Ask(1, tenant));
    HoldingsEffect.Send send = (HoldingsEffect.Send) effects.getFirst();
    return ((Nothing) send.message()).groups();
  }

  private static List<HoldingsMessage> told(List<HoldingsEffect> effects) {
    return effects.stream()
        .filter(HoldingsEffect.Send.class::isInstance)
        .map(effect -> ((HoldingsEffect.Send) effect).message())
        .toList();
  }

  private void start(int counter, Name tenant) {
    table.step(now, new TableInput.RowChanged(row(process(counter), tenant), false));
  }

  private static ProcessRow row(ProcessId process, Name tenant) {
    return new ProcessRow(
        process,
        ProcessRow.Kind.PROCESS,
        tenant,
        Optional.empty(),
        List.of("sleep"),
        ProcessState.RUNNING,
        Optional.empty(),
        1,
        1,
        0,
        0);
  }

  private static ProcessId process(int counter) {
    return new ProcessId(SELF, counter);
  }

  private List<HoldingsEffect> changed() {
    return step(new HoldingsInput.Changed());
  }

  private List<HoldingsEffect> receive(AgentBoot from, HoldingsMessage message) {
    return step(new HoldingsInput.Received(from, message));
  }

  private List<HoldingsEffect> step(HoldingsInput input) {
    return holdings.step(now, input);
  }

  private static AgentBoot boot(long id) {
    return new AgentBoot(new AgentId(id), 1);
  }
}
