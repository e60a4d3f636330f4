package io.nefele.dist;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.core.ProcessId;
import io.nefele.lib.Bundle;
import io.nefele.lib.Bundles;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.BundleRow;
import io.nefele.wire.ProcessSpec;
import io.nefele.wire.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Programs that the fabric brings to where they run. */
@Timeout(240)
class ShippingIT {
  private static final Duration MOMENT = Duration.ofSeconds(10);

  @RegisterExtension static final SharedFabric FABRIC = new SharedFabric();
  private final Installed nefele = FABRIC.nefele();

  @TempDir Path here = Path.of("");

  @Test
  void aProgramRunsOnServersThatNeverHadIt_andOnceItIsThereNoBytesAreSent() throws Exception {
    Path program = script("#!/bin/sh\necho $0 $NEFELE_BUNDLE $1\n: " + random(700_000) + "\n");
    try (Nefele one = Nefele.connect(FABRIC.socket(1))) {
      Bundles.Shipped shipped = one.bundles().ship(Bundle.ofFile(program));
      assertEquals(Files.size(program), shipped.sentBytes());
      Files.delete(program);

      List<BundleRow.Moved> before = moved();
      TreeSet<String> agents = new TreeSet<>();
      for (ProcessId process : one.spawn(spread(shipped.bundle()))) {
        agents.add(process.agent().toString());
        assertEquals(0, one.await(process, MOMENT).exitCode().orElseThrow());
        String bundle = FABRIC.home() + "/agents/" + FABRIC.numberOf(process.toString());
        Response.Output output = one.streams().readLog(process, false, 0);
        String[] words = output.content().utf8().strip().split(" ");
        assertTrue(words[0].startsWith(bundle) && words[0].endsWith("/prog"), words[0]);
        assertTrue(words[0].startsWith(words[1]) && words[2].equals("first"), words[1]);
      }
      assertEquals(SharedFabric.AGENTS, agents.size());
      List<BundleRow.Moved> after = moved();
      for (int k = 1; k < SharedFabric.AGENTS; k++) {
        long received = after.get(k).receivedBytes() - before.get(k).receivedBytes();
        assertTrue(received >= shipped.bytes() && received < shipped.bytes() + 1000, "" + received);
      }
      long sent = after.getFirst().sentBytes() - before.getFirst().sentBytes();
      assertTrue(sent <= 2 * shipped.bytes(), sent + " of " + shipped.bytes());

      one.spawn(spread(shipped.bundle()));
      assertEquals(after, moved());
    }
  }

  @Test
  void aDirectoryIsRunFrom_andWhatIsNotInItIsRefused() throws IOException {
    Path tree = Files.createDirectories(here.resolve("tree/bin"));
    Files.writeString(tree.resolveSibling("data"), "from the bundle\n");
    Files.createSymbolicLink(tree.resolve("link"), Path.of("../data"));
    Files.move(script("#!/bin/sh\ncat data bin/link\n"), tree.resolve("prog"));
    assertEquals(
        List.of("from the bundle", "from the bundle"),
        nefele.shell("cd " + here + " && nefele run --ship tree -- bin/prog").lines());
    Installed.Ended missing =
        nefele.shell("cd " + here + " && nefele run --ship tree -- ./missing");
    assertEquals(2, missing.exitCode());
    assertTrue(missing.err().contains("'./missing' is not in"), missing.err());
    assertTrue(
        nefele.lines("bundles").stream().anyMatch(line -> line.matches(".* 2 .*whole.*")),
        nefele.lines("bundles")::toString);
  }

  @Test
  void itsLibrariesGoWithAProgram_orItIsRefusedWithTheirNames() throws IOException {
    Files.writeString(here.resolve("own.c"), "int own(void) { return 5; }\n");
    Files.writeString(here.resolve("main.c"), "int own(void); int main(void) { return own(); }\n");
    String in = "cd " + here + " && ";
    Installed.Ended built =
        nefele.shell(
            in + "cc -shared -o libown.so own.c && cc -o prog main.c -L. -lown && rm own.c main.c");
    assertEquals(0, built.exitCode(), built::toString);
    Installed.Ended refused = nefele.shell(in + "nefele run ./prog");
    assertEquals(2, refused.exitCode());
    assertTrue(refused.err().contains("not here: libown.so;"), refused.err());
    assertEquals(5, nefele.shell(in + "LD_LIBRARY_PATH=$PWD nefele run ./prog").exitCode());

    byte[] other = Files.readAllBytes(here.resolve("prog"));
    other[18] = (byte) 183;
    Files.write(here.resolve("prog"), other);
    Installed.Ended foreign = nefele.shell(in + "nefele run ./prog");
    assertEquals(4, foreign.exitCode());
    assertTrue(foreign.err().contains("arch=aarch64': no agent has that; arch is"), foreign.err());
  }

  private static ProcessSpec spread(String bundle) {
    return ProcessSpec.of(List.of("./prog", "first"))
        .count(SharedFabric.AGENTS)
        .constraints(List.of("spread server=1"))
        .bundle(Optional.of(bundle))
        .build();
  }

  private static List<BundleRow.Moved> moved() throws NefeleException {
    List<BundleRow.Moved> all = new ArrayList<>();
    for (int k = 1; k <= SharedFabric.AGENTS; k++) {
      try (Nefele agent = Nefele.connect(FABRIC.socket(k))) {
        all.add(agent.bundles().list().moved());
      }
    }
    return all;
  }

  private Path script(String content) throws IOException {
    Path script = Files.writeString(here.resolve("prog"), content, UTF_8);
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    return script;
  }

  private static String random(int length) {
    return new Random(1)
        .ints(length, 'a', 'z')
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
