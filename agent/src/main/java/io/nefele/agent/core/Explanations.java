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
      case Errand.Outcome.Taken taken -> Optional.empty();
      case Errand.Outcome.Joined joined -> Optional.empty();
      case Errand.Outcome.Described described -> Optional.empty();
      case Errand.Outcome.Failed(String reason) -> Optional.of(reason);
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
      return lost(process);
    }
    return isHeardOf(process)
        ? "no answer from the agent of " + process + "; 'nefele ps' shows what is known"
        : unknown(process);
  }

  private static String lost(ProcessId process) {
    return "process " + process + " is lost: its agent is gone, until it returns";
  }

  /** Whether there is, or was lately, an agent that the process can be of. */
  boolean isHeardOf(ProcessId process) {
    return fabric.isLost(process.agent()) || fabric.bootOf(process.agent()).isPresent();
  }

  /** A process was waited for in vain. */
  String notEnded(ProcessId process) {
    return fabric.isLost(process.agent())
        ? lost(process)
        : "process " + process + " has not ended in the time given; wait longer with --timeout";
  }

  /** A message was not acknowledged. */
  String notReached(String to, ProcessId receiver) {
    String why =
        fabric.isLost(receiver.agent())
            ? "its agent is gone, until it returns"
            : "its agent did not answer in time";
    return "'" + to + "' was not reached: " + why + "; the message may or may not be stored";
  }

  String unknown(ProcessId process) {
    return "there is no process " + process + "; 'nefele ps --all-states' lists yours";
  }

  /** An address means nobody. */
  String nobody(String to, List<String> missing) {
    return "nobody is behind '"
        + to
        + "'; 'nefele ps' lists your processes"
        + (missing.isEmpty() ? "" : "; no answer from " + missing);
  }

  String unknown(Name name, List<String> missing) {
    return "nobody has the name '"
        + name
        + "'; 'nefele ps' lists your processes"
        + (missing.isEmpty() ? "" : "; no answer from " + missing);
  }
}
