package io.nefele.sim;

import io.nefele.core.Bytes;
import io.nefele.sim.check.HistoryChecker;
import io.nefele.sim.check.LeaderChecker;
import io.nefele.sim.check.MailboxChecker;
import io.nefele.sim.check.OutsideChecker;
import io.nefele.sim.check.PlacementChecker;
import io.nefele.sim.check.RelayChecker;
import io.nefele.sim.check.RescueChecker;
import io.nefele.sim.check.TableChecker;
import io.nefele.sim.check.TenantChecker;
import io.nefele.sim.check.TopicChecker;
import io.nefele.sim.world.Clients;
import io.nefele.sim.world.Life;
import io.nefele.sim.world.Violation;
import io.nefele.sim.world.World;
import io.nefele.wire.Request;
import io.nefele.wire.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What clients ask when all is at rest: the groups, the free resources and all processes. Asked of
 * some agents only where there are many.
 */
final class FinalQuestions {
  private static final int ASKED_MAX = 24;
  private static final int DEADLINE_MILLIS = 2_000;
  private static final String TENANT = Clients.SMALL_TENANT.toString();

  private record Answer(Life life, Response response) {}

  private final World world;
  private final List<Life> core;
  private final List<Life> asked;
  private final PlacementChecker placement;
  private final TableChecker table;
  private final RescueChecker rescues;
  private final TenantChecker tenants;
  private final List<Answer> accounts = new ArrayList<>();
  private final HistoryChecker history;
  private final List<Answer> histories = new ArrayList<>();
  private final List<Answer> known = new ArrayList<>();
  private final List<Answer> groups = new ArrayList<>();
  private final List<Optional<Violation>> free = new ArrayList<>();
  private final List<Answer> processes = new ArrayList<>();
  private final List<Answer> ofTenant = new ArrayList<>();
  private final List<Answer> all = new ArrayList<>();
  private final List<Answer> published = new ArrayList<>();
  private final List<Answer> written = new ArrayList<>();

  FinalQuestions(
      World world,
      List<Life> core,
      PlacementChecker placement,
      TableChecker table,
      RescueChecker rescues,
      TenantChecker tenants,
      HistoryChecker history) {
    this.placement = placement;
    this.world = world;
    this.core = core;
    this.asked = core.subList(0, Math.min(ASKED_MAX, core.size()));
    this.table = table;
    this.rescues = rescues;
    this.tenants = tenants;
    this.history = history;
  }

  void ask() {
    ask(core.getLast(), new Request.AskAgents("", DEADLINE_MILLIS), all);
    ask(
        core.getLast(),
        new Request.Publish(Optional.empty(), "news/final", Bytes.EMPTY, DEADLINE_MILLIS),
        published);
    for (int i = 0; i < asked.size(); i++) {
      Life sender = asked.get(i);
      world
          .clients()
          .letters()
          .writeTo(
              asked.get((i + 1) % asked.size()),
              sender,
              response -> written.add(new Answer(sender, response)));
    }
    for (Life life : asked) {
      ask(life, new Request.ListGroups(), groups);
      ask(life, new Request.Status(), accounts);
      ask(life, new Request.ListTenants(DEADLINE_MILLIS), known);
      ask(life, new Request.ListHistory(), histories);
      // Checked on the spot: processes end while the others still answer.
      world
          .clients()
          .ask(
              life,
              new Request.ListAgents(),
              response -> free.add(placement.freeIsRight(life, response)));
      Request list = new Request.ListProcesses(true, DEADLINE_MILLIS);
      ask(life, list, processes);
      ask(life, new Request.As(TENANT, list), ofTenant);
    }
  }

  private void ask(Life life, Request request, List<Answer> answers) {
    world.clients().ask(life, request, response -> answers.add(new Answer(life, response)));
  }

  /** Whether all have answered. */
  boolean answered() {
    return groups.size() == asked.size()
        && accounts.size() == asked.size()
        && known.size() == asked.size()
        && histories.size() == asked.size()
        && free.size() == asked.size()
        && processes.size() == asked.size()
        && ofTenant.size() == asked.size()
        && written.size() == asked.size()
        && all.size() == 1
        && published.size() == 1;
  }

  Optional<Violation> wrong() {
    if (!answered()) {
      return Optional.of(new Violation("A1", "a question was never answered"));
    }
    LeaderChecker leaders = new LeaderChecker();
    for (Answer answer : groups) {
      Optional<Violation> wrong = leaders.answered(answer.life, answer.response);
      if (wrong.isPresent()) {
        return wrong;
      }
    }
    for (Optional<Violation> wrong : free) {
      if (wrong.isPresent()) {
        return wrong;
      }
    }
    for (Answer answer : all) {
      Optional<Violation> wrong = RelayChecker.answered(answer.life, answer.response, core);
      if (wrong.isPresent()) {
        return wrong;
      }
    }
    for (Answer answer : published) {
      Optional<Violation> wrong =
          TopicChecker.answered(world.clients().correspondents(), answer.response, core);
      if (wrong.isPresent()) {
        return wrong;
      }
    }
    for (Answer answer : written) {
      Optional<Violation> wrong = MailboxChecker.answeredByName(answer.life, answer.response);
      if (wrong.isPresent()) {
        return wrong;
      }
    }
    for (Answer answer : accounts) {
      Optional<Violation> wrong = OutsideChecker.answered(answer.life, answer.response);
      if (wrong.isPresent()) {
        return wrong;
      }
    }
    for (Answer answer : known) {
      Optional<Violation> wrong = tenants.answered(answer.life, answer.response);
      if (wrong.isPresent()) {
        return wrong;
      }
    }
    for (Answer answer : histories) {
      Optional<Violation> wrong = history.answered(answer.life, answer.response, core);
      if (wrong.isPresent()) {
        return wrong;
      }
    }
    for (Answer answer : processes) {
      Optional<Violation> wrong = table.answered(answer.life, answer.response, core);
      if (wrong.isEmpty()) {
        wrong = rescues.answered(answer.life, answer.response, core);
      }
      if (wrong.isPresent()) {
        return wrong;
      }
    }
    for (Answer answer : ofTenant) {
      Optional<Violation> wrong =
          table.answeredOfTenant(
              answer.life, TENANT, ofAll(answer.life).response, answer.response, core);
      if (wrong.isPresent()) {
        return wrong;
      }
    }
    return Optional.empty();
  }

  private Answer ofAll(Life life) {
    return processes.stream().filter(answer -> answer.life.equals(life)).findFirst().orElseThrow();
  }
}
