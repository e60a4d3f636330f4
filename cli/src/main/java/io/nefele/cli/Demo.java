package io.nefele.cli;

import io.nefele.core.Bytes;
import io.nefele.core.ProcessId;
import io.nefele.lib.FabricView;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.ProcessSpec;
import io.nefele.wire.Response;
import io.nefele.wire.Response.AgentRow;
import io.nefele.wire.Response.ProcessRow;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The demonstration's story. A step that the fabric does not confirm ends it with an exception. */
final class Demo {
  private static final int PROCESSES = 10;
  private static final Duration DEADLINE = Duration.ofSeconds(2);
  private static final Duration HEALING = Duration.ofSeconds(30);
  private static final Duration REPLY = Duration.ofSeconds(15);

  /**
   * What the spawned processes are: shell scripts that answer each message to its sender, and go on
   * when their agent is away for a while.
   */
  private static final String ECHO =
      """
      tab=$(printf '\\t')
      while :; do
        if message=$(nefele recv --with-sender); then
          nefele send "${message%%"$tab"*}" "${message#*"$tab"}, says $NEFELE_ID"
        else
          sleep 1
        fi
      done
      """;

  private final FabricHome home;
  private final Distribution distribution;
  private final int size;
  private final LocalFabric fabric;
  private final OwnProcesses linux;
  private final DemoPage page;
  private final Map<String, Integer> numbers = new HashMap<>();
  private List<ProcessId> processes = List.of();

  Demo(Console console, FabricHome home, Distribution distribution, int size) {
    this.home = home;
    this.distribution = distribution;
    this.size = size;
    this.fabric = new LocalFabric(home);
    this.linux = new OwnProcesses(home);
    this.page = new DemoPage(console);
  }

  /** Tells the story but for its end. */
  void tell() throws NefeleException, IOException {
    page.step("Start agents: each finds the others, and they become one fabric", this::form);
    page.step("Start processes: all of them or none, wherever there is room", this::spawn);
    page.step("Ask another agent: one image of all servers", this::list);
    page.step("Send messages across servers: by id, and by name", this::talk);
    int victim = numberOf(processes.getLast());
    page.step("Crash an agent (kill -9): the others heal, the rest goes on", () -> crash(victim));
    page.step("Start it again: its processes have outlived it", () -> comeBack(victim));
  }

  private String form() throws NefeleException, IOException {
    page.asked("nefele up " + size);
    LocalFabric.Wish wish =
        new LocalFabric.Wish(false, false, OptionalInt.empty(), new TreeMap<>());
    FabricView view = fabric.up(size, wish, distribution, HEALING.multipliedBy(2)).view();
    for (AgentRow agent : view.agents()) {
      numbers.put(agent.id(), agent.number());
    }
    GroupTree.lines(view.groups(), view.agents()).forEach(page::answered);
    return "each of the " + size + " agents sees all, under one top group";
  }

  private String spawn() throws NefeleException {
    page.asked("nefele spawn --at 1 -n " + PROCESSES + " --name echo -- /bin/sh -c '...'");
    processes = spawnEcho(PROCESSES, "echo");
    check(new HashSet<>(processes).size() == PROCESSES, "ids: " + processes);
    Set<Integer> hosts = new TreeSet<>();
    for (ProcessId process : processes) {
      hosts.add(numberOf(process));
    }
    page.answered(processes.getFirst() + " ... " + processes.getLast());
    check(hosts.size() > 1, "all processes are on agent " + hosts);
    return PROCESSES + " ids, on agents " + hosts;
  }

  private List<ProcessId> spawnEcho(int count, String name) throws NefeleException {
    try (Nefele agent = connect(1)) {
      return agent.spawn(
          ProcessSpec.of(List.of("/bin/sh", "-c", ECHO))
              .count(count)
              .name(name)
              .memoryBytes(256 << 20)
              .build());
    }
  }

  private String list() throws NefeleException {
    page.asked("nefele ps --at " + size);
    List<ProcessRow> rows = awaitStates(size, Set.copyOf(processes), Set.of());
    page.table(ProcessTable.of(rows, System.currentTimeMillis()));
    int real = linux.tenants().size();
    check(real >= PROCESSES, "Linux has only " + real + " processes of this fabric");
    return "agent " + size + " lists all " + PROCESSES + ", running";
  }

  private String talk() throws NefeleException {
    ProcessId far = processes.getFirst();
    exchange(otherThan(numberOf(far)), far.toString(), "hello " + far);
    page.asked("nefele spawn --at 1 --name oracle -- /bin/sh -c '...'");
    ProcessId oracle = spawnEcho(1, "oracle").getFirst();
    page.answered(oracle.toString());
    int asked = otherThan(numberOf(oracle));
    awaitName(asked, "oracle");
    String answer = exchange(asked, "oracle", "hello whoever you are");
    check(answer.endsWith(", says " + oracle), "'" + answer + "' does not come from " + oracle);
    page.asked("nefele kill -s KILL " + oracle + " && nefele wait " + oracle);
    try (Nefele agent = connect(asked)) {
      agent.signal(List.of(oracle), Posix.SIGKILL);
      ProcessRow last = agent.await(oracle, REPLY);
      page.answered(last.state() + " " + last.exitCode().map(String::valueOf).orElse(""));
      check(last.state().equals("exited"), oracle + " is " + last.state());
    }
    return "both echoes came from another server than the one that was asked";
  }

  private static int otherThan(int number) {
    return number == 1 ? 2 : 1;
  }

