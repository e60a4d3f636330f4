package io.nefele.agent.core;

import io.nefele.agent.depot.BundleKey;
import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Core;
import io.nefele.core.InvariantViolation;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import io.nefele.core.SeededStreams;
import io.nefele.gossip.GossipInput;
import io.nefele.gossip.Member;
import io.nefele.hierarchy.GroupId;
import io.nefele.hierarchy.HierarchyInput;
import io.nefele.mailbox.Interests;
import io.nefele.mailbox.MailboxCounters;
import io.nefele.placement.Resources;
import io.nefele.table.ProcessRow;
import io.nefele.table.RowView;
import io.nefele.table.TableMessage;
import io.nefele.table.history.ProgramUse;
import io.nefele.table.tenant.RegistryEntry;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One agent: federation, process table, placement, local processes and mailboxes, composed. The
 * daemon gives it a server, the simulator a virtual one.
 *
 * <p>Its own wall clock, where rows need one, is {@code now} in milliseconds since 1970: the
 * runtime starts its monotonic time at the wall clock's.
 */
public final class AgentCore implements Core<AgentInput, AgentEffect> {
  /** Distances change slowly, and nobody should change group often because of them. */
  private static final Duration LOOK_INTERVAL = Duration.ofSeconds(30);

  private static final Duration PROFILE_INTERVAL = Duration.ofSeconds(5);

  /** More messages to itself than any input gives reason for. */
  private static final int TO_SELF_MAX = 1_000_000;

  private final AgentBoot self;
  private final Outbox outbox;
  private final Fabric fabric;
  private final Directory directory;
  private final Courier courier;
  private final Shipping shipping;
  private final Launches launches;
  private final Restarts restarts;
  private final LocalProcesses processes;
  private final HealthChecks health;
  private final StartGates gates;
  private final UsageBook usage;
  private final HistoryBook history;
  private final Spawner spawner;
  private final SpawnRequests spawns;
  private final Errands errands;
  private final Fences fences;
  private final Relocations relocations;
  private final ServerNews server;
  private final Tenancy tenancy;
  private final FabricQuestions questions;
  private final ErrandDesk errandDesk;
  private final Messaging messaging;
  private final ClaimRequests claims;
  private final ClientDesk clients;
  private final StatusReport status;
  private boolean refreshRuns;

  /**
   * @param random of this agent alone
   */
  public AgentCore(AgentConfig config, SeededStreams random) {
    this.self = config.self();
    this.outbox = new Outbox(self, this::bootOf);
    EventLog events = new EventLog();
    ProcessEvents processEvents = new ProcessEvents();
    this.fabric = new Fabric(config, random, new FabricNews(), events, outbox);
    RowPresentation presentation = new RowPresentation(fabric);
    this.directory =
        new Directory(
            self, new FabricStanding(self, fabric), processEvents, events, presentation, outbox);
    this.courier = new Courier(self, outbox);
    this.usage = new UsageBook(directory, outbox);
    this.shipping =
        new Shipping(
            self, fabric, config.bundleBytesMax(), this::usesBundle, this::questions, outbox);
    this.launches = new Launches(self, shipping, this::notMade, outbox);
    this.restarts = new Restarts(directory, launches, outbox);
    this.gates = new StartGates(directory, this::isThere, outbox);
    this.processes =
        new LocalProcesses(
            self, directory, courier, restarts, launches, gates, this::processGone, outbox);
    this.health = new HealthChecks(processes, directory, courier, outbox);
    this.spawner =
        new Spawner(
            self,
            config.profile().capacity(),
            config.profile().facts(),
            agent -> fabric.bootOf(agent).isPresent(),
            processes,
            outbox);
    this.errands = new Errands(fabric, outbox);
    this.fences = new Fences(directory, processes, errands, outbox);
    this.errandDesk =
        new ErrandDesk(directory, courier, processes, spawner, fences, this::relocations, outbox);
    FabricReport report = new FabricReport(self, fabric, spawner, this::isDrained);
    FabricTree tree = new FabricTree(fabric, config.homeService());
    Decisions decisions = new Decisions();
    this.tenancy =
        new Tenancy(
            self,
            fabric,
            directory,
            processes,
            random,
            this::questions,
            this::claimed,
            this::tenantRemoved,
            outbox);
    this.history = new HistoryBook(self, fabric, directory, tenancy::isRemoved, random, outbox);
    this.questions =
        new FabricQuestions(
            self,
            tree,
            spawner,
            events,
            processEvents,
            decisions,
            tenancy,
            shipping::isWhole,
            outbox);
    Explanations explanations = new Explanations(fabric);
    this.status = new StatusReport(self, fabric, directory, this::mailboxCounters);
    Widening widening = new Widening(self, fabric, this::isDrained);
    this.relocations =
        new Relocations(
            self, fabric, report, directory, restarts, processes, spawner, fences, errands, tenancy,
            outbox);
    this.server =
        new ServerNews(
            processes, launches, spawner, usage, history, health, fences, relocations, errandDesk);
    this.spawns =
        new SpawnRequests(
            self,
            report,
            widening,
            directory,
            spawner,
            decisions,
            tenancy,
            questions,
            shipping,
            new Sizes(tenancy, history),
            new QuotaPreemption(tenancy, directory, report, errands),
            outbox);
    this.messaging =
        new Messaging(
            self,
            fabric,
            report,
            explanations,
            directory,
            processes,
            errands,
            tenancy,
            courier,
            spawns,
            outbox);
    this.claims = new ClaimRequests(self, tenancy, directory, report, courier, outbox);
    this.clients =
        new ClientDesk(
            report,
            status,
            tenancy,
            new TenantRequests(tenancy, directory, report, outbox),
            claims,
            new FabricRequests(report, questions, outbox),
            new DrainRequests(fabric, tenancy, outbox),
            shipping,
            new HistoryRequests(history, outbox),
            new ProcessRequests(report, presentation, explanations, directory, errands, outbox),
            spawns,
            messaging,
            outbox);
  }

