package io.nefele.cli;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** All commands, in the order in which the overview shows them. */
final class CommandList {
  private static final String FABRIC = "A fabric on this machine";
  private static final String PROCESSES = "Processes";
  private static final String JOBS = "Jobs";
  private static final String MESSAGES = "Messages";
  private static final String WHO = "The fabric";
  private static final String SHELL = "The shell";

  /**
   * One command.
   *
   * @param takesCommand whether all behind its first positional argument belongs to that
   * @param make builds the object that picocli fills and runs
   */
  record Entry(
      String section,
      String name,
      String summary,
      boolean takesCommand,
      Function<Console, Object> make) {

    Entry(String section, String name, String summary, Function<Console, Object> make) {
      this(section, name, summary, false, make);
    }
  }

  static final List<Entry> ENTRIES =
      List.of(
          new Entry(FABRIC, "demo", "Show the main things on real processes.", DemoCommand::new),
          new Entry(FABRIC, "up", "Run agents on this machine, as one fabric.", UpCommand::new),
          new Entry(FABRIC, "down", "End that fabric and leave nothing behind.", DownCommand::new),
          new Entry(
              FABRIC, "agent", "Run one agent, or stop, kill, freeze one.", AgentCommand::new),
          new Entry(
              FABRIC, "net", "Cut, delay and heal the network between agents.", NetCommand::new),
          new Entry(WHO, "agents", "List the agents.", AgentsCommand::new),
          new Entry(WHO, "groups", "Show the hierarchy of groups.", GroupsCommand::new),
          new Entry(WHO, "status", "Show what one agent says of itself.", StatusCommand::new),
          new Entry(WHO, "bundles", "List the programs shipped to an agent.", BundlesCommand::new),
          new Entry(WHO, "tenant", "Make, list, change and remove tenants.", TenantCommand::new),
          new Entry(
              WHO, "events", "Tell what happened to processes and groups.", EventsCommand::new),
          new Entry(PROCESSES, "spawn", "Start processes, all or none.", true, SpawnCommand::new),
          new Entry(
              PROCESSES,
              "plan",
              "Show where processes would run; hold it.",
              true,
              PlanCommand::new),
          new Entry(PROCESSES, "explain", "Tell why processes run there.", ExplainCommand::new),
          new Entry(PROCESSES, "history", "Show what programs have used.", HistoryCommand::new),
          new Entry(PROCESSES, "run", "Run a process as if it ran here.", true, RunCommand::new),
          new Entry(PROCESSES, "exec", "Run another beside a process.", true, ExecCommand::new),
          new Entry(PROCESSES, "top", "Watch the busiest processes.", TopCommand::new),
          new Entry(PROCESSES, "ps", "List processes on all servers.", PsCommand::new),
          new Entry(PROCESSES, "inspect", "Show one process.", InspectCommand::new),
          new Entry(PROCESSES, "wait", "Wait until processes have ended.", WaitCommand::new),
          new Entry(PROCESSES, "kill", "Send a signal to processes.", KillCommand::new),
          new Entry(PROCESSES, "logs", "Print what a process has written.", LogsCommand::new),
          new Entry(JOBS, "apply", "Make a job be what its file says.", ApplyCommand::new),
          new Entry(JOBS, "jobs", "List jobs and their parts.", JobsCommand::new),
          new Entry(JOBS, "job", "End a job.", JobCommand::new),
          new Entry(
              JOBS,
              "replace",
              "Replace the processes of a name, a few at a time.",
              ReplaceCommand::new),
          new Entry(MESSAGES, "send", "Send a message.", SendCommand::new),
          new Entry(MESSAGES, "recv", "Take messages out of a mailbox.", RecvCommand::new),
          new Entry(MESSAGES, "call", "Send a request and wait for the reply.", CallCommand::new),
          new Entry(MESSAGES, "publish", "Tell all subscribers of a topic.", PublishCommand::new),
          new Entry(MESSAGES, "subscribe", "Get what is published.", SubscribeCommand::new),
          new Entry(MESSAGES, "close", "Close a mailbox of no process.", CloseCommand::new),
          new Entry(MESSAGES, "claim", "Have a name for one process alone.", ClaimCommand::new),
          new Entry(
              MESSAGES,
              "pool",
              "Keep as many processes as a name has work.",
              true,
              PoolCommand::new),
          new Entry(MESSAGES, "expose", "Have a name called from outside.", ExposeCommand::new),
          new Entry(MESSAGES, "unexpose", "Have it called no longer.", UnexposeCommand::new),
          new Entry(MESSAGES, "fabric", "Say how other fabrics are reached.", FabricCommand::new),
          new Entry(MESSAGES, "lookup", "Show the mailboxes behind a name.", LookupCommand::new),
          new Entry(
              SHELL,
              "completion",
              "Print what completes commands in bash.",
              CompletionCommand::new));

  private CommandList() {}

  static Optional<Entry> find(String name) {
    return ENTRIES.stream().filter(entry -> entry.name().equals(name)).findFirst();
  }
}
