package io.nefele.cli;

import io.nefele.core.Endpoint;
import io.nefele.lib.FabricView;
import io.nefele.lib.NefeleException;
import io.nefele.wire.ErrorKind;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A fabric whose agents all run on this machine. What runs is read from the machine each time, so
 * that a crash at any point is repaired by the next {@code up} or {@code down}.
 */
final class LocalFabric {
  private static final long GRACE_MILLIS = 10_000;
  private static final long KILL_MILLIS = 5_000;
  private static final long EXEC_MILLIS = 2_000;

  private final FabricHome home;
  private final OwnProcesses processes;

  LocalFabric(FabricHome home) {
    this.home = home;
    this.processes = new OwnProcesses(home);
  }

  /**
   * What {@code up} has done.
   *
   * @param started the agents that did not run before
   * @param view how an agent sees the fabric now
   */
  record Upped(List<Integer> started, FabricFile file, FabricView view) {}

  /** How agents are to be started; a fabric that exists keeps what it was started with. */
  record Wish(
      boolean namespaces,
      boolean multicast,
      OptionalInt groupSize,
      SortedMap<String, Integer> services) {
    FabricFile newFile() {
      return new FabricFile(namespaces, multicast, groupSize, services, new TreeMap<>());
    }
  }

  /** Makes agents 1 to {@code size} run and waits until they are one fabric. */
  Upped up(int size, Wish wish, Distribution distribution, Duration timeout)
      throws IOException, NefeleException {
    if (wish.namespaces()) {
      Namespaces.checkPossible();
      NeighbourTable.checkRoomFor(size);
    }
    home.create();
    try (FileChannel lock = home.lock()) {
      Optional<FabricFile> before = FabricFile.read(home.path());
      FabricFile file = before.orElse(wish.newFile());
      checkFits(size, wish, file);
      List<Integer> numbers = new ArrayList<>();
      List<Integer> missing = new ArrayList<>();
      for (int number = 1; number <= size; number++) {
        numbers.add(number);
      }
      missing.addAll(numbers);
      missing.removeAll(processes.agents(numbers).keySet());
      file = place(file, missing);
      file.write(home.path());
      Map<Integer, Optional<Long>> started = startAll(file, missing, distribution);
      try (Convergence convergence = new Convergence(home, started)) {
        return new Upped(missing, file, convergence.await(numbers, timeout));
      }
    }
  }

  private void checkFits(int size, Wish wish, FabricFile file) throws NefeleException {
    if (file.agents().isEmpty()) {
      return;
    }
    if (wish.namespaces() != file.namespaces()
        || (wish.groupSize().isPresent() && !wish.groupSize().equals(file.groupSize()))
        || (!wish.services().isEmpty() && !wish.services().equals(file.services()))) {
      throw new NefeleException(
          ErrorKind.USAGE,
          "the fabric in "
              + home.path()
              + " was started with other options; run 'nefele down' first, or set NEFELE_HOME");
    }
    for (int number : file.agents().tailMap(size + 1).keySet()) {
      if (processes.agent(number).isPresent()) {
        throw new NefeleException(
            ErrorKind.USAGE,
            "up "
                + size
                + ": agent "
                + number
                + " runs already; stop it with 'nefele agent stop "
                + number
                + "' first, or run 'nefele down'");
      }
    }
  }

  /** Gives each of {@code missing} a place: its old one, unless somebody else has taken that. */
  private FabricFile place(FabricFile file, List<Integer> missing)
      throws IOException, NefeleException {
    if (file.namespaces()) {
      Namespaces namespaces = Namespaces.of(home);
      for (int number : missing) {
        file = file.with(number, namespaces.endpoint(number));
      }
      namespaces.create(missing);
      return file;
    }
    InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
    int spread = Integer.parseUnsignedInt(home.tag(), 16);
    for (int number : missing) {
      Endpoint before = file.agents().get(number);
      if (before == null || !FreePorts.isFree(loopback, before.port())) {
        List<Integer> taken = file.agents().values().stream().map(Endpoint::port).toList();
        int port = FreePorts.find(loopback, spread + number, taken);
        file = file.with(number, new Endpoint(loopback.getHostAddress(), port));
      }
    }
    return file;
  }

