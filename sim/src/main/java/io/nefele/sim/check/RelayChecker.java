package io.nefele.sim.check;

import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentMessage;
import io.nefele.core.AgentId;
import io.nefele.hierarchy.relay.Answer;
import io.nefele.hierarchy.relay.QuestionId;
import io.nefele.hierarchy.relay.RelayMessage;
import io.nefele.sim.world.Life;
import io.nefele.sim.world.Violation;
import io.nefele.sim.world.Watcher;
import io.nefele.wire.Response;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** Invariants R1 to R3: questions to all agents reach each of them, once, and so do answers. */
public final class RelayChecker implements Watcher {
  /** By question, the serials of the lives that it reached; looked up, never iterated. */
  private final Map<QuestionId, SortedSet<Integer>> reached = new HashMap<>();

  /** The same by agents. */
  private final Map<QuestionId, SortedSet<AgentId>> agents = new HashMap<>();

  private final Sometimes sometimes;

  public RelayChecker(Sometimes sometimes) {
    this.sometimes = sometimes;
  }

  @Override
  public void effect(Life life, AgentEffect effect) {
    switch (effect) {
      case AgentEffect.Questioned(QuestionId id) -> questioned(life, id);
      case AgentEffect.Send(var to, AgentMessage.OfRelay(RelayMessage message)) ->
          sent(life, message);
      case AgentEffect.Reply(var token, Response.AgentAnswers answers) -> {
        if (!answers.missing().isEmpty()) {
          sometimes.happened(Sometimes.Thing.SILENT_AGENT_NAMED);
        }
      }
      default -> {}
    }
  }

  /** What is wrong with the answer of {@code asked} at rest, when all of the core can answer. */
  public static Optional<Violation> answered(Life asked, Response answer, List<Life> core) {
    if (!(answer instanceof Response.AgentAnswers(var rows, var missing))) {
      return Optional.of(new Violation("A1", asked + " answers " + answer));
    }
    List<String> silent = new ArrayList<>();
    for (Life life : core) {
      String id = life.boot().agent().toString();
      if (rows.stream().noneMatch(row -> row.id().equals(id))) {
        silent.add(life.toString());
      }
    }
    return silent.isEmpty() && missing.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Violation(
                "R3", asked + " has no answer of " + silent + " and names as missing " + missing));
  }

  private void questioned(Life life, QuestionId id) {
    if (!reached.computeIfAbsent(id, unused -> new TreeSet<>()).add(life.serial())) {
      throw new Violation("R1", life + " is handed the question " + id + " twice");
    }
    agents.computeIfAbsent(id, unused -> new TreeSet<>()).add(life.boot().agent());
  }

  private void sent(Life life, RelayMessage message) {
    switch (message) {
      case RelayMessage.Answered(QuestionId id, Answer answer) -> answers(life, id, answer);
      case RelayMessage.Report report ->
          report.answers().forEach(answer -> answers(life, report.id(), answer));
      case RelayMessage.Ask ask -> {}
      case RelayMessage.Gather gather -> {}
    }
  }

  private void answers(Life teller, QuestionId id, Answer answer) {
    if (!agents.getOrDefault(id, new TreeSet<>()).contains(answer.agent())) {
      throw new Violation(
          "R2",
          teller + " tells an answer of " + answer.agent() + " to " + id + ", which it never got");
    }
  }
}
