package io.nefele.agent.core;

import io.nefele.agent.depot.BundleKey;
import io.nefele.core.AgentBoot;
import io.nefele.core.Digest;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import io.nefele.core.ProcessInput;
import io.nefele.placement.Component;
import io.nefele.placement.Constraint;
import io.nefele.placement.Decision;
import io.nefele.placement.PlacementEffect;
import io.nefele.placement.ProcessTemplate;
import io.nefele.placement.RequestKey;
import io.nefele.placement.Resources;
import io.nefele.placement.Shipment;
import io.nefele.placement.Terms;
import io.nefele.placement.Verdict;
import io.nefele.table.tenant.Use;
import io.nefele.table.tenant.UseReport;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.PlacingRow;
import io.nefele.wire.ProcessSpec;
import io.nefele.wire.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Requests to start processes, to plan that, and to explain how it was decided. */
final class SpawnRequests {
  private static final int HOLD_MAX_MILLIS = 3_600_000;
  private static final long MEMORY_BYTES_MIN = 512 << 10;
  private static final int PLANS_MAX = 1000;

  /** Of what no quota was asked for. */
  private static final long NO_TICKET = 0;

  private final AgentBoot self;
  private final FabricReport report;
  private final Widening widening;
  private final Directory directory;
  private final Spawner spawner;
  private final Decisions decisions;
  private final Tenancy tenancy;
  private final FabricQuestions questions;
  private final Shipping shipping;
  private final Outbox outbox;
  private final Map<String, Plan> plans = new LinkedHashMap<>();

  /** Those that are not answered yet, by the spawner's number. */
  private final Map<Long, Outcome> open = new LinkedHashMap<>();

  private record Plan(Name tenant, List<Component> components, RequestKey key) {}

  SpawnRequests(
      AgentBoot self,
      FabricReport report,
      Widening widening,
      Directory directory,
      Spawner spawner,
      Decisions decisions,
      Tenancy tenancy,
      FabricQuestions questions,
      Shipping shipping,
      Outbox outbox) {
    this.shipping = shipping;
    this.self = self;
    this.report = report;
    this.widening = widening;
    this.directory = directory;
    this.spawner = spawner;
    this.decisions = decisions;
    this.tenancy = tenancy;
    this.questions = questions;
    this.outbox = outbox;
  }

  void spawn(
      Instant now, ClientToken token, Name tenant, List<ProcessSpec> specs, int deadlineMillis) {
    if (deadlineMillis < 0) {
      throw new IllegalArgumentException("a deadline is not " + deadlineMillis + " ms away");
    }
    request(now, token, tenant, specs, Duration.ZERO, Duration.ofMillis(deadlineMillis));
  }

  void deadlinePassed(Instant now, long number) {
    Outcome outcome = open.get(number);
    if (outcome != null) {
      outcome.late = true;
      spawner.cancel(now, number);
    }
  }

  void plan(Instant now, ClientToken token, Name tenant, List<ProcessSpec> specs, int holdMillis) {
    if (holdMillis < 1 || holdMillis > HOLD_MAX_MILLIS) {
      throw new IllegalArgumentException(
          "a plan is held for 1 to " + HOLD_MAX_MILLIS + " ms, not for " + holdMillis);
    }
    request(now, token, tenant, specs, Duration.ofMillis(holdMillis), Duration.ZERO);
  }

  private void request(
      Instant now,
      ClientToken token,
      Name tenant,
      List<ProcessSpec> specs,
      Duration keep,
      Duration deadline) {
    List<Component> components = specs.stream().map(spec -> component(tenant, spec)).toList();
    int count = Component.processes(components);
    if (count < 1 || count > Component.COUNT_MAX) {
      throw new IllegalArgumentException(
          "a spawn is of 1 to " + Component.COUNT_MAX + " processes, not of " + count);
    }
    Optional<String> little =
        components.stream()
            .flatMap(
                component ->
                    Stream.concat(tooLittle(component).stream(), unshipped(component).stream()))
            .findFirst();
    if (little.isPresent()) {
      outbox.fail(token, ErrorKind.REFUSED, little.get());
      return;
    }
    Optional<String> impossible = widening.impossible(components);
    if (impossible.isPresent()) {
      outbox.fail(token, ErrorKind.REFUSED, impossible.get());
      return;
    }
    if (!keep.isZero()) {
      // What is only held uses nothing of a quota; it is asked for when the plan is carried out.
      begin(now, components, deadline, new Outcome(token, tenant, components, keep, NO_TICKET));
      return;
    }
    admit(
        token,
        tenant,
        components,
        (at, ticket) ->
            begin(at, components, deadline, new Outcome(token, tenant, components, keep, ticket)));
  }

  /**
   * @param deadline after which it is called off; zero: never
   */
  private void begin(Instant now, List<Component> components, Duration deadline, Outcome outcome) {
    long number =
        spawner.spawn(now, components, outcome.keep, widening.circles(components), outcome);
    if (outcome.begun(number) && !deadline.isZero()) {
      outbox.setTimer(new AgentTimer.SpawnDeadline(number), deadline);
    }
  }

