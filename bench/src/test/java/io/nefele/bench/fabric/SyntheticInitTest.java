package io.nefele.bench.fabric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.nefele.agent.linux.HostEvent;
import io.nefele.agent.linux.InitOptions;
import io.nefele.agent.linux.InitProcessHost;
import io.nefele.agent.linux.Launch;
import io.nefele.agent.linux.ProcessEnding;
import io.nefele.agent.linux.ProcessHost;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SyntheticInitTest {
  private static final int SIGKILL = 9;

  @TempDir private Path directory;

  private final BlockingQueue<HostEvent> told = new LinkedBlockingQueue<>();
  private SyntheticInit init;
  private InitProcessHost host;

  @BeforeEach
  void connect() throws Exception {
    Path socket = directory.resolve("sub/init.sock");
    init = SyntheticInit.listen(socket);
    InitOptions options =
        new InitOptions(
            socket,
            directory.resolve("never-started"),
            directory,
            Optional.empty(),
            Duration.ZERO,
            Duration.ZERO,
            Optional.empty(),
            0,
            InitOptions.Sandbox.PLAIN);
    host = InitProcessHost.open(options, told::add);
    assertEquals(List.of(), next(HostEvent.Resynchronized.class).standings());
  }

  @AfterEach
  void disconnect() throws IOException {
    host.close();
    init.close();
  }

  @Test
  void aProcessIsSaidToRunAtOnce() throws Exception {
    host.spawn(launch(7, false));
    assertEquals(7, next(HostEvent.Started.class).token());
  }

  @Test
  void aGatedProcessIsSaidToRunWhenItIsReleased() throws Exception {
    host.spawn(launch(7, true));
    assertEquals(7, next(HostEvent.Gated.class).token());
    host.release(List.of(7L));
    assertEquals(7, next(HostEvent.Started.class).token());
  }

  @Test
  void aGatedProcessIsSaidToHaveEndedWhenItIsAborted() throws Exception {
    host.spawn(launch(7, true));
    assertEquals(7, next(HostEvent.Gated.class).token());
    host.abort(List.of(7L));
    assertInstanceOf(ProcessEnding.Aborted.class, next(HostEvent.Exited.class).ending());
  }

  @Test
  void aSignalEndsAProcess() throws Exception {
    host.spawn(launch(7, false));
    assertEquals(7, next(HostEvent.Started.class).token());
    host.signal(7, SIGKILL, ProcessHost.Scope.TREE);
    assertEquals(new ProcessEnding.Signal(SIGKILL), next(HostEvent.Exited.class).ending());
  }

  private static Launch launch(long token, boolean gated) {
    return new Launch(
        token,
        gated,
        List.of("/bin/false"),
        Map.of(),
        Path.of("/"),
        Path.of("out"),
        Path.of("out"),
        Optional.empty());
  }

  private <E extends HostEvent> E next(Class<E> kind) throws InterruptedException {
    return assertInstanceOf(kind, told.poll(10, TimeUnit.SECONDS));
  }
}
