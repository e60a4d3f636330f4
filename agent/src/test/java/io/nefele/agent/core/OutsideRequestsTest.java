package io.nefele.agent.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.core.Endpoint;
import io.nefele.core.FabricName;
import io.nefele.core.Name;
import io.nefele.core.OutsideRules;
import io.nefele.core.ProcessId;
import io.nefele.core.SeededStreams;
import io.nefele.hierarchy.GroupId;
import io.nefele.hierarchy.HierarchyConfig;
import io.nefele.mailbox.MailboxCounters;
import io.nefele.placement.Resources;
import io.nefele.table.tenant.RegistryEntry.OtherFabric;
import io.nefele.wire.Address;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.Request;
import io.nefele.wire.Response;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Messages for another fabric, with three gateways; the test is the agent that goes there. */
class OutsideRequestsTest {
  private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");
  private static final Name TENANT = new Name("tenant");
  private static final ClientToken TOKEN = new ClientToken(1, 1);
  private static final int TIMEOUT_MILLIS = 9_000;
  private static final OutsideOutcome NOT_THERE = new OutsideOutcome.Refused("no connection");
  private static final OutsideOutcome DONE = new OutsideOutcome.Done(Bytes.utf8("reply"), 40);

  private final AgentBoot self = new AgentBoot(new AgentId(7), 1);
  private final Outbox outbox = new Outbox(self, agent -> Optional.empty());
  private final Fabric fabric =
      new Fabric(
          new AgentConfig(
              self,
              new Endpoint("192.0.2.1", 4747),
              new AgentProfile(
                  new Name("agent"),
                  1,
                  new Endpoint("192.0.2.1", 4748),
                  AgentProfile.Isolation.NONE,
                  new Resources(1_000, 1 << 20),
                  new Resources(1_000, 1 << 20),
                  List.of()),
              List.of(new HierarchyConfig(new Name("compute"), 3))),
          new SeededStreams(1),
          new Unheard(),
          new EventLog(),
          outbox);
  private List<OtherFabric> fabrics =
      List.of(
          new OtherFabric(
              new FabricName("dc2"),
              false,
              List.of("http://a:1", "http://b:2", "https://c"),
              Bytes.EMPTY));
  private OutsideRules rules = OutsideRules.EVERYTHING;
  private final OutsideRequests requests =
      new OutsideRequests(
          self.agent(), fabric, tenant -> rules, new Gateways(self.agent(), () -> fabrics), outbox);

  /** What the agent was asked last to do outside. */
  private OutsideMessage.Ask ask =
      new OutsideMessage.Ask(
          0,
          new OutsideOrder(
              TENANT,
              OutsideRules.NONE,
              OutsideOrder.Kind.MEASURE,
              new Address.Tcp("nobody", 1),
              Optional.empty(),
              Bytes.EMPTY,
              0,
              0));

  private static final class Unheard implements Fabric.Listener {
    @Override
    public void agentLost(Instant now, AgentId agent) {}

    @Override
    public void agentKnown(Instant now, AgentId agent) {}

    @Override
    public void agentCame(Instant now, AgentId agent) {}

    @Override
    public void agentElsewhere(Instant now, AgentId agent) {}

    @Override
    public void groupInstalled(Instant now, GroupId group, List<AgentId> members) {}

    @Override
    public void groupLeft(Instant now, GroupId group) {}
  }

  private void call(String to) {
    outbox.begin(START);
    Address.Outside far = assertInstanceOf(Address.Outside.class, Address.parse(to));
    requests.call(
        START, TOKEN, TENANT, far, new Request.Call(to, Bytes.utf8("hello"), TIMEOUT_MILLIS));
  }

  /** Where the agent is asked to go. */
  private OutsideOrder asked() {
    AgentMessage.OfOutside of =
        assertInstanceOf(AgentMessage.OfOutside.class, outbox.nextToSelf().orElseThrow());
    ask = assertInstanceOf(OutsideMessage.Ask.class, of.message());
    return ask.order();
  }

  private String askedHost() {
    return asked().to().host();
  }

