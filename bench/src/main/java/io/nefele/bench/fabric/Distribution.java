package io.nefele.bench.fabric;

import io.nefele.bench.BenchFailure;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The installed files that are measured.
 *
 * @param root the directory that holds {@code bin} and {@code lib}
 */
public record Distribution(Path root) {
  private static final Duration GIT_LIMIT = Duration.ofSeconds(10);

  /**
   * The distribution that the launcher started this from.
   *
   * @throws BenchFailure if it was started otherwise
   */
  public static Distribution current() throws BenchFailure {
    String root = System.getProperty("nefele.dist", "");
    if (root.isEmpty()) {
      throw new BenchFailure("benchmarks are run by way of the launcher: 'nefele bench'");
    }
    return new Distribution(Path.of(root).toAbsolutePath().normalize());
  }

  public String launcher() {
    return root.resolve("bin/nefele").toString();
  }

  public static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** The command that runs one agent as the command line would, without the agent's arguments. */
  public List<String> agentCommand() throws BenchFailure, IOException {
    List<String> command = new ArrayList<>(List.of(java(), "@" + root.resolve("lib/agent.flags")));
    Path cache = root.resolve("lib/agent.aot");
    if (Files.exists(cache) && isCacheOfThisJdk()) {
      command.add("-XX:AOTCache=" + cache);
    }
    command.addAll(
        List.of(
            "-Dnefele.dist=" + root,
            "-cp",
            String.join(File.pathSeparator, jars("agent")),
            "io.nefele.agent.AgentMain"));
    return command;
  }

  /** The command that runs {@code mainClass} of the benchmarks in a JVM of its own. */
  public List<String> benchCommand(List<String> jvmFlags, String mainClass) throws BenchFailure {
    List<String> command = new ArrayList<>(List.of(java(), "@" + root.resolve("lib/agent.flags")));
    command.addAll(jvmFlags);
    List<String> jars = new ArrayList<>(jars("bench"));
    jars.addAll(jars("agent"));
    command.addAll(
        List.of("-Dnefele.dist=" + root, "-cp", String.join(File.pathSeparator, jars), mainClass));
    return command;
  }

  /** Whether the distribution has the part that the launcher runs as {@code nefele PART}. */
  public boolean has(String part) {
    return Files.isDirectory(root.resolve("lib").resolve(part));
  }

  /** The source tree that the distribution was built in, if it is still there. */
  public Optional<Path> sourceTree() {
    Path tree = root.resolve("../../..").normalize();
    return Files.exists(tree.resolve("bench/pom.xml")) ? Optional.of(tree) : Optional.empty();
  }

  /** The commit of the source tree, {@code -dirty} behind it if files were changed since. */
  public String commit() throws IOException, InterruptedException, BenchFailure {
    Optional<Path> tree = sourceTree();
    if (tree.isEmpty()) {
      return "unknown";
    }
    List<String> describe =
        List.of("git", "-C", tree.get().toString(), "describe", "--always", "--dirty");
    try {
      Run git = Run.of(describe, Map.of(), GIT_LIMIT);
      return git.exitCode() == 0 ? git.output() : "unknown";
    } catch (IOException e) {
      return "unknown";
    }
  }

  private boolean isCacheOfThisJdk() throws IOException {
    List<String> jdk = Files.readAllLines(root.resolve("lib/jdk"));
    return jdk.size() > 1 && jdk.get(1).equals(System.getProperty("java.runtime.version"));
  }

  /** Sorted, as the cache is only good for the class path that it was made with. */
  private List<String> jars(String part) throws BenchFailure {
    Path directory = root.resolve("lib").resolve(part);
    String[] names = directory.toFile().list((dir, name) -> name.endsWith(".jar"));
    if (names == null || names.length == 0) {
      throw new BenchFailure("the installation is incomplete: no jar in " + directory);
    }
    Arrays.sort(names);
    return Arrays.stream(names).map(name -> directory.resolve(name).toString()).toList();
  }
}
