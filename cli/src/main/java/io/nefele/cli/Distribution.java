package io.nefele.cli;

import io.nefele.lib.NefeleException;
import io.nefele.wire.ErrorKind;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The installed files: {@code bin/nefele}, {@code lib/agent/*.jar}, {@code lib/agent.flags}, and
 * the caches that the build has made.
 *
 * @param root the directory that holds {@code bin} and {@code lib}
 * @param aotCaches whether the caches were made by the JDK that runs this
 */
record Distribution(Path root, boolean aotCaches) {
  static final String AGENT_MAIN = "io.nefele.agent.AgentMain";

  /**
   * The distribution that the launcher started this from.
   *
   * @throws NefeleException if it was started otherwise
   */
  static Distribution current() throws NefeleException {
    String root = System.getProperty("nefele.dist", "");
    if (root.isEmpty()) {
      throw new NefeleException(
          ErrorKind.FAILED, "agents can only be started by way of the 'nefele' launcher");
    }
    return new Distribution(Path.of(root), Boolean.getBoolean("nefele.aot"));
  }

  /** Keeps frames between network namespaces waiting. */
  Path netDelay() {
    return root.resolve("lib/nefele-netdelay");
  }

  Path agentCache() {
    return root.resolve("lib/agent.aot");
  }

  /** The command that runs an agent, without the agent's own arguments. */
  List<String> agentCommand() throws NefeleException {
    return agentCommand(List.of());
  }

  /**
   * The command that runs an agent.
   *
   * @param extraFlags for the Java virtual machine
   */
  List<String> agentCommand(List<String> extraFlags) throws NefeleException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + root.resolve("lib/agent.flags"));
    if (aotCaches && Files.exists(agentCache())) {
      command.add("-XX:AOTCache=" + agentCache());
    }
    command.addAll(extraFlags);
    command.add("-Dnefele.dist=" + root);
    command.add("-cp");
    command.add(classPath("agent"));
    command.add(AGENT_MAIN);
    return command;
  }

  /** In a fixed order, as a cache is only good for the very class path it was made with. */
  private String classPath(String part) throws NefeleException {
    Path directory = root.resolve("lib").resolve(part);
    String[] jars = directory.toFile().list((dir, name) -> name.endsWith(".jar"));
    if (jars == null || jars.length == 0) {
      throw new NefeleException(
          ErrorKind.FAILED, "the installation is incomplete: no jar in " + directory);
    }
    Arrays.sort(jars);
    List<String> paths = new ArrayList<>();
    for (String jar : jars) {
      paths.add(directory.resolve(jar).toString());
    }
    return String.join(File.pathSeparator, paths);
  }
}
