package io.nefele.cli;

import io.nefele.core.Endpoint;
import io.nefele.lib.NefeleException;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Starts the agents of a local fabric, each a process of its own that outlives this command. */
final class AgentStart {
  private static final int MAX_SEEDS = 5;

  private final FabricHome home;
  private final FabricFile file;
  private final Distribution distribution;

  AgentStart(FabricHome home, FabricFile file, Distribution distribution) {
    this.home = home;
    this.file = file;
    this.distribution = distribution;
  }

  /**
   * Starts agent {@code number}; that it is ready is another matter.
   *
   * @return what starts it, and ends as soon as the agent's own process is there: an agent that
   *     were this command's child would have it wait for 0.3 s when it ends, as a JVM does for
   *     threads in system calls, and one of its threads waits for each child
   */
  Process start(int number) throws IOException, NefeleException {
    Path directory = home.agent(number);
    Files.createDirectories(directory);
    Files.deleteIfExists(home.socket(number));
    ProcessBuilder builder = new ProcessBuilder(command(number));
    builder.directory(directory.toFile());
    // Not with the command that started it: agents listen to their fabric, not to its caller.
    builder.environment().keySet().removeIf(name -> name.startsWith("NEFELE_"));
    builder.redirectInput(Redirect.from(new File("/dev/null")));
    builder.redirectErrorStream(true);
    builder.redirectOutput(Redirect.to(home.output(number).toFile()));
    return builder.start();
  }

  private List<String> command(int number) throws NefeleException {
    List<String> command = new ArrayList<>();
    if (file.namespaces()) {
      command.addAll(List.of("ip", "netns", "exec", Namespaces.of(home).agent(number)));
    }
    // A session of its own: a terminal's Ctrl-C or hang-up is not for agents.
    command.add("setsid");
    command.add("--fork");
    command.addAll(distribution.agentCommand());
    Endpoint at = Optional.ofNullable(file.agents().get(number)).orElseThrow();
    command.addAll(
        List.of(
            "--state", home.agent(number).toString(),
            "--socket", home.socket(number).toString(),
            "--bind", at.host(),
            "--port", Integer.toString(at.port()),
            "--fabric", "local-" + home.tag(),
            "--name", "agent-" + number,
            "--number", Integer.toString(number)));
    file.groupSize()
        .ifPresent(size -> command.addAll(List.of("--group-size", Integer.toString(size))));
    file.services()
        .forEach((service, k) -> command.addAll(List.of("--service", service + "=" + k)));
    if (!file.multicast()) {
      command.add("--no-multicast");
      seeds(number).forEach(seed -> command.addAll(List.of("--seed", seed.toString())));
    }
    return command;
  }

  /**
   * The agents before {@code number}, which were started before it, in a ring: nobody is
   * everybody's seed.
   */
  private List<Endpoint> seeds(int number) {
    List<Endpoint> ring = new ArrayList<>(file.agents().headMap(number).reversed().values());
    ring.addAll(file.agents().tailMap(number + 1).reversed().values());
    return ring.subList(0, Math.min(MAX_SEEDS, ring.size()));
  }
}
