package io.nefele.bench.floor;

import io.nefele.bench.BenchFailure;
import io.nefele.bench.fabric.Distribution;
import io.nefele.bench.fabric.Run;
import io.nefele.bench.report.Samples;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** Round trips between processes of two Erlang nodes, by its distribution over TCP. */
public final class ErlangPingPong {
  private static final Duration LIMIT = Duration.ofSeconds(120);
  private static final Duration COMPILE_LIMIT = Duration.ofSeconds(30);
  private static final Duration EPMD_LIMIT = Duration.ofSeconds(10);
  private static final long EPMD_POLL_MILLIS = 10;

  /** Its length, and its kind: which names there are. A connection without any would be logged. */
  private static final byte[] NAMES_REQUEST = {0, 1, 'n'};

  /** Times are written when all have been taken; each node ends with the other. */
  private static final String MODULE =
      """
      -module(pingpong).
      -export([echo/0, call/1]).

      echo() ->
          register(echo, self()),
          ok = net_kernel:monitor_nodes(true),
          io:put_chars("ready\\n"),
          answer().

      answer() ->
          receive
              {call, Caller, Message} -> Caller ! Message, answer();
              {nodeup, _} -> answer();
              {nodedown, _} -> halt()
          end.

      call([Node, Size, WarmUp, Count]) ->
          Echo = {echo, list_to_atom(Node)},
          true = erlang:monitor_node(list_to_atom(Node), true),
          Message = binary:copy(<<0>>, list_to_integer(Size)),
          round_trips(Echo, Message, list_to_integer(WarmUp), []),
          Times = round_trips(Echo, Message, list_to_integer(Count), []),
          io:put_chars([[integer_to_list(Nanos), $\\n] || Nanos <- Times]),
          halt().

      round_trips(_, _, 0, Times) ->
          Times;
      round_trips(Echo, Message, Left, Times) ->
          Begin = erlang:monotonic_time(nanosecond),
          Echo ! {call, self(), Message},
          receive
              Answer when is_binary(Answer) -> ok;
              {nodedown, _} -> halt(1)
          end,
          Nanos = erlang:monotonic_time(nanosecond) - Begin,
          round_trips(Echo, Message, Left - 1, [Nanos | Times]).
      """;

  private ErlangPingPong() {}

  /** Whether this machine has Erlang and its compiler. */
  public static boolean isInstalled() {
    return InstalledProgram.areInstalled("erl", "erlc", "epmd");
  }

  /**
   * Measures {@code count} round trips of {@code size} bytes, after {@code warmUp} that are not
   * counted.
   *
   * @param distribution of no use here: no JVM is at either end
   * @param size of the message each way, in bytes
   */
  public static Samples measure(Distribution distribution, int size, int warmUp, int count)
      throws IOException, BenchFailure, InterruptedException {
    Path directory = Files.createTempDirectory(Path.of("/tmp"), "nefele-bench-");
    try {
      Nodes nodes = new Nodes(directory, freePort(), UUID.randomUUID().toString());
      nodes.compile();
      try (InstalledProgram epmd = nodes.startEpmd()) {
        nodes.awaitEpmd(epmd);
        return measure(nodes, size, warmUp, count);
      }
    } finally {
      PartnerJvm.deleteTree(directory);
    }
  }

  private static Samples measure(Nodes nodes, int size, int warmUp, int count)
      throws IOException, BenchFailure, InterruptedException {
    try (InstalledProgram echo = nodes.startNode("echo", "echo")) {
      ProcessLines.of("the echo in Erlang", echo.process(), LIMIT).next();
      try (InstalledProgram caller =
          nodes.startNode(
              "caller",
              "call",
              nodes.fullName("echo"),
              Integer.toString(size),
              Integer.toString(warmUp),
              Integer.toString(count))) {
        return samples(ProcessLines.of("the caller in Erlang", caller.process(), LIMIT), count);
      }
    }
  }

  static Samples samples(ProcessLines told, int count) throws BenchFailure, InterruptedException {
    Samples samples = new Samples();
    for (int i = 0; i < count; i++) {
      String line = told.next();
      try {
        samples.addNanos(Long.parseLong(line));
      } catch (NumberFormatException e) {
        throw new BenchFailure("Erlang did not tell a time, but: " + line);
      }
    }
    return samples;
  }

  /** It was free a moment ago. */
  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /**
   * What the nodes of one measurement have in common.
   *
   * @param directory where all that they write goes
   * @param epmdPort of a port mapper that only they know
   */
  private record Nodes(Path directory, int epmdPort, String cookie) {
    void compile() throws IOException, BenchFailure, InterruptedException {
      Path source = directory.resolve("pingpong.erl");
      Files.writeString(source, MODULE);
      List<String> command =
          List.of(InstalledProgram.path("erlc"), "-o", directory.toString(), source.toString());
      Run.of(command, environment(), COMPILE_LIMIT).orFail("erlc");
    }

    /** Not as a daemon, which would stay. */
    InstalledProgram startEpmd() throws IOException, BenchFailure {
      return InstalledProgram.start(
          builder(List.of(InstalledProgram.path("epmd"))).redirectOutput(Redirect.DISCARD));
    }

    void awaitEpmd(InstalledProgram epmd) throws BenchFailure, InterruptedException {
      long begin = System.nanoTime();
      while (!epmdListens()) {
        if (epmd.process().waitFor(EPMD_POLL_MILLIS, TimeUnit.MILLISECONDS)) {
          throw new BenchFailure("epmd ended before it answered");
        }
        if (System.nanoTime() - begin > EPMD_LIMIT.toNanos()) {
          throw new BenchFailure("epmd did not answer within " + EPMD_LIMIT.toSeconds() + " s");
        }
      }
    }

    private boolean epmdListens() {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), epmdPort)) {
        socket.setSoTimeout((int) EPMD_LIMIT.toMillis());
        socket.getOutputStream().write(NAMES_REQUEST);
        return socket.getInputStream().read() >= 0;
      } catch (IOException e) {
        return false;
      }
    }

    /**
     * A node that runs {@code function} of the module, with what it is given if that is anything.
     */
    InstalledProgram startNode(String name, String function, String... arguments)
        throws IOException, BenchFailure {
      List<String> command = new ArrayList<>(List.of(InstalledProgram.path("erl"), "-noinput"));
      command.addAll(List.of("-name", fullName(name), "-setcookie", cookie));
      command.addAll(List.of("-start_epmd", "false"));
      command.addAll(List.of("-kernel", "inet_dist_use_interface", "{127,0,0,1}"));
      command.addAll(List.of("-pa", directory.toString(), "-run", "pingpong", function));
      command.addAll(List.of(arguments));
      return InstalledProgram.start(builder(command));
    }

    String fullName(String name) {
      return "nefele-bench-" + name + "-" + ProcessHandle.current().pid() + "@127.0.0.1";
    }

    /** What goes wrong is told on standard error. */
    private ProcessBuilder builder(List<String> command) {
      ProcessBuilder builder =
          new ProcessBuilder(command).directory(directory.toFile()).redirectError(Redirect.INHERIT);
      builder.environment().putAll(environment());
      return builder;
    }

    /** Neither the user's settings nor files of the user's are for these nodes. */
    private Map<String, String> environment() {
      return Map.of(
          "HOME",
          directory.toString(),
          "ERL_EPMD_ADDRESS",
          "127.0.0.1",
          "ERL_EPMD_PORT",
          Integer.toString(epmdPort),
          "ERLC_USE_SERVER",
          "false");
    }
  }
}
