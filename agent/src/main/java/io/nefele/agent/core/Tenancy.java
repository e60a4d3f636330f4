package io.nefele.agent.core;

import static java.util.stream.Collectors.joining;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Name;
import io.nefele.core.OutsideRules;
import io.nefele.core.ProcessId;
import io.nefele.core.SeededStreams;
import io.nefele.gossip.Member;
import io.nefele.table.tenant.Quota;
import io.nefele.table.tenant.QuotaEffect;
import io.nefele.table.tenant.QuotaInput;
import io.nefele.table.tenant.QuotaMessage;
import io.nefele.table.tenant.QuotaTimer;
import io.nefele.table.tenant.Quotas;
import io.nefele.table.tenant.Registry;
import io.nefele.table.tenant.RegistryEffect;
import io.nefele.table.tenant.RegistryEntry;
import io.nefele.table.tenant.RegistryInput;
import io.nefele.table.tenant.RegistryMessage;
import io.nefele.table.tenant.Use;
import io.nefele.table.tenant.UseReport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Tenants: who may act as which, and that none passes its quota. */
final class Tenancy implements FabricQuestions.Accounts {
  private static final Duration COUNT_DEADLINE = Duration.ofSeconds(2);

  private final AgentBoot self;
  private final Fabric fabric;
  private final Directory directory;
  private final LocalProcesses processes;
  private final Outbox outbox;
  private final Registry registry;
  private final Quotas quotas;
  private final Map<Long, Admission> admissions = new LinkedHashMap<>();
  private final Map<Long, Claiming> claims = new LinkedHashMap<>();
  private final Supplier<FabricQuestions> questions;
  private final ClaimListener listener;
  private final Consumer<Name> removed;
  private long lastToken;
  private Instant now = Instant.EPOCH;

  /** A claim that all agents are being asked about. */
  private static final class Claiming {
    private final Duration deadline;
    private final Claimed then;
    private List<AgentId> silent = List.of();

    Claiming(Duration deadline, Claimed then) {
      this.deadline = deadline;
      this.then = then;
    }
  }

  /** What to do with the answer to a wish; exactly one of the two is called. */
  interface Admission {
    /**
     * @param ticket to be handed to {@link #placed} when the processes are there, or will not be
     */
    void admitted(Instant now, long ticket);

    void refused(String reason);
  }

  /** What to do with the outcome of a claim. */
  interface Claimed {
    /**
     * @param held what holds for the name now
     * @param silent the agents that did not answer
     */
    void settled(RegistryEntry held, boolean won, List<AgentId> silent);
  }

  /** Is told when a name has another owner. */
  interface ClaimListener {
    /**
     * @param before what held until now
     */
    void changed(RegistryEntry.Claim before, RegistryEntry now);
  }

  /** What to do with a count of all tenants. */
  interface Counted {
    /**
     * @param silent the agents that did not answer
     */
    void accept(SortedMap<Name, Use> used, List<AgentId> silent);
  }

  /** Whom a caller acts as, or why it may not. */
  sealed interface Verdict {
    record As(Acting acting) implements Verdict {}

    record No(String reason) implements Verdict {}
  }

  /**
   * @param questions through which all agents are asked what they use
   * @param removed is told of each tenant that is no more
   */
  Tenancy(
      AgentBoot self,
      Fabric fabric,
      Directory directory,
      LocalProcesses processes,
      SeededStreams random,
      Supplier<FabricQuestions> questions,
      ClaimListener listener,
      Consumer<Name> removed,
      Outbox outbox) {
    this.questions = questions;
    this.listener = listener;
    this.removed = removed;
    this.self = self;
    this.fabric = fabric;
    this.directory = directory;
    this.processes = processes;
    this.outbox = outbox;
    this.registry = new Registry(self.agent(), fabric, random.stream("registry"));
    this.quotas = new Quotas(self.agent(), this::present, this::quota);
  }

  /** To be called at the beginning of each step of the agent. */
  void stepBegins(Instant at) {
    now = at;
  }

  void start(List<RegistryEntry> recovered) {
    register(new RegistryInput.Started(recovered));
  }

  void received(AgentId from, RegistryMessage message) {
    register(new RegistryInput.Received(from, message));
  }

  void received(AgentId from, QuotaMessage message) {
    quota(new QuotaInput.Received(from, message));
  }

  void comparisonDue() {
    register(new RegistryInput.ComparisonDue());
  }

  void timerFired(QuotaTimer timer) {
    quota(new QuotaInput.TimerFired(timer));
  }

  void agentCame(AgentId agent) {
    register(new RegistryInput.AgentCame(agent));
  }

  /** All tenants. */
  List<RegistryEntry.Tenant> tenants() {
    return registry.tenants();
  }

  /** All that is registered. */
  List<RegistryEntry> entries() {
    return registry.entries();
  }

  /** Whether there was a tenant of that name, and is none now. */
  boolean isRemoved(Name name) {
    return registry.isRemoved(name);
  }