  @Override
  public List<AgentEffect> step(Instant now, AgentInput input) {
    outbox.begin(now);
    tenancy.stepBegins(now);
    dispatch(now, input);
    relocations.drained(now, tenancy.isDrained(self.agent()));
    int toSelf = 0;
    for (Optional<AgentMessage> own = outbox.nextToSelf();
        own.isPresent();
        own = outbox.nextToSelf()) {
      InvariantViolation.check(++toSelf <= TO_SELF_MAX, () -> "talks to itself without end");
      receive(now, self, own.get());
    }
    tellWhatIsFreeSoon();
    return outbox.drain();
  }

  private void claimed(RegistryEntry.Claim before, RegistryEntry entry) {
    claims.changed(outbox.now(), before, entry);
  }

  private void tenantRemoved(Name tenant) {
    history.tenantRemoved(outbox.now(), tenant);
  }

  private void isThere(Instant now, Name tenant, Name name, Consumer<Boolean> then) {
    messaging.isThere(now, tenant, name, then);
  }

  /** What this agent tells everybody about itself. */
  public AgentProfile profile() {
    return fabric.profile();
  }

  /** The members of the fabric as this agent knows them, itself among them. */
  public Collection<Member> members() {
    return fabric.members();
  }

  /** The rows that this agent writes. */
  public List<ProcessRow> ownRows() {
    return directory.ownRows();
  }

  /**
   * All rows that this agent can answer for.
   *
   * @param now its monotonic time
   */
  public List<RowView> rows(Instant now) {
    return directory.rows(now);
  }

  /** What this agent knows of tenants and names; equal everywhere at rest. */
  public List<RegistryEntry> registry() {
    return tenancy.entries();
  }

  /** What this agent knows of what programs use; equal everywhere at rest. */
  public List<ProgramUse> history() {
    return history.known();
  }

  /** What this server has not promised to anybody. */
  public Resources free() {
    return spawner.free();
  }

  /** What this agent knows of who has subscribed to what. */
  public Interests interests() {
    return messaging.interests();
  }

  public MailboxCounters mailboxCounters() {
    return messaging.counters();
  }

