package io.nefele.agent.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.core.Bytes;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Agents come and go; the init, its processes and their exits stay. */
final class InitSurvivalTest {
  private final InitFixture init;

  InitSurvivalTest(@TempDir Path directory) throws Exception {
    init = new InitFixture(directory);
  }

  @AfterEach
  void leavesNothing() throws Exception {
    init.close();
    assertTrue(Files.notExists(init.options.socket()));
  }

  @Test
  void aNewAgentLearnsWhatRunsAndWhatEnded() throws Exception {
    Fifo fifo = new Fifo(init.directory.resolve("fifo"));
    init.spawn(1, "sleep", "1000");
    HostEvent.Started running = init.told.started(1);
    init.spawn(2, "sh", "-c", "exec > fifo; exit 6");
    init.host.close();
    fifo.awaitNoWriter();

    init.reconnect();
    List<HostEvent.Standing> standings =
        init.resynchronized.standings().stream()
            .sorted(Comparator.comparingLong(HostEvent.Standing::token))
            .toList();
    assertEquals(2, standings.size());
    assertEquals(running, standings.get(0));
    // The pipe's end comes a moment before the exit, which may still be on its way.
    if (standings.get(1) instanceof HostEvent.Started) {
      init.told.exited(2);
      init.reconnect();
    }
    assertEquals(List.of(new ProcessEnding.ExitCode(6)), endings(init.resynchronized));
  }

  @Test
  void tellsAnExitAgainUntilItIsAcknowledged() throws Exception {
    init.spawn(1, "sh", "-c", "exit 6");
    HostEvent.Exited exited = init.told.exited(1);

    init.reconnect();
    assertEquals(List.of(exited), init.resynchronized.standings());
    init.host.acknowledge(List.of(1L));
    init.reconnect();
    assertEquals(List.of(), init.resynchronized.standings());
    assertEquals(List.of(), init.told.rest());
  }

  @Test
  void survivesTheKillOfTheAgentThatStartedIt(@TempDir Path other) throws Exception {
    ProcessBuilder command =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            ShortLivedAgent.class.getName(),
            other.toString());
    Process agent = command.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    int pid;
    try (BufferedReader said = agent.inputReader()) {
      pid = Integer.parseInt(said.readLine());
    }
    agent.destroyForcibly();
    assertTrue(agent.waitFor(30, TimeUnit.SECONDS));

