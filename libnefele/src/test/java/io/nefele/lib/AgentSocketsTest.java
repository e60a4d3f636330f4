package io.nefele.lib;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentSocketsTest {
  @TempDir Path home = Path.of("");

  @Test
  void namedSocket_isTheOnlyCandidate() throws IOException {
    addAgent(1);
    assertEquals(
        List.of(Path.of("/run/x.sock")),
        AgentSockets.candidates(
            Map.of("NEFELE_SOCKET", "/run/x.sock", "NEFELE_HOME", home.toString())));
  }

  @Test
  void localFabric_isTriedByNumberAfterTheSingleAgent() throws IOException {
    addAgent(10);
    addAgent(2);
    Files.createDirectories(home.resolve("agents/lost+found"));
    Files.createFile(AgentSockets.single(home));
    assertEquals(
        List.of(
            AgentSockets.single(home),
            AgentSockets.numbered(home, 2),
            AgentSockets.numbered(home, 10)),
        AgentSockets.candidates(Map.of("NEFELE_HOME", home.toString())));
  }

  @Test
  void theServersAgentIsTriedLast_unlessAHomeIsNamed() throws IOException {
    Path service = Files.createFile(home.resolve("service.sock"));
    Path own = home.resolve("run");
    List<Path> found = AgentSockets.candidates(Map.of("XDG_RUNTIME_DIR", own.toString()), service);
    assertEquals(List.of(service), found);
    Path single = AgentSockets.single(AgentSockets.home(Map.of("XDG_RUNTIME_DIR", own.toString())));
    Files.createDirectories(single.getParent());
    Files.createFile(single);
    found = AgentSockets.candidates(Map.of("XDG_RUNTIME_DIR", own.toString()), service);
    assertEquals(List.of(single, service), found);
    assertEquals(
        List.of(home.resolve("agent.sock")),
        AgentSockets.candidates(Map.of("NEFELE_HOME", home.toString()), service));
  }

  @Test
  void nothingThere_leavesThePathToNameInTheError() {
    assertEquals(
        List.of(home.resolve("agent.sock")),
        AgentSockets.candidates(Map.of("NEFELE_HOME", home.toString(), "NEFELE_SOCKET", "")));
  }

  @Test
  void home_isPerUserInTheRunDirectory() {
    Path found = AgentSockets.home(Map.of("XDG_RUNTIME_DIR", "/run/user/7"));
    assertTrue(found.toString().matches("/run/user/7/nefele-[0-9]+"), found.toString());
    assertTrue(AgentSockets.home(Map.of()).startsWith("/tmp"));
  }

  @Test
  void pathsUpToTheLimitFit() {
    assertTrue(AgentSockets.fits(Path.of("/" + "x".repeat(106))));
    assertFalse(AgentSockets.fits(Path.of("/" + "x".repeat(107))));
  }

  private void addAgent(int number) throws IOException {
    Files.createDirectories(AgentSockets.directory(home, number));
    Files.createFile(AgentSockets.numbered(home, number));
  }
}
