package io.nefele.dist;

import io.nefele.lib.AgentSockets;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
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
 * it is up before the first of their tests and down after the last. After each test its processes
 * are ended and agents that it has ended are there again; names are left to the tests.
 */
final class SharedFabric implements BeforeAllCallback, AfterEachCallback {
  static final int AGENTS = 3;

  private static final Duration MOMENT = Duration.ofSeconds(5);
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
    List<String> processes = processes();
    if (!processes.isEmpty()) {
      installed.shell("nefele kill -s KILL " + String.join(" ", processes));
      installed.shell("nefele wait " + String.join(" ", processes));
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