  Optional<RegistryEntry.Tenant> tenant(Name name) {
    return registry.tenant(name);
  }

  /** Whether that agent is drained, as far as this one knows. */
  boolean isDrained(AgentId agent) {
    return registry.isDrained(agent);
  }

  /** What the tenant may reach outside the fabric, as far as this agent knows. */
  OutsideRules outside(Name tenant) {
    return registry.outside(tenant);
  }

  /** The other fabrics that are known, by name. */
  List<RegistryEntry.OtherFabric> fabrics() {
    return registry.fabrics();
  }

  /** What is reached from outside, at any agent. */
  List<RegistryEntry.Exposed> exposed() {
    return registry.exposed();
  }

  /** The pool of that name, unless there is none. */
  Optional<RegistryEntry.Pool> pool(Name tenant, Name name) {
    return registry.pool(tenant, name);
  }

  /** All pools that are as large as there is work for them. */
  List<RegistryEntry.Pool> pools() {
    return registry.pools();
  }

  /** Decides something about a tenant or a name; all agents get to know it. */
  void decide(RegistryEntry.Content content) {
    register(new RegistryInput.Decided(content));
  }

  /** What holds for a name that was ever claimed. */
  Optional<RegistryEntry> claim(Name tenant, Name name) {
    return registry.claim(tenant, name);
  }

  /** The process that has that name for itself. */
  Optional<ProcessId> owner(Name tenant, Name name) {
    return claim(tenant, name)
        .flatMap(
            entry ->
                entry.content() instanceof RegistryEntry.Claim c ? c.owner() : Optional.empty());
  }

  /**
   * Claims a name; all agents are asked whether they know of a newer owner.
   *
   * @param seen what held when the name was found to be free
   */
  void claim(
      RegistryEntry.Claim claim, Optional<RegistryEntry> seen, Duration deadline, Claimed then) {
    long token = ++lastToken;
    claims.put(token, new Claiming(deadline, then));
    register(new RegistryInput.ClaimWanted(token, claim, seen.map(RegistryEntry::stamp)));
  }

  /**
   * @param as whom the caller wants to act as
   */
  Verdict judge(Caller caller, Optional<Name> as) {
    return switch (caller.role()) {
      case OPERATOR -> judgeOperator(caller, as);
      case USER -> judgeUser(caller, as);
      case PROCESS ->
          as.isEmpty() || as.get().equals(caller.tenant())
              ? new Verdict.As(new Acting(caller.tenant(), false, false))
              : new Verdict.No(
                  "a process of tenant '"
                      + caller.tenant()
                      + "' acts as no other; leave out --tenant "
                      + as.get());
    };
  }

  private Verdict judgeOperator(Caller caller, Optional<Name> as) {
    Name tenant = as.orElse(caller.tenant());
    if (!tenant.equals(caller.tenant()) && tenant(tenant).isEmpty()) {
      return new Verdict.No(
          "there is no tenant '" + tenant + "'; 'nefele tenant create " + tenant + "' makes it");
    }
    return new Verdict.As(new Acting(tenant, as.isEmpty(), as.isEmpty()));
  }

  private Verdict judgeUser(Caller caller, Optional<Name> as) {
    List<Name> allowed =
        tenants().stream()
            .filter(tenant -> tenant.users().contains(caller.uid()))
            .map(RegistryEntry.Tenant::name)
            .toList();
    if (as.isPresent() && !allowed.contains(as.get())) {
      return new Verdict.No(
          "user "
              + caller.uid()
              + " may not act as tenant '"
              + as.get()
              + "'; an operator lets it with 'nefele tenant grant "
              + as.get()
              + " --user "
              + caller.uid()
              + "'");
    }
    if (as.isEmpty() && allowed.size() != 1) {
      return new Verdict.No(
          allowed.isEmpty()
              ? "user "
                  + caller.uid()
                  + " may act as no tenant; an operator lets it with 'nefele tenant grant TENANT"
                  + " --user "
                  + caller.uid()
                  + "'"
              : "user "
                  + caller.uid()
                  + " may act as "
                  + allowed.stream().map(Name::toString).collect(joining(", "))
                  + "; say which with --tenant");
    }
    return new Verdict.As(new Acting(as.orElseGet(allowed::getFirst), false, false));
  }

  /** Whether {@code tenant} may start processes that use so much; may take a moment. */
  void admit(Name tenant, Use use, Admission then) {
    long token = ++lastToken;
    admissions.put(token, then);
    quota(new QuotaInput.Wanted(token, tenant, use));
  }

  /**
   * What was admitted has been placed.
   *
   * @param made the processes; none if it failed
   */
  void placed(long ticket, List<UseReport.Placed> made) {
    quota(new QuotaInput.Placed(ticket, made));
  }

