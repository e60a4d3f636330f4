package io.nefele.agent.core;

import io.nefele.agent.depot.BundleKey;
import io.nefele.core.AgentBoot;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import io.nefele.placement.Component;
import io.nefele.placement.Decision;
import io.nefele.placement.PlacementEffect;
import io.nefele.placement.RequestKey;
import io.nefele.placement.Resources;
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
import java.util.function.Consumer;
import java.util.function.Function;

/** Requests to start processes, to plan that, and to explain how it was decided. */
final class SpawnRequests {
  private static final int HOLD_MAX_MILLIS = 3_600_000;
  private static final int PREEMPTIONS_MAX = 2;
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
  private final Sizes sizes;
  private final QuotaPreemption quotaPreemption;
  private final Outbox outbox;
  private final Map<String, Plan> plans = new LinkedHashMap<>();

  /** Those that are not answered yet, by the spawner's number. */
  private final Map<Long, Outcome> open = new LinkedHashMap<>();

  private record Plan(Asked asked, Wish wish, RequestKey key) {}

  /**
   * Who asked for something, and how.
   *
   * @param client whose it is; none: this agent's own
   * @param keep how long places are held for a plan; zero: it is to be started
   * @param deadline when it is called off; empty: never
   */
  private record Asked(
      Consumer<Response> answer,
      Optional<ClientToken> client,
      Name tenant,
      Duration keep,
      Optional<Instant> deadline) {

    void fail(ErrorKind kind, String message) {
      answer.accept(new Response.Failed(kind, message));
    }
  }

