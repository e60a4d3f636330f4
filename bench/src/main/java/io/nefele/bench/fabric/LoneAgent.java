package io.nefele.bench.fabric;

import io.nefele.bench.BenchFailure;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.Response.GroupRow;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** One agent, started without the command line in between. */
public final class LoneAgent {
  private static final long FABRIC_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final int PORT_TRIES = 100;

  private LoneAgent() {}

  /** From before the start of the JVM; see {@link #start}. */
  public record Times(long readyNanos, long fabricOfOneNanos) {}

  /** Starts an agent, waits until it is a fabric of one, and ends it. */
  public static Times start(Distribution distribution)
      throws IOException, BenchFailure, InterruptedException, NefeleException {
    try (BenchFabric home = BenchFabric.empty(distribution)) {
      Files.createDirectories(home.directory(1));
      List<String> command = new ArrayList<>(distribution.agentCommand());
      command.addAll(
          List.of(
              "--state",
              home.directory(1).toString(),
              "--socket",
              home.socket(1).toString(),
              "--bind",
              "127.0.0.1",
              "--port",
              Integer.toString(freePort()),
              "--number",
              "1",
              "--no-multicast"));
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      long begin = System.nanoTime();
      Process agent = builder.start();
      try {
        awaitReady(agent);
        long ready = System.nanoTime();
        awaitFabric(home);
        return new Times(ready - begin, System.nanoTime() - begin);
      } finally {
        agent.destroy();
        if (!agent.waitFor(10, TimeUnit.SECONDS)) {
          agent.destroyForcibly();
        }
      }
    }
  }

  private static void awaitReady(Process agent) throws IOException, BenchFailure {
    BufferedReader output = agent.inputReader(StandardCharsets.UTF_8);
    String last = "nothing";
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.equals("ready")) {
        return;
      }
      last = line;
    }
    throw new BenchFailure("the agent ended before it was ready; it said: " + last);
  }

  private static void awaitFabric(BenchFabric home) throws NefeleException, BenchFailure {
    Nefele client = home.client(1);
    long deadline = System.nanoTime() + FABRIC_LIMIT_NANOS;
    while (System.nanoTime() < deadline) {
      List<GroupRow> groups = client.groups();
      if (groups.size() == 1 && groups.getFirst().members().size() == 1) {
        return;
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
    throw new BenchFailure("one agent was no fabric of one after 60 s");
  }

  /** An agent takes the port and the next one. */
  private static int freePort() throws IOException, BenchFailure {
    for (int i = 0; i < PORT_TRIES; i++) {
      try (ServerSocket first = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
          ServerSocket second =
              new ServerSocket(first.getLocalPort() + 1, 1, InetAddress.getLoopbackAddress())) {
        return second.getLocalPort() - 1;
      } catch (IOException | IllegalArgumentException e) {
        // Somebody else has the next one.
      }
    }
    throw new BenchFailure("no two free ports in a row were found");
  }
}