  /** What to do once a quota lets it. */
  private interface Admitted {
    void begin(Instant now, long ticket);
  }

  private void admit(ClientToken token, Name tenant, List<Component> components, Admitted then) {
    Use use = Use.NONE;
    for (Component component : components) {
      Resources each = component.template().demand();
      use = use.plus(Use.of(component.count(), each.cpuMillis(), each.memoryBytes()));
    }
    tenancy.admit(
        tenant,
        use,
        new Tenancy.Admission() {
          @Override
          public void admitted(Instant now, long ticket) {
            then.begin(now, ticket);
          }

          @Override
          public void refused(String reason) {
            outbox.fail(token, ErrorKind.REFUSED, reason);
          }
        });
  }

  void spawnPlan(Instant now, ClientToken token, Name tenant, String id) {
    Plan plan = plans.get(id);
    if (plan == null || !plan.tenant.equals(tenant)) {
      outbox.fail(
          token,
          ErrorKind.REFUSED,
          "'" + id + "' is no plan of this agent, or its time is up; 'nefele plan' makes one");
      return;
    }
    admit(
        token,
        tenant,
        plan.components,
        (at, ticket) -> {
          plans.remove(id);
          Outcome outcome = new Outcome(token, tenant, plan.components, Duration.ZERO, ticket);
          outcome.begun(spawner.commitPlan(at, plan.key, outcome));
        });
  }

  /** What its clients asked for and has not been let go is called off. */
  void clientGone(Instant now, long connection) {
    for (Outcome outcome : List.copyOf(open.values())) {
      if (outcome.token.connection() == connection) {
        spawner.cancel(now, outcome.number);
      }
    }
  }

  void explain(
      Instant now,
      ClientToken token,
      Name tenant,
      Optional<ProcessId> process,
      int deadlineMillis) {
    if (process.isEmpty()) {
      explained(token, decisions.last(tenant), "this agent was asked to place nothing of yours");
      return;
    }
    Optional<Decisions.Made> own = decisions.of(tenant, process.get());
    if (own.isPresent()) {
      explained(token, own, "");
      return;
    }
    questions.ask(
        now,
        Optional.empty(),
        new FabricQuestion.Placing(tenant, process.get()),
        Duration.ofMillis(deadlineMillis),
        (replies, missing) -> {
          Optional<Decisions.Made> made =
              replies.values().stream()
                  .filter(FabricQuestion.Reply.Placed.class::isInstance)
                  .map(FabricQuestion.Reply.Placed.class::cast)
                  .flatMap(reply -> reply.made().stream())
                  .findFirst();
          explained(
              token,
              made,
              "no agent remembers how "
                  + process.get()
                  + " was placed"
                  + (missing.isEmpty()
                      ? "; the latest spawns are remembered, until their agent restarts"
                      : "; no answer from " + missing.stream().map(report::nameOf).toList()));
        });
  }

  private void explained(ClientToken token, Optional<Decisions.Made> made, String otherwise) {
    made.ifPresentOrElse(
        its -> outbox.reply(token, new Response.Explained(its.processes(), its.placing())),
        () -> outbox.fail(token, ErrorKind.FAILED, otherwise));
  }

  /** In the order of the components, as they are told. */
  private static List<UseReport.Placed> uses(List<Component> components, List<ProcessId> placed) {
    List<UseReport.Placed> uses = new ArrayList<>();
    Iterator<ProcessId> next = placed.iterator();
    for (Component component : components) {
      Use each = LocalProcesses.useOf(component.template());
      for (int i = 0; i < component.count() && next.hasNext(); i++) {
        uses.add(new UseReport.Placed(next.next(), each));
      }
    }
    return uses;
  }

  private Optional<Shipment> shipment(ProcessSpec spec) {
    return spec.bundle().map(Digest::parse).map(id -> new Shipment(id, self.agent()));
  }

  /** A bundle that is named has to be here, so that there is one who has it. */
  private Optional<String> unshipped(Component component) {
    ProcessTemplate template = component.template();
    return template
        .terms()
        .shipment()
        .map(shipment -> new BundleKey(template.tenant(), shipment.bundle()))
        .filter(key -> !shipping.isWhole(key))
        .map(
            key ->
                "this agent has no bundle "
                    + key.id()
                    + " of yours, or not all of it; ship the program again");
  }