  private Asked asked(ClientToken client, Name tenant, Duration keep, Optional<Instant> deadline) {
    return new Asked(
        response -> outbox.reply(client, response), Optional.of(client), tenant, keep, deadline);
  }

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
      Sizes sizes,
      QuotaPreemption quotaPreemption,
      Outbox outbox) {
    this.self = self;
    this.report = report;
    this.widening = widening;
    this.directory = directory;
    this.spawner = spawner;
    this.decisions = decisions;
    this.tenancy = tenancy;
    this.questions = questions;
    this.shipping = shipping;
    this.sizes = sizes;
    this.quotaPreemption = quotaPreemption;
    this.outbox = outbox;
  }

  /**
   * @param facts what was found out about the programs, in the order of {@code specs}; or nothing
   */
  void spawn(
      Instant now,
      ClientToken token,
      Name tenant,
      List<ProcessSpec> specs,
      List<ProgramFacts> facts,
      int deadlineMillis) {
    if (deadlineMillis < 0) {
      throw new IllegalArgumentException("a deadline is not " + deadlineMillis + " ms away");
    }
    Optional<Instant> deadline =
        deadlineMillis == 0 ? Optional.empty() : Optional.of(now.plusMillis(deadlineMillis));
    request(now, asked(token, tenant, Duration.ZERO, deadline), specs, facts, this::unshipped);
  }

  /**
   * As {@link #spawn} for a client, for this agent itself; it is never called off. A bundle that is
   * named may be at another agent, which will be found.
   */
  void spawn(Instant now, Name tenant, List<ProcessSpec> specs, Consumer<Response> answer) {
    Asked asked = new Asked(answer, Optional.empty(), tenant, Duration.ZERO, Optional.empty());
    try {
      request(now, asked, specs, List.of(), wish -> Optional.empty());
    } catch (IllegalArgumentException e) {
      // Another agent has told of what to start; nobody has checked it here.
      asked.fail(ErrorKind.USAGE, String.valueOf(e.getMessage()));
    }
  }

  /** Whether this agent has the bundle that {@code spec} names, if it does. */
  boolean hasBundle(Name tenant, ProcessSpec spec) {
    return BundleKey.of(tenant, spec).filter(key -> !shipping.isWhole(key)).isEmpty();
  }

  void deadlinePassed(Instant now, long number) {
    Outcome outcome = open.get(number);
    if (outcome != null) {
      outcome.late = true;
      spawner.cancel(now, number);
    }
  }

  void plan(
      Instant now,
      ClientToken token,
      Name tenant,
      List<ProcessSpec> specs,
      List<ProgramFacts> facts,
      int holdMillis) {
    if (holdMillis < 1 || holdMillis > HOLD_MAX_MILLIS) {
      throw new IllegalArgumentException(
          "a plan is held for 1 to " + HOLD_MAX_MILLIS + " ms, not for " + holdMillis);
    }
    Duration hold = Duration.ofMillis(holdMillis);
    request(now, asked(token, tenant, hold, Optional.empty()), specs, facts, this::unshipped);
  }

  private void request(
      Instant now,
      Asked asked,
      List<ProcessSpec> specs,
      List<ProgramFacts> facts,
      Function<Wish, Optional<String>> unshipped) {
    Wish wish = Wish.of(self.agent(), asked.tenant, specs, facts, sizes);
    Optional<String> little = wish.tooLittle().or(() -> unshipped.apply(wish));
    if (little.isPresent()) {
      asked.fail(ErrorKind.REFUSED, little.get());
      return;
    }
    attempt(now, asked, wish);
  }

  /** A bundle that is named has to be here, so that there is one who has it. */
  private Optional<String> unshipped(Wish wish) {
    return wish.bundles()
        .filter(key -> !shipping.isWhole(key))
        .map(
            key ->
                "this agent has no bundle "
                    + key.id()
                    + " of yours, or not all of it; ship the program again")
        .findFirst();
  }

  private void attempt(Instant now, Asked asked, Wish wish) {
    Optional<String> impossible = widening.impossible(wish.components());
    if (impossible.isPresent()) {
      refuse(now, asked, wish, impossible.get());
    } else if (!asked.keep.isZero()) {
      // What is only held uses nothing of a quota; it is asked for when the plan is carried out.
      begin(now, new Outcome(asked, wish, NO_TICKET));
    } else {
      admit(
          asked.tenant,
          wish,
          (at, ticket) -> begin(at, new Outcome(asked, wish, ticket)),
          why -> refuse(outbox.now(), asked, wish, why));
    }
  }

  /** What only wants too much cpu by a guess is tried once more without. */
  private void refuse(Instant now, Asked asked, Wish wish, String why) {
    if (wish.guessesCpu()) {
      attempt(now, asked, wish.withoutGuessedCpu());
    } else {
      asked.fail(ErrorKind.REFUSED, why + wish.remark());
    }
  }

  private void begin(Instant now, Outcome outcome) {
    List<Component> components = outcome.wish.components();
    long number =
        spawner.spawn(now, components, outcome.asked.keep, widening.circles(components), outcome);
    if (outcome.begun(number)) {
      outcome.asked.deadline.ifPresent(
          at -> {
            Duration left = at.isAfter(now) ? Duration.between(now, at) : Duration.ZERO;
            outbox.setTimer(new AgentTimer.SpawnDeadline(number), left);
          });
    }
  }

  /** What to do once a quota lets it. */
  private interface Admitted {
    void begin(Instant now, long ticket);
  }

  private void admit(Name tenant, Wish wish, Admitted then, Consumer<String> otherwise) {
    admit(tenant, wish, PREEMPTIONS_MAX, then, otherwise);
  }

  /**
   * @param preemptions so often others may give way to it, of which the quota may have gone to
   *     somebody else
   */
  private void admit(
      Name tenant, Wish wish, int preemptions, Admitted then, Consumer<String> otherwise) {
    Use use = Use.NONE;
    for (Component component : wish.components()) {
      Resources each = component.template().demand();
      use = use.plus(Use.of(component.count(), each.cpuMillis(), each.memoryBytes()));
    }
    Use wanted = use;
    tenancy.admit(
        tenant,
        wanted,
        new Tenancy.Admission() {
          @Override
          public void admitted(Instant now, long ticket) {
            then.begin(now, ticket);
          }

          @Override
          public void refused(String reason) {
            if (preemptions == 0) {
              otherwise.accept(reason);
              return;
            }
            quotaPreemption.makeRoom(
                outbox.now(),
                tenant,
                wish.components(),
                wanted,
                made -> {
                  if (made) {
                    admit(tenant, wish, preemptions - 1, then, otherwise);
                  } else {
                    otherwise.accept(reason);
                  }
                });
          }
        });
  }

  void spawnPlan(Instant now, ClientToken token, Name tenant, String id) {
    Plan plan = plans.get(id);
    if (plan == null || !plan.asked.tenant.equals(tenant)) {
      outbox.fail(
          token,
          ErrorKind.REFUSED,
          "'" + id + "' is no plan of this agent, or its time is up; 'nefele plan' makes one");
      return;
    }
    Asked asked = asked(token, tenant, Duration.ZERO, Optional.empty());
    admit(
        tenant,
        plan.wish,
        (at, ticket) -> {
          plans.remove(id);
          Outcome outcome = new Outcome(asked, plan.wish, ticket);
          outcome.begun(spawner.commitPlan(at, plan.key, outcome));
        },
        why -> asked.fail(ErrorKind.REFUSED, why + plan.wish.remark()));
  }

  /** What its clients asked for and has not been let go is called off. */
  void clientGone(Instant now, long connection) {
    for (Outcome outcome : List.copyOf(open.values())) {
      if (outcome.asked.client.filter(its -> its.connection() == connection).isPresent()) {
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

  private PlacingRow row(Decision decision, Wish wish) {
    return new PlacingRow(
        decision.asked(),
        decision.fitting(),
        decision.verdicts().stream().map(this::row).toList(),
        decision.circles(),
        decision.agents(),
        decision.silent().stream().map(report::nameOf).toList(),
        decision.tries(),
        decision.took().toNanos() / 1000,
        decision.lacking(),
        wish.filled());
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
    private final Asked asked;
    private final Wish wish;
    private final long ticket;
    private long number;
    private boolean ended;

    /** Whether its deadline has passed. */
    private boolean late;

    Outcome(Asked asked, Wish wish, long ticket) {
      this.asked = asked;
      this.wish = wish;
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
      tenancy.placed(ticket, uses(wish.components(), placed));
      decisions.add(new Decisions.Made(asked.tenant, placed, row(decision, wish)));
      // So that who asks this agent next, by id or by name, finds them.
      directory.whenKnown(placed, () -> asked.answer.accept(new Response.Spawned(placed)));
    }

    @Override
    public void planned(Decision decision) {
      end();
      String id = "plan-" + self + "-" + decision.key().number();
      if (plans.size() >= PLANS_MAX) {
        plans.remove(plans.keySet().iterator().next());
      }
      plans.put(id, new Plan(asked, wish, decision.key()));
      PlacingRow placing = row(decision, wish);
      decisions.add(new Decisions.Made(asked.tenant, List.of(), placing));
      asked.answer.accept(new Response.Planned(id, (int) asked.keep.toMillis(), placing));
    }

    @Override
    public void refused(PlacementEffect.Refusal refusal, Optional<Decision> decision) {
      end();
      tenancy.placed(ticket, List.of());
      decision.ifPresent(
          its -> decisions.add(new Decisions.Made(asked.tenant, List.of(), row(its, wish))));
      if (late && refusal instanceof PlacementEffect.Refusal.Cancelled) {
        asked.fail(
            ErrorKind.PARTIAL,
            "the processes were not all there in the time given; nothing was kept");
      } else if (refusal instanceof PlacementEffect.Refusal.NoRoom) {
        refuse(outbox.now(), asked, wish, Refusals.text(refusal));
      } else {
        asked.fail(ErrorKind.REFUSED, Refusals.text(refusal));
      }
    }
  }
}
