package io.nefele.agent.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An init of a test's own, with an agent's connection to it; nothing of it is left after close. */
final class InitFixture implements AutoCloseable {
  final Path directory;
  final InitOptions options;
  Told told = new Told();
  InitProcessHost host;
  HostEvent.Resynchronized resynchronized;

  InitFixture(Path directory) throws IOException, InterruptedException {
    this(directory, Isolation.NONE);
  }

  InitFixture(Path directory, Isolation isolation) throws IOException, InterruptedException {
    this.directory = directory;
    this.options =
        InitOptions.below(
            directory, Optional.of(isolation), Duration.ofSeconds(60), Duration.ofMillis(200));
    this.host = InitProcessHost.open(options, told);
    this.resynchronized = told.resynchronized();
  }

  /** The agent dies and a new one comes. */
  void reconnect() throws IOException, InterruptedException {
    // An init that is being killed may still take the connection; then the next one comes.
    do {
      host.close();
      told = new Told();
      host = InitProcessHost.open(options, told);
    } while (!told.answered());
    resynchronized = told.resynchronized();
  }

  void spawn(long token, String... argv) {
    host.spawn(launch(token, false, argv));
  }

  void spawnGated(long token, String... argv) {
    host.spawn(launch(token, true, argv));
  }

  Launch launch(long token, boolean gated, String... argv) {
    return new Launch(
        token,
        gated,
        List.of(argv),
        Map.of("PATH", "/usr/bin:/bin"),
        directory,
        Path.of("out"),
        Path.of("err"),
        Optional.empty());
  }

  /** A gated one whose output goes to {@code stdout}. */
  Launch launchInto(Path stdout, long token, String... argv) {
    Launch usual = launch(token, true, argv);
    return new Launch(
        token,
        usual.gated(),
        usual.argv(),
        usual.environment(),
        usual.directory(),
        stdout,
        usual.stderr(),
        usual.identity());
  }

  String output(String name) throws IOException {
    return Files.readString(options.logs().resolve(name));
  }

  @Override
  public void close() throws InterruptedException {
    host.shutdown(Duration.ZERO);
    told.disconnected();
  }
}
