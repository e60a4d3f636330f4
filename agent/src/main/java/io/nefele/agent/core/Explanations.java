package io.nefele.agent.core;

import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import java.util.List;
import java.util.Optional;

/** What went wrong, as a person reads it: the input, and what to do about it. */
final class Explanations {
  private final Fabric fabric;

  Explanations(Fabric fabric) {
    this.fabric = fabric;
  }

  /** What to tell of an errand that did not do what it should. */
  Optional<String> of(ProcessId process, Errand.Outcome outcome) {
    return switch (outcome) {
      case Errand.Outcome.Done done -> Optional.empty();
      case Errand.Outcome.Output output -> Optional.empty();
      case Errand.Outcome.Message message -> Optional.empty();
      case Errand.Outcome.NoMessage none -> Optional.of("no message came in the time given");
      case Errand.Outcome.Unknown unknown -> Optional.of(unknown(process));
      case Errand.Outcome.Ended(var row) ->
          Optional.of(
              "process "
                  + process
                  + " has ended"
                  + row.exitCode().map(code -> " with exit code " + code).orElse(""));
      case Errand.Outcome.Unreachable unreachable -> Optional.of(unreachable(process));
    };
  }

  private String unreachable(ProcessId process) {
    if (fabric.isLost(process.agent())) {
      return "process " + process + " is lost: its agent is gone, until it returns";
    }
    return fabric.bootOf(process.agent()).isPresent()
        ? "no answer from the agent of " + process + "; 'nefele ps' shows what is known"
        : unknown(process);
  }

  String unknown(ProcessId process) {
    return "there is no process " + process + "; 'nefele ps --all-states' lists yours";
  }

  String unknown(Name name, List<String> missing) {
    return "nobody has the name '"
        + name
        + "'; 'nefele ps' lists your processes"
        + (missing.isEmpty() ? "" : "; no answer from " + missing);
  }
}