  /** What all tenants use, at all servers that answer. */
  void count(Duration deadline, Counted then) {
    questions
        .get()
        .ask(
            now,
            Optional.empty(),
            new FabricQuestion.AllUse(),
            deadline,
            (replies, silent) -> {
              SortedMap<Name, Use> all = new TreeMap<>();
              for (FabricQuestion.Reply reply : replies.values()) {
                if (reply instanceof FabricQuestion.Reply.UsedByAll(var tenants)) {
                  tenants.forEach(used -> all.merge(used.tenant(), used.use(), Use::plus));
                }
              }
              then.accept(all, silent);
            });
  }

  @Override
  public UseReport report(Name tenant, AgentId asker) {
    List<UseReport.Lost> lost =
        directory.lostUse(tenant).entrySet().stream()
            .map(entry -> new UseReport.Lost(entry.getKey(), entry.getValue()))
            .toList();
    return quotas.report(
        now,
        tenant,
        asker,
        processes.use().getOrDefault(tenant, Use.NONE),
        self.epoch(),
        processes.lastCounter(),
        lost);
  }

  @Override
  public RegistryEntry registered(RegistryEntry told) {
    register(new RegistryInput.Received(self.agent(), new RegistryMessage.News(List.of(told))));
    return registry.current(told);
  }

  @Override
  public List<TenantUse> all() {
    return processes.use().entrySet().stream()
        .map(entry -> new TenantUse(entry.getKey(), entry.getValue()))
        .toList();
  }

  private Quota quota(Name tenant) {
    return tenant(tenant).map(RegistryEntry.Tenant::quota).orElse(Quota.NONE);
  }

  private SortedSet<AgentId> present() {
    SortedSet<AgentId> present = new TreeSet<>();
    fabric.members().stream().map(Member::agent).forEach(present::add);
    present.add(self.agent());
    return present;
  }

  private void register(RegistryInput input) {
    for (RegistryEffect effect : registry.step(now, input)) {
      switch (effect) {
        case RegistryEffect.Persist(var entry) -> outbox.add(new AgentEffect.Register(entry));
        case RegistryEffect.Send(var to, var message) ->
            outbox.send(to, new AgentMessage.OfRegistry(message));
        case RegistryEffect.SetTimer(var delay) ->
            outbox.setTimer(new AgentTimer.RegistryComparison(), delay);
        case RegistryEffect.AskAll(long token, var entry) -> askAll(token, entry);
        case RegistryEffect.ClaimSettled(long token, var held, boolean won) -> {
          Claiming claiming = claims.remove(token);
          if (claiming != null) {
            claiming.then.settled(held, won, claiming.silent);
          }
        }
        case RegistryEffect.Changed(var entry, var before) -> {
          before
              .map(RegistryEntry::content)
              .filter(RegistryEntry.Claim.class::isInstance)
              .map(RegistryEntry.Claim.class::cast)
              .ifPresent(claim -> listener.changed(claim, entry));
          if (entry.content() instanceof RegistryEntry.Tenant tenant && tenant.removed()) {
            removed.accept(tenant.name());
          }
        }
      }
    }
  }

  private void askAll(long token, RegistryEntry entry) {
    Claiming claiming = claims.get(token);
    if (claiming == null) {
      return;
    }
    questions
        .get()
        .ask(
            now,
            Optional.empty(),
            new FabricQuestion.Claiming(entry),
            claiming.deadline,
            (replies, silent) -> {
              claiming.silent = silent;
              List<RegistryEntry> held = new ArrayList<>();
              for (FabricQuestion.Reply reply : replies.values()) {
                if (reply instanceof FabricQuestion.Reply.Held(var theirs)) {
                  held.add(theirs);
                }
              }
              register(new RegistryInput.ClaimAnswered(token, held));
            });
  }

  private void quota(QuotaInput input) {
    for (QuotaEffect effect : quotas.step(now, input)) {
      switch (effect) {
        case QuotaEffect.Send(var to, var message) ->
            outbox.send(to, new AgentMessage.OfQuota(message));
        case QuotaEffect.Count(var tenant) -> count(tenant);
        case QuotaEffect.SetTimer(var timer, var delay) ->
            outbox.setTimer(new AgentTimer.Quota(timer), delay);
        case QuotaEffect.CancelTimer(var timer) -> outbox.cancelTimer(new AgentTimer.Quota(timer));
        case QuotaEffect.Admitted(long token) -> {
          Admission then = admissions.remove(token);
          if (then != null) {
            then.admitted(now, token);
          }
        }
        case QuotaEffect.Refused(long token, var reason) -> {
          Admission then = admissions.remove(token);
          if (then != null) {
            then.refused(reason);
          }
        }
      }
    }
  }

  private void count(Name tenant) {
    questions
        .get()
        .ask(
            now,
            Optional.empty(),
            new FabricQuestion.UseOf(tenant, self.agent()),
            COUNT_DEADLINE,
            (replies, missing) -> {
              SortedMap<AgentId, UseReport> reports = new TreeMap<>();
              replies.forEach(
                  (agent, reply) -> {
                    if (reply instanceof FabricQuestion.Reply.Used(var report)) {
                      reports.put(agent, report);
                    }
                  });
              quota(new QuotaInput.Counted(tenant, reports, missing));
            });
  }
}