  private Component component(Name tenant, ProcessSpec spec) {
    if (!spec.workingDirectory().startsWith("/") && spec.bundle().isEmpty()) {
      throw new IllegalArgumentException(
          "a working directory is absolute: '" + spec.workingDirectory() + "'");
    }
    for (String label : spec.labels()) {
      if (label.indexOf('=') < 1) {
        throw new IllegalArgumentException("a label is KEY=VALUE, not '" + label + "'");
      }
    }
    ProcessTemplate template =
        new ProcessTemplate(
            tenant,
            spec.name().map(Name::new),
            Resources.of(spec.cpuMillis(), spec.memoryBytes(), spec.resources()),
            spec.labels(),
            constraints(spec),
            spec.environment(),
            spec.workingDirectory(),
            spec.command(),
            new Terms(spec.input(), spec.pids(), spec.lifecycle(), shipment(spec)));
    if (spec.lifecycle().isTended() && !(spec.input() instanceof ProcessInput.Empty)) {
      throw new IllegalArgumentException(
          "a process that reads input can't be started again or checked; leave out one of them");
    }
    Restarts.check(template);
    return new Component(template, spec.count());
  }

  /** Isolation is asked of servers as their labels are. */
  private static List<Constraint> constraints(ProcessSpec spec) {
    List<Constraint> constraints = new ArrayList<>();
    spec.constraints().stream().map(Constraint::parse).forEach(constraints::add);
    switch (spec.isolation()) {
      case "none" -> {}
      case "userns" ->
          constraints.add(Constraint.parse("constraint " + AgentProfile.ISOLATION + "!=none"));
      case "full" ->
          constraints.add(Constraint.parse("constraint " + AgentProfile.ISOLATION + "=full"));
      default ->
          throw new IllegalArgumentException(
              "isolation is none, userns or full, not '" + spec.isolation() + "'");
    }
    return constraints;
  }

  private static Optional<String> tooLittle(Component component) {
    long memoryBytes = component.template().demand().memoryBytes();
    return memoryBytes == 0 || memoryBytes >= MEMORY_BYTES_MIN
        ? Optional.empty()
        : Optional.of(
            "a memory limit of "
                + memoryBytes
                + " bytes is less than any program needs to start; give it 512K or more");
  }

  private PlacingRow row(Decision decision) {
    return new PlacingRow(
        decision.asked(),
        decision.fitting(),
        decision.verdicts().stream().map(this::row).toList(),
        decision.circles(),
        decision.agents(),
        decision.silent().stream().map(report::nameOf).toList(),
        decision.tries(),
        decision.took().toNanos() / 1000,
        decision.lacking());
  }

  private PlacingRow.OfferRow row(Verdict verdict) {
    return new PlacingRow.OfferRow(
        report.nameOf(verdict.agent()),
        report.groupText(verdict.agent()),
        verdict.given(),
        verdict.runnerUp(),
        verdict.free().cpuMillis(),
        verdict.free().memoryBytes(),
        verdict.why());
  }

  /** Tells one caller how it went. */
  private final class Outcome implements Spawner.Placed {
    private final ClientToken token;
    private final Name tenant;
    private final List<Component> components;
    private final Duration keep;
    private final long ticket;
    private long number;
    private boolean ended;

    /** Whether its deadline has passed. */
    private boolean late;

    Outcome(
        ClientToken token, Name tenant, List<Component> components, Duration keep, long ticket) {
      this.token = token;
      this.tenant = tenant;
      this.components = components;
      this.keep = keep;
      this.ticket = ticket;
    }

    /** Returns whether it is still open. */
    boolean begun(long its) {
      number = its;
      if (!ended) {
        open.put(its, this);
      }
      return !ended;
    }

    private void end() {
      ended = true;
      if (open.remove(number) != null) {
        outbox.cancelTimer(new AgentTimer.SpawnDeadline(number));
      }
    }

    @Override
    public void placed(List<ProcessId> placed, Decision decision) {
      end();
      tenancy.placed(ticket, uses(components, placed));
      decisions.add(new Decisions.Made(tenant, placed, row(decision)));
      // So that who asks this agent next, by id or by name, finds them.
      directory.whenKnown(placed, () -> outbox.reply(token, new Response.Spawned(placed)));
    }

    @Override
    public void planned(Decision decision) {
      end();
      String id = "plan-" + self + "-" + decision.key().number();
      if (plans.size() >= PLANS_MAX) {
        plans.remove(plans.keySet().iterator().next());
      }
      plans.put(id, new Plan(tenant, components, decision.key()));
      PlacingRow placing = row(decision);
      decisions.add(new Decisions.Made(tenant, List.of(), placing));
      outbox.reply(token, new Response.Planned(id, (int) keep.toMillis(), placing));
    }

    @Override
    public void refused(PlacementEffect.Refusal refusal, Optional<Decision> decision) {
      end();
      tenancy.placed(ticket, List.of());
      decision.ifPresent(its -> decisions.add(new Decisions.Made(tenant, List.of(), row(its))));
      if (late && refusal instanceof PlacementEffect.Refusal.Cancelled) {
        outbox.fail(
            token,
            ErrorKind.PARTIAL,
            "the processes were not all there in the time given; nothing was kept");
      } else {
        outbox.fail(token, ErrorKind.REFUSED, Refusals.text(refusal));
      }
    }
  }
}
