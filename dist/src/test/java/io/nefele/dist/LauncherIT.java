package io.nefele.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher, with JDKs of all kinds. */
class LauncherIT {
  @TempDir Path directory = Path.of("");
  private Installed nefele = Installed.withHome(directory, directory);

  @BeforeEach
  void install() {
    nefele = Installed.withHome(directory.resolve("home"), directory);
  }

  @Test
  void tooOldJdk_isNamedWithItsVersion() throws IOException {
    Path old = jdk("17.0.15");
    Installed.Ended ended = nefele.with("NEFELE_JAVA_HOME", old.toString()).run("--version");
    assertEquals(1, ended.exitCode());
    assertEquals(
        "nefele: NEFELE_JAVA_HOME=" + old + " is not a JDK >= 25, but Java 17.0.15\n", ended.err());
  }

  @Test
  void noJdkThere_isSaid() {
    Installed.Ended ended = nefele.with("NEFELE_JAVA_HOME", directory.toString()).run("--version");
    assertEquals(1, ended.exitCode());
    assertEquals("nefele: NEFELE_JAVA_HOME=" + directory + " is not a JDK >= 25\n", ended.err());
  }

  @Test
  void oldJavaHome_isPassedOverForTheOneThatBuiltIt() throws IOException {
    Installed.Ended ended =
        nefele
            .with("NEFELE_JAVA_HOME", "")
            .with("JAVA_HOME", jdk("17.0.15").toString())
            .run("--version");
    assertEquals(0, ended.exitCode(), ended.err());
    assertTrue(ended.out().startsWith("nefele "), ended.out());
  }

  @Test
  void cacheOfAnotherJdk_isNotUsedAndNotMentioned() throws IOException {
    Installed copy = nefele.copyTo(directory.resolve("copy"));
    Files.writeString(copy.root().resolve("lib/jdk"), "/nowhere\n99+1\n");
    assertQuietHelp(copy);
  }

  @Test
  void damagedCache_isNotMentioned() throws IOException {
    Installed copy = nefele.copyTo(directory.resolve("copy"));
    Files.delete(copy.root().resolve("lib/cli.aot"));
    Files.write(copy.root().resolve("lib/cli.aot"), new byte[10_000]);
    assertQuietHelp(copy);
  }

  @Test
  void launcherIsFoundThroughALink() throws IOException {
    Path bin = Files.createDirectory(directory.resolve("bin"));
    Files.createSymbolicLink(bin.resolve("nefele"), nefele.root().resolve("bin/nefele"));
    assertQuietHelp(new Installed(directory, nefele.environment(), directory));
  }

  private static void assertQuietHelp(Installed nefele) {
    Installed.Ended ended = nefele.run("help");
    assertEquals(0, ended.exitCode(), ended.err());
    assertEquals("", ended.err());
    assertTrue(ended.out().startsWith("Nefele turns"), ended.out());
  }

  /** What looks like a JDK of {@code version} until it is run. */
  private Path jdk(String version) throws IOException {
    Path home = Files.createDirectories(directory.resolve("jdk-" + version));
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    Files.createDirectories(home.resolve("bin"));
    Files.createFile(
        home.resolve("bin/java"),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    return home;
  }
}
