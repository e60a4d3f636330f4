package io.nefele.agent.linux;

import io.nefele.core.ProcessInput;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * A process to be started.
 *
 * @param token names the process for ever
 * @param gated whether it is held before its first instruction until released or aborted
 * @param own whether it is the host's own program that {@code argv} is for
 * @param argv the command and its arguments; a command without a slash is looked up in the PATH of
 *     {@code environment}
 * @param environment the whole environment; nothing is inherited
 * @param directory the working directory
 * @param stdout appended to, and created if missing; a relative path starts at the logs directory
 * @param stderr like {@code stdout}, and may be the same file
 * @param identity whom it runs as, if not as the agent itself; needs an agent run by root
 * @param limits what it may use, as far as the host can see to it
 * @param input what it reads
 * @param beside the token of a running process whose cgroup, namespaces and environment it shares,
 *     and whose directory it starts in if {@code directory} is empty
 */
public record Launch(
    long token,
    boolean gated,
    boolean own,
    List<String> argv,
    Map<String, String> environment,
    Path directory,
    Path stdout,
    Path stderr,
    Optional<Identity> identity,
    Limits limits,
    ProcessInput input,
    OptionalLong beside) {

  /** A Linux user and its group. */
  public record Identity(int uid, int gid) {}

  /**
   * What a process and all that it starts may use together; 0: whatever there is.
   *
   * @param cpuMillis thousandths of a core
   * @param pids how many processes and threads
   */
  public record Limits(int cpuMillis, long memoryBytes, int pids) {
    public static final Limits NONE = new Limits(0, 0, 0);

    boolean any() {
      return cpuMillis > 0 || memoryBytes > 0 || pids > 0;
    }
  }

  /** A process without limits that reads nothing. */
  public Launch(
      long token,
      boolean gated,
      List<String> argv,
      Map<String, String> environment,
      Path directory,
      Path stdout,
      Path stderr,
      Optional<Identity> identity) {
    this(
        token,
        gated,
        false,
        argv,
        environment,
        directory,
        stdout,
        stderr,
        identity,
        Limits.NONE,
        new ProcessInput.Empty(),
        OptionalLong.empty());
  }

  public Launch {
    argv = List.copyOf(argv);
    environment = new TreeMap<>(environment);
    if (argv.isEmpty()) {
      throw new IllegalArgumentException("a command is needed");
    }
    argv.forEach(Launch::refuseZero);
    environment.forEach(Launch::checkVariable);
  }

  private static void checkVariable(String name, String value) {
    refuseZero(name);
    refuseZero(value);
    if (name.isEmpty() || name.contains("=")) {
      throw new IllegalArgumentException("'" + name + "' can't name an environment variable");
    }
  }

  private static void refuseZero(String text) {
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a zero character can't be passed to a process: " + text);
    }
  }
}