  /** Names spread by gossip: a name is known elsewhere a moment after its process has started. */
  private void awaitName(int number, String name) throws NefeleException {
    page.asked("nefele lookup --at " + number + " " + name);
    page.await(
        HEALING,
        () -> {
          try (Nefele agent = connect(number)) {
            List<Response.MailboxRow> found = agent.lookup(name, DEADLINE);
            found.forEach(row -> page.answered(row.id() + "  " + row.distance()));
            return !found.isEmpty();
          } catch (NefeleException e) {
            if (e.kind() == ErrorKind.FAILED) {
              return false;
            }
            throw e;
          }
        },
        () -> "agent " + number + " does not know the name " + name);
  }

  /** Sends {@code text} by agent {@code number} and checks the echo. */
  private String exchange(int number, String to, String text) throws NefeleException {
    page.asked("nefele send --at " + number + " --as demo " + to + " '" + text + "'");
    try (Nefele agent = connect(number)) {
      agent.send(Optional.of("demo"), to, Bytes.utf8(text), REPLY);
      Response.Message reply =
          agent
              .receive("demo", REPLY)
              .orElseThrow(() -> failure("no reply from " + to + " within " + REPLY));
      String answer = reply.payload().utf8();
      page.answered(answer);
      String echo = text + ", says " + (ProcessId.isProcessId(to) ? to : "");
      check(answer.startsWith(echo), "'" + answer + "' is not the echo of '" + text + "'");
      return answer;
    }
  }

  private String crash(int victim) throws NefeleException, IOException {
    page.asked("nefele agent kill9 " + victim);
    fabric.end(victim, Posix.SIGKILL);
    Set<ProcessId> lost = on(victim);
    Set<ProcessId> others = new HashSet<>(processes);
    others.removeAll(lost);
    for (int number = 1; number <= size; number++) {
      if (number != victim) {
        awaitOneFabric(number, size - 1);
        awaitStates(number, others, lost);
      }
    }
    page.answered(
        "each other agent: "
            + (size - 1)
            + " agents under one top group, "
            + others.size()
            + " processes running, "
            + lost.size()
            + " lost");
    ProcessId survivor = others.iterator().next();
    exchange(otherThan(victim), survivor.toString(), "still there?");
    return "agent " + victim + "'s processes are shown as lost, all others run and answer";
  }

  private String comeBack(int victim) throws NefeleException, IOException {
    page.asked("nefele up " + size);
    LocalFabric.Wish wish =
        new LocalFabric.Wish(false, false, OptionalInt.empty(), new TreeMap<>());
    fabric.up(size, wish, distribution, HEALING);
    for (int number = 1; number <= size; number++) {
      awaitStates(number, Set.copyOf(processes), Set.of());
    }
    page.answered("each agent: " + size + " agents, all " + PROCESSES + " processes running");
    ProcessId returned = on(victim).iterator().next();
    exchange(otherThan(victim), returned.toString(), "welcome back");
    return "the same processes under the same ids, seen again by all";
  }

  /** Ends all, and looks whether anything is left. */
  void cleanUp() throws NefeleException, IOException {
    page.step(
        "Clean up",
        () -> {
          page.asked("nefele down");
          LocalFabric.Downed downed = fabric.down();
          page.answered(
              "ended " + downed.agents() + " agents and " + downed.inits() + " process hosts");
          List<Long> left = new ArrayList<>(linux.tenants());
          left.addAll(linux.inits());
          for (int number = 1; number <= size; number++) {
            linux.agent(number).ifPresent(left::add);
          }
          check(left.isEmpty(), "processes are left: " + left);
          check(Files.notExists(home.path()), home.path() + " is left");
          return "no process and no file is left";
        });
  }

  private void awaitOneFabric(int number, int expected) throws NefeleException {
    String[] missing = {""};
    page.await(
        HEALING,
        () -> {
          try (Nefele agent = connect(number)) {
            missing[0] =
                new FabricView(agent.agents(), agent.groups()).shortOfOne(expected).orElse("");
            return missing[0].isEmpty();
          }
        },
        () -> "agent " + number + ": " + missing[0]);
  }

  /** Waits until agent {@code number} shows exactly these processes in these states. */
  private List<ProcessRow> awaitStates(int number, Set<ProcessId> running, Set<ProcessId> lost)
      throws NefeleException {
    List<ProcessRow> rows = new ArrayList<>();
    page.await(
        HEALING,
        () -> {
          rows.clear();
          try (Nefele agent = connect(number)) {
            rows.addAll(agent.ps(false, DEADLINE).rows());
          }
          return inState(rows, "running").equals(running) && inState(rows, "lost").equals(lost);
        },
        () ->
            "agent "
                + number
                + " shows "
                + inState(rows, "running").size()
                + " running and "
                + inState(rows, "lost").size()
                + " lost, where "
                + running.size()
                + " and "
                + lost.size()
                + " are expected");
    return rows;
  }

  private static Set<ProcessId> inState(List<ProcessRow> rows, String state) {
    Set<ProcessId> found = new HashSet<>();
    for (ProcessRow row : rows) {
      if (row.state().equals(state)) {
        found.add(row.id());
      }
    }
    return found;
  }

  private Set<ProcessId> on(int number) {
    Set<ProcessId> found = new TreeSet<>();
    for (ProcessId process : processes) {
      if (numberOf(process) == number) {
        found.add(process);
      }
    }
    return found;
  }

  private int numberOf(ProcessId process) {
    return numbers.getOrDefault(process.agent().toString(), 0);
  }

  private Nefele connect(int number) throws NefeleException {
    return Nefele.connect(home.socket(number));
  }

  private static void check(boolean holds, String otherwise) throws NefeleException {
    if (!holds) {
      throw failure(otherwise);
    }
  }

  private static NefeleException failure(String message) {
    return new NefeleException(ErrorKind.FAILED, message);
  }
}
