package io.nefele.sim.check;

import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentInput;
import io.nefele.agent.core.AgentMessage;
import io.nefele.agent.core.ClientToken;
import io.nefele.core.AgentId;
import io.nefele.core.MalformedMessage;
import io.nefele.core.ProcessId;
import io.nefele.gossip.MemberEvent;
import io.nefele.sim.world.Life;
import io.nefele.sim.world.ProcessHost;
import io.nefele.sim.world.Violation;
import io.nefele.sim.world.Watcher;
import io.nefele.sim.world.World;
import io.nefele.table.ProcessRow;
import io.nefele.table.ProcessState;
import io.nefele.table.QueryMessage;
import io.nefele.wire.Request;
import io.nefele.wire.Response;
import io.nefele.wire.ResponseCodec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Invariant T7: whatever goes on, an answer that names nobody as missing has every process of every
 * agent that the asked one takes for present, but for those that are new. Whoever was frozen takes
 * what was sent to it meanwhile for news, and is asked only once it has heard of what came after
 * it.
 */
public final class ListChecker implements Watcher {
  /** By then an agent that answers for another one has heard of its process. */
  private static final long NEW_NANOS = 26_000_000_000L;

  /** Agents at work have something to do more often. */
  private static final long FROZEN_NANOS = 1_500_000_000L;

  private record Run(ProcessRow row, long sinceNanos) {}

  private record Begun(Life life, long sinceNanos) {}

  /** A question that is open, and which of the processes that the answer has to have it had. */
  private record Question(
      Life asked, Optional<String> tenant, Set<ProcessId> due, Set<ProcessId> told) {}

  private final Supplier<World> world;
  private final Sometimes sometimes;
  private final SortedMap<ProcessId, Run> running = new TreeMap<>();

  /** When each life took each agent for present; both looked up, never iterated. */
  private final Map<Life, Map<AgentId, Long>> present = new HashMap<>();

  /** When each had something to do last, and when it had after it was frozen; looked up. */
  private final Map<Life, Long> busyAt = new HashMap<>();

  private final Map<Life, Long> thawedAt = new HashMap<>();

  private final Map<AgentId, Begun> lives = new HashMap<>(); // looked up, never iterated
  private final Map<ClientToken, Question> questions = new HashMap<>(); // looked up

  public ListChecker(Supplier<World> world, Sometimes sometimes) {
    this.world = world;
    this.sometimes = sometimes;
  }

  @Override
  public void began(Life life) {
    present.put(life, new HashMap<>());
    lives.put(life.boot().agent(), new Begun(life, nowNanos()));
  }

  @Override
  public void ended(Life life, String how) {
    present.remove(life);
    busyAt.remove(life);
    thawedAt.remove(life);
    lives.remove(life.boot().agent());
  }

  @Override
  public void input(Life life, AgentInput input) {
    if (nowNanos() - busyAt.getOrDefault(life, nowNanos()) > FROZEN_NANOS) {
      thawedAt.put(life, nowNanos());
    }
    busyAt.put(life, nowNanos());
    if (input instanceof AgentInput.ClientAsked asked
        && isOld(thawedAt.getOrDefault(life, -NEW_NANOS))) {
      tenantOfList(asked.request())
          .ifPresent(
              tenant ->
                  questions.put(
                      asked.token(),
                      new Question(life, tenant, due(life, tenant), new HashSet<>())));
    }
  }

  /** Whose processes are listed, in whatever state; empty if that is not what is asked for. */
  private static Optional<Optional<String>> tenantOfList(Request request) {
    return switch (request) {
      case Request.ListProcesses(boolean allStates, int deadline) when allStates ->
          Optional.of(Optional.empty());
      case Request.StreamProcesses(boolean allStates, int deadline) when allStates ->
          Optional.of(Optional.empty());
      case Request.As(var tenant, Request listed) ->
          tenantOfList(listed).map(all -> Optional.of(tenant));
      default -> Optional.empty();
    };
  }