    try (InitFixture again = new InitFixture(other)) {
      List<HostEvent.Standing> standings = again.resynchronized.standings();
      assertEquals(1, standings.size());
      HostEvent.Started sleeping = (HostEvent.Started) standings.getFirst();
      assertEquals(pid, sleeping.linuxPid());
      assertTrue(ProcessHandle.of(pid).isPresent());
    }
  }

  @Test
  void theNewestAgentHasTheInit() throws Exception {
    Told second = new Told();
    InitProcessHost host = InitProcessHost.open(init.options, second);

    assertEquals(init.resynchronized, second.resynchronized());
    init.told.disconnected();
    host.close();
    init.reconnect();
  }

  @Test
  void aSecondInitRefusesTheSocketOfALivingOne() throws Exception {
    Process second =
        new ProcessBuilder(
                init.options.binary().toString(),
                "--socket",
                init.options.socket().toString(),
                "--logs",
                init.options.logs().toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(second.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertEquals(3, second.waitFor());
    assertTrue(said.contains("Address already in use"), said);
    init.reconnect();
  }

  @Test
  void theSocketOfADeadInitIsReplaced() throws Exception {
    int dead = init.resynchronized.initPid();
    ProcessHandle.of(dead).orElseThrow().destroyForcibly();
    init.told.disconnected();
    assertTrue(Files.exists(init.options.socket()));

    init.reconnect();
    assertNotEquals(dead, init.resynchronized.initPid());
    assertEquals(List.of(), init.resynchronized.standings());
  }

  @Test
  void heldProcessesDieWithTheInit() throws Exception {
    Fifo fifo = new Fifo(init.directory.resolve("fifo"));
    init.spawn(1, "sh", "-c", "echo open > fifo");
    assertEquals("open", fifo.line());
    init.told.exited(1);
    init.host.spawn(init.launchInto(fifo.path, 2, "touch", "marker"));
    init.told.gated(2);
    ProcessHandle.of(init.resynchronized.initPid()).orElseThrow().destroyForcibly();
    init.told.disconnected();

    fifo.awaitNoWriter();
    assertTrue(Files.notExists(init.directory.resolve("marker")));
    init.reconnect();
  }

  @Test
  void agentsThatComeAtOnceShareOneInit(@TempDir Path other) throws Exception {
    InitOptions options =
        InitOptions.below(other, Optional.empty(), Duration.ofSeconds(60), Duration.ZERO);
    List<Told> tolds = List.of(new Told(), new Told(), new Told(), new Told());
    List<CompletableFuture<InitProcessHost>> hosts = new ArrayList<>();
    for (Told told : tolds) {
      CompletableFuture<InitProcessHost> host = new CompletableFuture<>();
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  host.complete(InitProcessHost.open(options, told));
                } catch (IOException e) {
                  host.completeExceptionally(e);
                }
              });
      hosts.add(host);
    }
    for (CompletableFuture<InitProcessHost> host : hosts) {
      host.get(30, TimeUnit.SECONDS).close();
    }

    Told last = new Told();
    InitProcessHost host = InitProcessHost.open(options, last);
    last.resynchronized();
    host.shutdown(Duration.ZERO);
    last.disconnected();
    assertTrue(Files.notExists(options.socket()));
  }

  @Test
  void terminatedItEndsItsProcessesFirst() throws Exception {
    Fifo fifo = new Fifo(init.directory.resolve("fifo"));
    init.spawn(1, "sh", "-c", "exec > fifo; (setsid sleep 1000 &) ; echo adopted; sleep 1000");
    assertEquals("adopted", fifo.line());
    init.spawn(2, "sh", "-c", "trap '' TERM; exec >> fifo; echo deaf; sleep 1000; sleep 1000");
    assertEquals("deaf", fifo.line());
    init.spawnGated(3, "touch", "marker");
    init.told.gated(3);

    ProcessHandle.of(init.resynchronized.initPid()).orElseThrow().destroy();
    assertEquals(new ProcessEnding.Signal(15), init.told.exited(1).ending());
    assertEquals(new ProcessEnding.Signal(9), init.told.exited(2).ending());
    assertEquals(new ProcessEnding.Aborted(), init.told.exited(3).ending());
    init.told.disconnected();
    fifo.awaitNoWriter();
    assertTrue(Files.notExists(init.directory.resolve("marker")));
    init.reconnect();
  }

  @Test
  void refusesNewProcessesWhileItShutsDown() throws Exception {
    Fifo fifo = new Fifo(init.directory.resolve("fifo"));
    init.spawn(1, "sh", "-c", "trap '' TERM; exec > fifo; echo deaf; sleep 1000; sleep 1000");
    assertEquals("deaf", fifo.line());
    init.host.shutdown(Duration.ofMinutes(1));
    init.spawn(2, "true");

    assertEquals(LaunchFailure.Reason.HOST_CLOSING, init.told.failed(2).reason());
    init.host.shutdown(Duration.ZERO);
    init.told.exited(1);
    init.told.disconnected();
    init.reconnect();
  }

  @Test
  void leavesByItselfWhenNothingIsToBeDone(@TempDir Path other) throws Exception {
    Told told = new Told();
    InitOptions brief =
        InitOptions.below(other, Optional.empty(), Duration.ofSeconds(1), Duration.ZERO);
    InitProcessHost host = InitProcessHost.open(brief, told);
    ProcessHandle process = ProcessHandle.of(told.resynchronized().initPid()).orElseThrow();
    host.close();

    process.onExit().get(30, TimeUnit.SECONDS);
    assertTrue(Files.notExists(brief.socket()));
  }

  @Test
  void aChangeIsToldOnlyToWhoHasTheList() throws Exception {
    try (SocketChannel channel =
        SocketChannel.open(UnixDomainSocketAddress.of(init.options.socket()))) {
      channel.write(InitProtocol.spawn(init.launch(1, false, "sleep", "1000")));
      channel.write(InitProtocol.list());

      assertInstanceOf(InitProtocol.Incoming.Hello.class, readFrame(channel));
      assertInstanceOf(InitProtocol.Incoming.Told.class, readFrame(channel));
      assertInstanceOf(InitProtocol.Incoming.Listed.class, readFrame(channel));
    }
    init.reconnect();
  }

  @Test
  void aMalformedRequestEndsTheConnectionOnly() throws Exception {
    init.spawn(1, "sleep", "1000");
    HostEvent.Started running = init.told.started(1);
    byte[][] malformed = {
      {0x7f, 0, 0, 0},
      {0, 0, 0, 1, 1},
      {0, 0, 0, 2, 9, 5},
      {0, 0, 0, 2, 1, 77},
      {0, 0, 0, 3, 1, 5, 0},
      {0, 0, 0, 6, 1, 2, 0x7f, 0, 0, 0},
      {0, 0, 0, 11, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0},
    };
    for (byte[] request : malformed) {
      try (SocketChannel channel =
          SocketChannel.open(UnixDomainSocketAddress.of(init.options.socket()))) {
        channel.write(ByteBuffer.wrap(request));
        readToEnd(channel);
      }
    }

    init.reconnect();
    assertEquals(List.of(running), init.resynchronized.standings());
  }

  private static InitProtocol.Incoming readFrame(SocketChannel channel) throws Exception {
    ByteBuffer header = readFully(channel, InitProtocol.HEADER_BYTES);
    return InitProtocol.decode(Bytes.wrap(readFully(channel, header.getInt()).array()));
  }

  private static ByteBuffer readFully(SocketChannel channel, int bytes) throws IOException {
    ByteBuffer read = ByteBuffer.allocate(bytes);
    while (read.hasRemaining()) {
      if (channel.read(read) < 0) {
        throw new EOFException();
      }
    }
    return read.flip();
  }

  private static void readToEnd(SocketChannel channel) throws IOException {
    ByteBuffer greeting = ByteBuffer.allocate(64);
    while (channel.read(greeting) >= 0) {
      greeting.clear();
    }
  }

  private static List<ProcessEnding> endings(HostEvent.Resynchronized resynchronized) {
    return resynchronized.standings().stream()
        .filter(HostEvent.Exited.class::isInstance)
        .map(standing -> ((HostEvent.Exited) standing).ending())
        .toList();
  }
}