  private void dispatch(Instant now, AgentInput input) {
    switch (input) {
      case AgentInput.Booted booted -> boot(now, booted);
      case AgentInput.Discovered(var endpoints) ->
          fabric.gossip(now, new GossipInput.Discovered(endpoints));
      case AgentInput.GossipArrived(var from, var message) ->
          fabric.gossip(now, new GossipInput.Received(from, message));
      case AgentInput.StreamRefused(var to) -> fabric.gossip(now, new GossipInput.Refused(to));
      case AgentInput.WatchBroken(var to) -> fabric.gossip(now, new GossipInput.WatchBroken(to));
      case AgentInput.ViewInstalled(var group, var members) ->
          fabric.viewInstalled(now, group, members);
      case AgentInput.MessageArrived(var from, var message) -> {
        // A group's broadcasts come back to their sender, which has acted on them already.
        if (!from.equals(self)) {
          receive(now, from, message);
        }
      }
      case AgentInput.TimerFired(var timer) -> timerFired(now, timer);
      case AgentInput.DropsCounted(var dropped) -> status.dropsCounted(dropped);
      case AgentInput.ClientAsked(var token, var caller, var request, var programs) ->
          clients.asked(now, token, caller, request, programs);
      case AgentInput.ClientGone(long connection) -> {
        messaging.clientGone(now, connection);
        spawns.clientGone(now, connection);
      }
      case AgentInput.ProcessGated(var process) -> server.gated(now, process);
      case AgentInput.ProcessStarted(var process) -> server.started(now, process);
      case AgentInput.ProcessFailed(var process, var reason) -> server.failed(now, process, reason);
      case AgentInput.ProcessExited(var process, var ending) -> server.exited(now, process, ending);
      case AgentInput.InputTaken(var process, long offset, boolean closed) ->
          errandDesk.inputTaken(process, offset, closed);
      case AgentInput.Measured(var measurements) -> {
        usage.measured(now, measurements);
        history.measured(now, measurements);
      }
      case AgentInput.LogRead(long token, var content, long end) ->
          errandDesk.logRead(token, content, end);
      case AgentInput.OfDepot(var done) -> shipping.done(now, done);
      case AgentInput.ForMessages its -> messaging.input(now, its);
      case AgentInput.ProcessesEnding() -> restarts.end();
      case AgentInput.LeaveRequested() -> {
        fabric.leave(now);
        outbox.add(new AgentEffect.Stopped());
      }
    }
  }

  private void boot(Instant now, AgentInput.Booted booted) {
    status.started(now);
    fabric.start(now);
    outbox.setTimer(new AgentTimer.LookForNearer(), LOOK_INTERVAL);
    tenancy.start(booted.registry());
    shipping.start(now, booted.bundles());
    directory.start(now, booted.rows());
    messaging.open(now);
    history.start(now, booted);
    spawner.reopened(now, booted.openRequests());
    processes
        .recover(now, booted)
        .forEach(
            row -> {
              usage.started();
              spawner.adopted(now, row);
              relocations.adopted(now, row.id());
              health.started(now, row.id());
            });
    relocations.start(now);
    fences.start();
    messaging.recover(now, booted);
  }

  private void tellWhatIsFreeSoon() {
    if (!refreshRuns && !fabric.profile().free().equals(spawner.free())) {
      refreshRuns = true;
      outbox.setTimer(new AgentTimer.ProfileRefresh(), PROFILE_INTERVAL);
    }
  }

  private void receive(Instant now, AgentBoot from, AgentMessage message) {
    switch (message) {
      case AgentMessage.OfHierarchy(var m) ->
          fabric.hierarchy(now, m.service(), new HierarchyInput.Received(from, m));
      case AgentMessage.OfTable(var m) -> tableTold(now, from, m);
      case AgentMessage.OfQuery(var m) -> directory.received(now, from.agent(), m);
      case AgentMessage.OfHoldings(var m) -> directory.narrowing().received(now, from, m);
      case AgentMessage.OfMailbox(var m) -> messaging.received(now, from, m);
      case AgentMessage.OfPlacement(var m) -> spawner.received(now, from.agent(), m);
      case AgentMessage.OfErrand(ErrandMessage.Ask ask) -> errandDesk.asked(now, from.agent(), ask);
      case AgentMessage.OfErrand(ErrandMessage.Answer answer) -> errands.answered(answer);
      case AgentMessage.OfRelay(var m) -> questions.received(now, from, m);
      case AgentMessage.OfInterest(var m) -> messaging.received(now, from, m);
      case AgentMessage.OfRegistry(var m) -> tenancy.received(from.agent(), m);
      case AgentMessage.OfQuota(var m) -> tenancy.received(from.agent(), m);
      case AgentMessage.OfDepot(var m) -> shipping.received(now, from.agent(), m);
      case AgentMessage.OfOutside(var m) -> messaging.received(now, from, m);
      case AgentMessage.OfPool(var m) -> messaging.received(now, from, m);
      case AgentMessage.OfDisruption(var m) -> relocations.received(now, from.agent(), m);
      case AgentMessage.OfHistory(var m) -> history.received(now, from.agent(), m);
    }
  }