  @Override
  public void effect(Life life, AgentEffect effect) {
    switch (effect) {
      case AgentEffect.Persist(ProcessRow row) -> written(row);
      case AgentEffect.Forget(var ids) -> ids.forEach(running::remove);
      case AgentEffect.MembershipChanged(MemberEvent event) -> changed(life, event);
      case AgentEffect.Send(
              var to,
              AgentMessage.OfQuery(
                  QueryMessage.Ask(long query, var filter, boolean own, boolean presented)))
          when own ->
          sometimes.happened(Sometimes.Thing.OVERLOOKED_ASKED);
      case AgentEffect.Reply(var token, Response.PresentedProcesses part) ->
          Optional.ofNullable(questions.get(token))
              .ifPresent(question -> question.told.addAll(idsOf(part)));
      case AgentEffect.Reply(var token, var response) ->
          Optional.ofNullable(questions.remove(token))
              .ifPresent(question -> answered(question, response));
      default -> {}
    }
  }

  private void written(ProcessRow row) {
    if (row.state() != ProcessState.RUNNING || row.kind() != ProcessRow.Kind.PROCESS) {
      running.remove(row.id());
    } else {
      Run before = running.get(row.id());
      long since =
          before != null && before.row.restarts() == row.restarts()
              ? before.sinceNanos
              : nowNanos();
      running.put(row.id(), new Run(row, since));
    }
  }

  private void changed(Life life, MemberEvent event) {
    Map<AgentId, Long> its = present.computeIfAbsent(life, unused -> new HashMap<>());
    AgentId agent = event.member().agent();
    switch (event) {
      case MemberEvent.Joined joined -> its.put(agent, nowNanos());
      case MemberEvent.Restarted restarted -> its.put(agent, nowNanos());
      case MemberEvent.Left left -> its.remove(agent);
      case MemberEvent.Removed removed -> its.remove(agent);
      case MemberEvent.Forgotten forgotten -> its.remove(agent);
      case MemberEvent.Suspected suspected -> {}
      case MemberEvent.Refuted refuted -> {}
      case MemberEvent.MetadataUpdated updated -> {}
    }
  }

  /** What an answer has to have, as far as it goes on to be so until then. */
  private Set<ProcessId> due(Life asked, Optional<String> tenant) {
    Set<ProcessId> due = new HashSet<>();
    running.forEach(
        (id, run) -> {
          boolean wanted = tenant.isEmpty() || tenant.get().equals(run.row.tenant().text());
          if (wanted && isOld(run.sinceNanos) && isKnown(asked, id.agent()) && runs(id)) {
            due.add(id);
          }
        });
    return due;
  }

  private boolean isOld(long sinceNanos) {
    return nowNanos() - sinceNanos >= NEW_NANOS;
  }

  /** Whether the agent has long been there, and the asked one knows it. */
  private boolean isKnown(Life asked, AgentId agent) {
    Begun its = lives.get(agent);
    return its != null
        && isOld(its.sinceNanos)
        && (asked.boot().agent().equals(agent)
            || present.getOrDefault(asked, Map.of()).containsKey(agent));
  }

  /** What a server's crash has ended is written down as running until its agent is back. */
  private boolean runs(ProcessId process) {
    Begun its = lives.get(process.agent());
    ProcessHost.Entry entry =
        its == null ? null : its.life.server().processes().entries().get(process);
    return entry != null && entry.stage() == ProcessHost.Stage.RUNNING;
  }

  private void answered(Question question, Response response) {
    if (!(response instanceof Response.Processes(var rows, var missing))) {
      return;
    }
    if (!missing.isEmpty()) {
      sometimes.happened(Sometimes.Thing.ROWS_MISSING_NAMED);
      return;
    }
    rows.forEach(row -> question.told.add(row.id()));
    List<ProcessId> untold = new ArrayList<>(due(question.asked, question.tenant));
    untold.retainAll(question.due);
    untold.removeAll(question.told);
    if (!untold.isEmpty()) {
      throw new Violation(
          "T7",
          question.asked
              + " does not tell of "
              + untold
              + " and names nobody as missing, asked for "
              + question.tenant.map(tenant -> "processes of " + tenant).orElse("all processes"));
    }
  }

  private static List<ProcessId> idsOf(Response.PresentedProcesses part) {
    try {
      return ResponseCodec.fromFrame(ResponseCodec.toFrame(1, part))
              instanceof Response.MoreProcesses(var rows)
          ? rows.stream().map(Response.ProcessRow::id).toList()
          : List.of();
    } catch (MalformedMessage e) {
      throw new Violation("T7", "rows for a client are malformed: " + e.getMessage());
    }
  }

  private long nowNanos() {
    return world.get().time().nowNanos();
  }
}
