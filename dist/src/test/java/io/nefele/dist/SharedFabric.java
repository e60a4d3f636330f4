package io.nefele.dist;

import io.nefele.lib.AgentSockets;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.Response.AgentRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * A real fabric of three agents on this server, the same for all test classes that register this:
 * it is up before the first of their tests and down after the last. After each test, also one that
 * failed, no process is listed, agents that it has ended are there again and none is drained; names
 * are left to the tests.
 */
final class SharedFabric implements BeforeAllCallback, AfterEachCallback {
  static final int AGENTS = 3;

  private static final Duration MOMENT = Duration.ofSeconds(5);
  private static final Duration LAST_ENDS = Duration.ofSeconds(30);
  private static final String UP = Integer.toString(AGENTS);

  private Path home = Path.of("");
  private Installed installed = Installed.withHome(home, home);

  /** What runs until the last test of the module has ended. */
  private record Running(Path directory) implements AutoCloseable {

    static Running start() {
      try {
        Running running = new Running(Files.createTempDirectory("nefele"));
        running.installed().lines("up", UP);
        return running;
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    Path home() {
      return directory.resolve("h");
    }

    Installed installed() {
      return Installed.withHome(home(), directory);
    }

    @Override
    public void close() throws IOException {
      installed().lines("down");
      if (Files.exists(home())) {
        throw new IllegalStateException("nefele down leaves " + home() + " behind");
      }
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    Running running =
        context
            .getRoot()
            .getStore(Namespace.create(SharedFabric.class))
            .getOrComputeIfAbsent(Running.class, unused -> Running.start(), Running.class);
    home = running.home();
    installed = running.installed();
  }

  @Override
  public void afterEach(ExtensionContext context) throws NefeleException {
    if (!allAnswer()) {
      installed.lines("up", UP);
    }
    undrainAll();
    endAll();
  }

  private void undrainAll() throws NefeleException {
    try (Nefele connection = Nefele.connect(socket(1), MOMENT)) {
      for (AgentRow agent : connection.agents()) {
        if (agent.drained()) {
          connection.drain(agent.id(), false);
        }
      }
    }
  }

  /**
   * Ends what lives until nothing is listed: a process that a failed test was still starting, or
   * that is being moved, may appear after the first round.
   *
   * @throws IllegalStateException if processes are listed for {@link #LAST_ENDS}
   */
  private void endAll() throws NefeleException {
    long deadline = System.nanoTime() + LAST_ENDS.toNanos();
    for (List<String> left = processes(); !left.isEmpty(); left = processes()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("processes that do not end: " + left);
      }
      installed.shell("nefele kill -s KILL " + String.join(" ", left));
      installed.shell("nefele wait " + String.join(" ", left));
    }
  }

  private boolean allAnswer() {
    try {
      for (int agent = 1; agent <= AGENTS; agent++) {
        try (Nefele connection = Nefele.connect(socket(agent), MOMENT)) {
          connection.status();
        }
      }
      return true;
    } catch (NefeleException e) {
      return false;
    }
  }

  /** The command, for this fabric. */
  Installed nefele() {
    return installed;
  }

  Path home() {
    return home;
  }

  Path socket(int agent) {
    return AgentSockets.numbered(home, agent);
  }

  /**
   * Until just these processes live: agents that did not run it may list a process for a moment
   * after its end.
   */
  void awaitJust(String... processes) throws NefeleException {
    while (!processes().equals(List.of(processes))) {
      Thread.onSpinWait();
    }
  }

  /** The ids of all processes that live. */
  private List<String> processes() throws NefeleException {
    try (Nefele connection = Nefele.connect(socket(1), MOMENT)) {
      return connection.ps(false, MOMENT).rows().stream().map(row -> row.id().toString()).toList();
    }
  }

  /** The id of the agent on which a process is, or was. */
  static String agentOf(String process) {
    return process.substring(0, process.indexOf('.'));
  }

  /** The number of that agent. */
  int numberOf(String process) {
    return installed.lines("agents").stream()
        .map(line -> line.strip().split(" +"))
        .filter(columns -> columns[1].equals(agentOf(process)))
        .map(columns -> Integer.parseInt(columns[0]))
        .findFirst()
        .orElseThrow();
  }
}
