package io.nefele.cli;

import io.nefele.lib.FabricView;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.Response.AgentRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Waits until the agents of a local fabric are one: each sees all of them alive and under one top
 * group. The agents are polled, as what matters is what they answer.
 */
final class Convergence implements AutoCloseable {
  private static final long FIRST_POLL_MILLIS = 10;
  private static final long LAST_POLL_MILLIS = 200;

  /** Within 2 s a wait is some 20 ms longer, within 20 s the longest. */
  private static final double POLL_GROWTH = 1.01;

  private static final int LINES_SHOWN = 2;

  private final FabricHome home;
  private final Map<Integer, Optional<Long>> started;
  private final Map<Integer, Nefele> connections = new LinkedHashMap<>();

  /**
   * @param started the agents that this command has started and that must not die, with their pids;
   *     none for one that has ended already
   */
  Convergence(FabricHome home, Map<Integer, Optional<Long>> started) {
    this.home = home;
    this.started = started;
  }

  /**
   * Waits until the agents {@code numbers} are one fabric.
   *
   * @return how an agent sees the fabric then
   * @throws NefeleException if an agent has ended or the deadline passes; it names the agent
   */
  FabricView await(List<Integer> numbers, Duration timeout) throws NefeleException, IOException {
    long deadline = System.nanoTime() + timeout.toNanos();
    List<Integer> open = new ArrayList<>(numbers);
    Optional<FabricView> view = Optional.empty();
    double pollMillis = FIRST_POLL_MILLIS;
    while (true) {
      checkNoneEnded();
      if (Thread.currentThread().isInterrupted()) {
        throw new NefeleException(ErrorKind.FAILED, "interrupted");
      }
      int number = open.getFirst();
      Seen seen = look(number, numbers.size(), view);
      if (seen.view().isPresent()) {
        view = seen.view();
        open.removeFirst();
        if (open.isEmpty()) {
          return view.get();
        }
        continue;
      }
      if (System.nanoTime() > deadline) {
        throw new NefeleException(
            ErrorKind.PARTIAL,
            "the agents are not one fabric after "
                + Span.show(timeout.toMillis())
                + "; agent "
                + number
                + ": "
                + seen.missing()
                + lastLines(number));
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(Math.round(pollMillis)));
      pollMillis = Math.min(pollMillis * POLL_GROWTH, LAST_POLL_MILLIS);
    }
  }

  /** How an agent sees the fabric if that is one, else what is missing. */
  private record Seen(Optional<FabricView> view, String missing) {
    static Seen missing(String what) {
      return new Seen(Optional.empty(), what);
    }
  }

  /**
   * Asks for little as long as little is there, and for nothing twice: the agents that are coming
   * up need the processor more than this command does.
   *
   * @param before how an agent that was asked before sees one fabric
   */
  private Seen look(int number, int size, Optional<FabricView> before) {
    if (!connections.containsKey(number) && !Files.exists(home.socket(number))) {
      return Seen.missing("it does not listen yet");
    }
    try {
      Nefele agent = connect(number);
      List<AgentRow> agents;
      if (before.isPresent()) {
        // Its groups hold all of these, or are not yet one tree.
        agents = before.get().agents();
      } else {
        int known = agent.status().members();
        if (known < size) {
          return Seen.missing("it sees " + known + " of " + size + " agents");
        }
        agents = agent.agents();
      }
      FabricView view = new FabricView(agents, agent.groups());
      Optional<String> missing = view.shortOfOne(size);
      return missing.isPresent()
          ? Seen.missing(missing.get())
          : new Seen(Optional.of(view), "nothing");
    } catch (NefeleException e) {
      disconnect(number);
      return Seen.missing(String.valueOf(e.getMessage()));
    }
  }

  private Nefele connect(int number) throws NefeleException {
    Nefele agent = connections.get(number);
    if (agent == null) {
      // Not waited for: who goes away while it starts is to be named at once.
      agent = Nefele.connect(home.socket(number), Duration.ZERO);
      connections.put(number, agent);
    }
    return agent;
  }

  private void disconnect(int number) {
    Optional.ofNullable(connections.remove(number)).ifPresent(Nefele::close);
  }

  private void checkNoneEnded() throws NefeleException, IOException {
    for (Map.Entry<Integer, Optional<Long>> entry : started.entrySet()) {
      if (entry.getValue().filter(OwnProcesses::isAlive).isEmpty()) {
        throw new NefeleException(
            ErrorKind.FAILED, "agent " + entry.getKey() + " has ended" + lastLines(entry.getKey()));
      }
    }
  }

  private String lastLines(int number) throws IOException {
    List<String> lines;
    try {
      lines = Files.readAllLines(home.output(number));
    } catch (NoSuchFileException e) {
      return "";
    }
    List<String> last = lines.subList(Math.max(0, lines.size() - LINES_SHOWN), lines.size());
    return "; " + home.output(number) + " says:\n" + String.join("\n", last);
  }

  @Override
  public void close() {
    connections.values().forEach(Nefele::close);
  }
}