  /** Returns their pids; none for one that has ended already. */
  private Map<Integer, Optional<Long>> startAll(
      FabricFile file, List<Integer> numbers, Distribution distribution)
      throws IOException, NefeleException {
    AgentStart start = new AgentStart(home, file, distribution);
    StartPace pace = new StartPace(home, processes);
    List<Process> starts = new ArrayList<>();
    for (int number : numbers) {
      pace.await();
      starts.add(start.start(number));
      pace.started(number);
    }
    for (Process each : starts) {
      awaitEnd(each);
    }
    Map<Integer, Long> running = processes.awaitAgents(numbers, EXEC_MILLIS);
    Map<Integer, Optional<Long>> started = new LinkedHashMap<>();
    numbers.forEach(number -> started.put(number, Optional.ofNullable(running.get(number))));
    return started;
  }

  private static void awaitEnd(Process start) throws NefeleException {
    try {
      start.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NefeleException(ErrorKind.FAILED, "interrupted", e);
    }
  }

  /**
   * Signals the agent {@code number} itself; its processes are told nothing.
   *
   * @return its pid
   */
  long signal(int number, int signal) throws NefeleException, IOException {
    long pid = pid(number);
    if (!Posix.kill(pid, signal)) {
      throw new NefeleException(
          ErrorKind.REFUSED, "agent " + number + " can't be signalled: it is another user's");
    }
    return pid;
  }

  /** Signals the agent {@code number} and waits until it has ended. */
  void end(int number, int signal) throws NefeleException, IOException {
    long pid = signal(number, signal);
    if (!OwnProcesses.awaitEnd(List.of(pid), GRACE_MILLIS).isEmpty()) {
      throw new NefeleException(
          ErrorKind.PARTIAL,
          "agent "
              + number
              + " still runs after "
              + Span.show(GRACE_MILLIS)
              + "; end it with 'nefele agent kill9 "
              + number
              + "'");
    }
  }

  private long pid(int number) throws NefeleException, IOException {
    Optional<FabricFile> file = FabricFile.read(home.path());
    if (file.isEmpty() || !file.get().agents().containsKey(number)) {
      throw new NefeleException(
          ErrorKind.USAGE,
          "the local fabric in "
              + home.path()
              + " has no agent "
              + number
              + "; 'nefele agents' lists them");
    }
    return processes
        .agent(number)
        .orElseThrow(
            () ->
                new NefeleException(
                    ErrorKind.UNREACHABLE,
                    "agent "
                        + number
                        + " does not run; 'nefele up "
                        + file.get().agents().lastKey()
                        + "' starts it again"));
  }

  /**
   * What {@code down} has ended and removed.
   *
   * @param killed how many of the agents did not leave when asked
   */
  record Downed(int agents, int killed, int inits, int tenants, int namespaces, boolean files) {
    boolean nothing() {
      return agents + inits + tenants + namespaces == 0 && !files;
    }
  }

  /** Ends all and removes all, whatever state it is in. */
  Downed down() throws IOException, NefeleException {
    if (!Files.exists(home.path(), LinkOption.NOFOLLOW_LINKS)) {
      return new Downed(0, 0, 0, 0, 0, false);
    }
    home.create();
    try (FileChannel lock = home.lock()) {
      List<Long> agents = agents();
      // A frozen agent can't leave.
      agents.forEach(pid -> Posix.kill(pid, Posix.SIGTERM));
      agents.forEach(pid -> Posix.kill(pid, Posix.SIGCONT));
      List<Long> stubborn = OwnProcesses.awaitEnd(agents, GRACE_MILLIS);
      kill(stubborn);
      List<Long> inits = processes.inits();
      inits.forEach(pid -> Posix.kill(pid, Posix.SIGTERM));
      kill(OwnProcesses.awaitEnd(inits, KILL_MILLIS));
      List<Long> tenants = processes.tenants();
      kill(tenants);
      Cgroups.remove(home);
      int namespaces = Namespaces.of(home).remove();
      removeTree(home.path());
      return new Downed(
          agents.size(), stubborn.size(), inits.size(), tenants.size(), namespaces, true);
    }
  }

  private List<Long> agents() {
    List<Integer> numbers = new ArrayList<>();
    String[] names = home.path().resolve("agents").toFile().list();
    for (String name : names == null ? new String[0] : names) {
      if (name.matches("[0-9]{1,6}")) {
        numbers.add(Integer.parseInt(name));
      }
    }
    return new ArrayList<>(processes.agents(numbers).values());
  }

  private static void kill(List<Long> pids) throws NefeleException {
    pids.forEach(pid -> Posix.kill(pid, Posix.SIGKILL));
    List<Long> alive = OwnProcesses.awaitEnd(pids, KILL_MILLIS);
    if (!alive.isEmpty()) {
      throw new NefeleException(
          ErrorKind.FAILED, "the processes " + alive + " do not end, even by SIGKILL");
    }
  }

  private static void removeTree(Path root) throws IOException {
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw e;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e)
              throws IOException {
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