  private void timerFired(Instant now, AgentTimer timer) {
    switch (timer) {
      case AgentTimer.Gossip(var t) -> fabric.gossip(now, new GossipInput.TimerFired(t));
      case AgentTimer.Hierarchy(var service, var t) ->
          fabric.hierarchy(now, service, new HierarchyInput.TimerFired(t));
      case AgentTimer.Relay(var t) -> questions.timerFired(now, t);
      case AgentTimer.TableDigest() -> directory.digestDue(now);
      case AgentTimer.TableNews() -> directory.newsDue(now);
      case AgentTimer.RowsOverdue(long waiter) -> directory.rowsOverdue(waiter);
      case AgentTimer.QueryDeadline(long query) -> directory.queryDeadline(now, query);
      case AgentTimer.HoldingsDue() -> directory.narrowing().refreshDue(now);
      case AgentTimer.HoldingsOverdue(long question) ->
          directory.narrowing().overdue(now, question);
      case AgentTimer.Placement(var t) -> spawner.timerFired(now, t);
      case AgentTimer.SpawnDeadline(long spawn) -> spawns.deadlinePassed(now, spawn);
      case AgentTimer.RestartDue(var process) -> restarts.due(process);
      case AgentTimer.StartOrderDue() -> gates.due(now);
      case AgentTimer.HealthDue(var process) -> health.due(now, process);
      case AgentTimer.HealthOverdue(var process) -> health.overdue(now, process);
      case AgentTimer.ForRelocations its -> relocations.timerFired(now, its);
      case AgentTimer.FenceDue(var old) -> fences.tell(old);
      case AgentTimer.Measure() -> usage.measureDue();
      case AgentTimer.Depot(var t) -> shipping.timerFired(now, t);
      case AgentTimer.ShippingBeat() ->
          launches.beat().forEach(key -> spawner.stillPreparing(now, key));
      case AgentTimer.ErrandDeadline(long errand) -> errands.deadlinePassed(errand);
      case AgentTimer.ForMessages its -> messaging.timerFired(now, its);
      case AgentTimer.RegistryComparison() -> tenancy.comparisonDue();
      case AgentTimer.Quota(var t) -> tenancy.timerFired(t);
      case AgentTimer.HistoryNews() -> history.newsDue(now);
      case AgentTimer.HistoryComparison() -> history.comparisonDue(now);
      case AgentTimer.LookForNearer() -> {
        fabric.lookForNearer(now);
        outbox.setTimer(new AgentTimer.LookForNearer(), LOOK_INTERVAL);
      }
      case AgentTimer.ProfileRefresh() -> {
        refreshRuns = false;
        fabric.refresh(now, spawner.free());
      }
    }
  }

  /** A process could not be made. */
  private void notMade(ProcessId process, String reason) {
    server.notMade(outbox.now(), process, reason);
  }

  private boolean usesBundle(BundleKey key) {
    return launches.uses(key) || PoolDesk.isUsed(tenancy, key);
  }

  private void processGone(Instant now, ProcessId process) {
    launches.gone(process);
    spawner.ended(now, process);
    relocations.gone(now, process);
  }

  /** Rows of lost agents may come late, from who has come into the group, and of strangers. */
  private void tableTold(Instant now, AgentBoot from, TableMessage message) {
    if (message instanceof TableMessage.Digest(var entries)) {
      for (TableMessage.Entry entry : entries) {
        if (fabric.bootOf(entry.origin()).isEmpty()) {
          directory.agentLost(now, entry.origin());
        }
      }
    }
    directory.received(now, from, message);
    relocations.lookSoon();
  }

  private boolean isDrained(AgentId agent) {
    return tenancy.isDrained(agent);
  }

  private Relocations relocations() {
    return relocations;
  }

  private FabricQuestions questions() {
    return questions;
  }

  private Optional<AgentBoot> bootOf(AgentId agent) {
    return fabric.bootOf(agent);
  }

  /** What the other parts have to hear of the fabric. */
  private final class FabricNews implements Fabric.Listener {
    @Override
    public void agentLost(Instant now, AgentId agent) {
      directory.agentLost(now, agent);
      shipping.agentLost(now, agent);
      spawner.agentLost(now, agent);
      messaging.agentLost(now, agent);
      errands.agentLost(agent);
      relocations.agentLost(now);
    }

    @Override
    public void agentKnown(Instant now, AgentId agent) {
      errands.agentKnown(now, agent);
      messaging.agentKnown(now, agent);
    }

    @Override
    public void agentCame(Instant now, AgentId agent) {
      tenancy.agentCame(agent);
      relocations.agentCame(now, agent);
      fences.agentCame(agent);
    }

    @Override
    public void agentElsewhere(Instant now, AgentId agent) {
      directory.agentElsewhere(now, agent);
    }

    @Override
    public void groupInstalled(Instant now, GroupId group, List<AgentId> members) {
      directory.groupInstalled(now, group, members);
      spawner.grouped(now, group.toString());
      relocations.lookSoon();
    }

    @Override
    public void groupLeft(Instant now, GroupId group) {
      directory.groupLeft(now, group);
    }
  }
}
