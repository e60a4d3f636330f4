package io.nefele.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.core.Endpoint;
import io.nefele.lib.NefeleException;
import io.nefele.wire.ErrorKind;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a local fabric keeps in its home, and how it tells its own processes from others. */
@Timeout(30)
class FabricHomeTest {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  @TempDir Path directory = Path.of("");

  @Test
  void home_isForItsUserAlone() throws Exception {
    FabricHome home = new FabricHome(directory.resolve("h"));
    home.create();
    home.create();
    assertEquals(
        "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(home.path())));
  }

  @Test
  void homeThatIsALink_isRefused() throws Exception {
    Path target = Files.createDirectory(directory.resolve("t"));
    Path link = Files.createSymbolicLink(directory.resolve("l"), target);
    NefeleException e = assertThrows(NefeleException.class, () -> new FabricHome(link).create());
    assertEquals(ErrorKind.REFUSED, e.kind());
  }

  @Test
  void homeTooLongForSockets_isWrongUsage() {
    FabricHome home = new FabricHome(directory.resolve("x".repeat(100)));
    NefeleException e = assertThrows(NefeleException.class, home::create);
    assertEquals(ErrorKind.USAGE, e.kind());
    assertTrue(e.getMessage().contains("107 bytes"), e.getMessage());
  }

  @Test
  void homes_haveDifferentTags() {
    assertNotEquals(
        new FabricHome(Path.of("/tmp/a")).tag(), new FabricHome(Path.of("/tmp/b")).tag());
  }

  @Test
  void fabricFile_comesBackAsItWasWritten() throws Exception {
    TreeMap<Integer, Endpoint> agents = new TreeMap<>();
    agents.put(1, new Endpoint("127.0.0.1", 11_000));
    agents.put(12, new Endpoint("10.3.0.13", 4747));
    TreeMap<String, Integer> services = new TreeMap<>();
    services.put("analytics", 4);
    for (boolean flag : List.of(true, false)) {
      FabricFile file =
          new FabricFile(
              flag, flag, flag ? OptionalInt.of(3) : OptionalInt.empty(), services, agents);
      file.write(directory);
      assertEquals(Optional.of(file), FabricFile.read(directory));
    }
  }

  @Test
  void damagedFabricFile_isAnErrorThatNamesIt() throws Exception {
    assertEquals(Optional.empty(), FabricFile.read(directory));
    for (String content : List.of("", "nefele-fabric 1\nagent 1 x", "nefele-fabric 1\n\0")) {
      Files.writeString(directory.resolve("fabric"), content);
      NefeleException e = assertThrows(NefeleException.class, () -> FabricFile.read(directory));
      assertTrue(e.getMessage().contains(directory.resolve("fabric").toString()));
    }
  }

  @Test
  void portsInUse_areNotTaken() throws Exception {
    int free = FreePorts.find(LOOPBACK, 17, List.of());
    assertTrue(FreePorts.isFree(LOOPBACK, free));
    try (ServerSocket other = new ServerSocket()) {
      // The second of the pair counts as well.
      other.bind(new InetSocketAddress(LOOPBACK, free + 1));
      assertFalse(FreePorts.isFree(LOOPBACK, free));
      int next = FreePorts.find(LOOPBACK, 17, List.of());
      assertNotEquals(free, next);
      assertNotEquals(next, FreePorts.find(LOOPBACK, 17, List.of(next)));
    }
  }

  @Test
  void ownProcesses_areKnownByWhatTheyAre() throws Exception {
    FabricHome home = new FabricHome(directory);
    OwnProcesses own = new OwnProcesses(home);
    String socket = home.socket(1).toString();
    Process tenant = sleeper(Map.of("NEFELE_SOCKET", socket, "NEFELE_ID", "7h3kq2m9x4.1.1"));
    Process userShell = sleeper(Map.of("NEFELE_SOCKET", socket));
    Process other =
        sleeper(Map.of("NEFELE_SOCKET", "/elsewhere/agent.sock", "NEFELE_ID", "7h3kq2m9x4.1.1"));
    try {
      assertEquals(List.of(tenant.pid()), own.tenants());
      assertEquals(List.of(), own.inits());
      assertEquals(Optional.empty(), own.agent(1));
    } finally {
      for (Process process : List.of(tenant, userShell, other)) {
        process.destroyForcibly();
      }
    }
    assertTrue(tenant.waitFor(10, TimeUnit.SECONDS));
    assertEquals(List.of(), OwnProcesses.awaitEnd(List.of(tenant.pid()), 5_000));
  }

  @Test
  void signals_reachAProcess() throws Exception {
    Process process = sleeper(Map.of());
    assertTrue(Posix.kill(process.pid(), Posix.SIGKILL));
    assertTrue(process.waitFor(10, TimeUnit.SECONDS));
    assertEquals(128 + Posix.SIGKILL, process.exitValue());
    assertFalse(Posix.kill(process.pid(), 0));
  }

  @Test
  void agentOfNoFabric_cannotBeStopped() {
    Map<String, String> environment = Map.of("NEFELE_HOME", directory.toString());
    Ran ran = Ran.command(environment, "", "agent", "stop", "3");
    assertEquals(2, ran.exitCode());
    assertTrue(ran.err().startsWith("nefele agent stop: the local fabric in"), ran.err());
  }

  @Test
  void down_removesWhatACrashedUpHasLeft_andIsIdempotent() throws Exception {
    FabricHome home = new FabricHome(directory.resolve("h"));
    home.create();
    Files.createDirectories(home.agent(1));
    Files.writeString(home.output(1), "was here");
    Map<String, String> environment = Map.of("NEFELE_HOME", home.path().toString());
    assertEquals(
        "ended 0 agents; removed " + home.path() + "\n",
        Ran.command(environment, "", "down").out());
    assertFalse(Files.exists(home.path()));
    Ran again = Ran.command(environment, "", "down");
    assertEquals("there is no fabric in " + home.path() + "\n", again.out());
    assertEquals(0, again.exitCode());
  }

  private static Process sleeper(Map<String, String> environment) throws IOException {
    ProcessBuilder builder = new ProcessBuilder("sleep", "60");
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.environment().put("PATH", "/usr/bin:/bin");
    return builder.redirectInput(new File("/dev/null")).start();
  }
}