  private void comesBack(OutsideOutcome outcome) {
    requests.answered(
        self.agent(), new OutsideMessage.Answer(ask.number(), new ProcessId(self, 5), outcome));
  }

  private void passes(int millis) {
    outbox.begin(outbox.now().plusMillis(millis));
  }

  /** What the client is told; nothing more is wanted then. */
  private Response answer() {
    assertEquals(Optional.empty(), outbox.nextToSelf());
    return outbox.drain().stream()
        .filter(AgentEffect.Reply.class::isInstance)
        .map(effect -> ((AgentEffect.Reply) effect).response())
        .reduce(
            (first, second) -> {
              throw new IllegalStateException("two answers: " + first + ", " + second);
            })
        .orElseThrow();
  }

  private void assertFailed(ErrorKind kind, String why) {
    Response.Failed failed = assertInstanceOf(Response.Failed.class, answer());
    assertEquals(kind, failed.kind());
    assertTrue(failed.message().contains(why), failed::message);
  }

  private String counted() {
    MailboxCounters c = requests.plus(new MailboxCounters(0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
    return c.sent() + " " + c.accepted() + " " + c.refused() + " " + c.unanswered();
  }

  @Test
  void aMessage_goesToAGateway_withWhomItIsForInThePath() {
    call("dc2:/any:web?key=a b");
    OutsideOrder order = asked();
    assertEquals(Optional.of(new FabricName("dc2")), order.gatewayOf());
    Address.Web to = assertInstanceOf(Address.Web.class, order.to());
    assertEquals("/call/any%3Aweb%3Fkey%3Da%20b", to.path());
    assertEquals(Address.parse(to.text()), to);
    comesBack(DONE);
    Response.Reply reply = assertInstanceOf(Response.Reply.class, answer());
    assertEquals("reply", reply.payload().utf8());
    assertEquals(List.of(), reply.failovers());
    assertEquals("1 1 0 0", counted());
  }

  @Test
  void aGatewayThatIsNotThere_isFollowedByTheNext_andTheReplyTellsOfIt() {
    call("dc2:/web");
    Address.Web first = assertInstanceOf(Address.Web.class, asked().to());
    comesBack(NOT_THERE);
    assertNotEquals(first.host(), askedHost());
    comesBack(DONE);
    Response.Reply reply = assertInstanceOf(Response.Reply.class, answer());
    assertEquals(List.of(Gateways.name(first) + " (no connection)"), reply.failovers());
    assertEquals("1 1 0 0", counted());
  }

  @Test
  void whoeverMayHaveIt_isFollowedByNobody() {
    call("dc2:/web");
    asked();
    comesBack(NOT_THERE);
    asked();
    comesBack(new OutsideOutcome.Unanswered("it broke"));
    assertFailed(ErrorKind.PARTIAL, "'dc2:/web': it broke; the message may have been taken");
    assertEquals("1 0 0 1", counted());
  }

  @Test
  void whatIsDeclined_isTakenByNoOther() {
    call("dc2:/web");
    asked();
    comesBack(new OutsideOutcome.Declined(ErrorKind.FAILED, "nobody there"));
    assertFailed(ErrorKind.FAILED, "'dc2:/web': nobody there");
    assertEquals("1 0 1 0", counted());
  }

  @Test
  void whereNoneTakesIt_allAreNamed() {
    call("dc2:/web");
    for (int i = 0; i < 3; i++) {
      asked();
      comesBack(NOT_THERE);
    }
    Response.Failed failed = assertInstanceOf(Response.Failed.class, answer());
    assertEquals(ErrorKind.REFUSED, failed.kind());
    for (String gateway : List.of("http://a:1", "http://b:2", "https://c:443")) {
      assertTrue(failed.message().contains(gateway + " (no connection)"), failed::message);
    }
    assertEquals("1 0 1 0", counted());
  }

  @Test
  void theOneThatWorkedLast_isTriedFirst_untilItFails() {
    call("dc2:/web");
    asked();
    comesBack(NOT_THERE);
    String good = askedHost();
    comesBack(DONE);
    call("dc2:/web");
    assertEquals(good, askedHost());
    comesBack(NOT_THERE);
    String other = askedHost();
    comesBack(DONE);
    call("dc2:/web");
    assertEquals(other, askedHost());
  }

  @Test
  void oneThatSwallowsConnections_leavesTimeToThoseBehindIt() {
    call("dc2:/web");
    assertEquals(2_000, asked().connectMillis());
    passes(6_000);
    comesBack(NOT_THERE);
    OutsideOrder second = asked();
    assertEquals(2_900, second.timeoutMillis());
    assertEquals(1_450, second.connectMillis());
    passes(1_450);
    comesBack(NOT_THERE);
    OutsideOrder last = asked();
    assertEquals(last.timeoutMillis(), last.connectMillis());
    passes(1_450);
    comesBack(NOT_THERE);
    assertFailed(ErrorKind.REFUSED, "no gateway of fabric dc2 took it");
  }

  @Test
  void whenNoTimeIsLeft_noOtherIsTried() {
    call("dc2:/web");
    asked();
    passes(TIMEOUT_MILLIS - 50);
    comesBack(NOT_THERE);
    assertFailed(ErrorKind.REFUSED, "no connection");
  }

  @Test
  void anAnswerThatComesTwice_isTakenForNoneOfTheNext() {
    call("dc2:/web");
    asked();
    OutsideMessage.Ask first = ask;
    comesBack(NOT_THERE);
    asked();
    OutsideMessage.Ask second = ask;
    ask = first;
    comesBack(NOT_THERE);
    assertEquals(Optional.empty(), outbox.nextToSelf());
    ask = second;
    comesBack(DONE);
    assertInstanceOf(Response.Reply.class, answer());
  }

  @Test
  void whoIsNotAnsweredInTime_isToldThat_andTheRestIsForgotten() {
    call("dc2:/web");
    asked();
    comesBack(NOT_THERE);
    asked();
    requests.due(ask.number());
    assertFailed(ErrorKind.PARTIAL, "no answer within 9000 ms");
    comesBack(NOT_THERE);
    assertEquals(Optional.empty(), outbox.nextToSelf());
  }

  @Test
  void anUnknownFabric_isNamed_andTheKnownOnes() {
    call("dc3:/web");
    assertFailed(ErrorKind.FAILED, "there is no fabric 'dc3' here; known are dc2;");
    fabrics = List.of();
    call("dc3:/web");
    assertFailed(
        ErrorKind.FAILED, "none is known; an operator adds it with 'nefele fabric add dc3");
  }

  @Test
  void aTenant_reachesOnlyWhatItsRulesName() {
    rules = OutsideRules.parse("dc3:/,elsewhere");
    call("dc2:/web");
    assertFailed(ErrorKind.REFUSED, "may reach dc3:/,elsewhere outside the fabric");
    rules = OutsideRules.parse("b:2");
    call("dc2:/web");
    assertEquals("b", askedHost());
    comesBack(NOT_THERE);
    assertFailed(ErrorKind.REFUSED, "no gateway of fabric dc2 took it");
    rules = OutsideRules.parse("dc2:/");
    call("dc2:/web");
    asked();
  }

  @Test
  void whatIsForAServer_isTriedOnce() {
    call("http://a:1/x");
    OutsideOrder order = asked();
    assertEquals(Optional.empty(), order.gatewayOf());
    assertEquals(order.timeoutMillis(), order.connectMillis());
    comesBack(NOT_THERE);
    assertFailed(ErrorKind.REFUSED, "'http://a:1/x': no connection");
  }

  @Test
  void itsTimersEndWithIt() {
    call("dc2:/web");
    asked();
    comesBack(NOT_THERE);
    asked();
    comesBack(DONE);
    long armed = 0;
    for (AgentEffect effect : outbox.drain()) {
      armed += effect instanceof AgentEffect.SetTimer ? 1 : 0;
      armed -= effect instanceof AgentEffect.CancelTimer ? 1 : 0;
    }
    assertEquals(0, armed);
  }
}
