package io.nefele.bench.clients;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.nefele.bench.BenchFailure;
import io.nefele.bench.fabric.Distribution;
import io.nefele.bench.fabric.Run;
import io.nefele.bench.report.Samples;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;

/** The same program in each language that there is a client for. */
public final class ClientPrograms implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(120);

  private final Path directory;
  private final Map<String, String> environment;

  /** The command of each, by language. */
  private final SequencedMap<String, List<String>> commands = new LinkedHashMap<>();

  /**
   * @param socket of the agent that they ask
   */
  public ClientPrograms(Distribution distribution, Path socket)
      throws IOException, InterruptedException, BenchFailure {
    this.directory = Files.createTempDirectory("nefele-bench-clients-");
    Path lib = distribution.root().resolve("lib");
    this.environment =
        Map.of("NEFELE_SOCKET", socket.toString(), "PYTHONPATH", lib.resolve("python").toString());
    commands.put("Java", distribution.benchCommand(List.of(), JavaClient.class.getName()));
    commands.put("C", List.of(compiled(lib.resolve("c")).toString()));
    commands.put("Python", List.of("python3", unpacked("client.py").toString()));
  }

  public List<String> languages() {
    return List.copyOf(commands.keySet());
  }

  /** How long each of so many calls takes, to an echo in the same language. */
  public Samples trips(String language, int count, int bytes)
      throws IOException, InterruptedException, BenchFailure {
    String name = "echo-" + language.toLowerCase(Locale.ROOT);
    Process echo = start(language, List.of("echo", name));
    try {
      if (!"ready".equals(echo.inputReader(UTF_8).readLine())) {
        throw new BenchFailure("the echo in " + language + " did not start");
      }
      return run(language, "trips", name, count, bytes);
    } finally {
      echo.destroyForcibly().waitFor();
    }
  }

  /** How long each of so many messages takes until it is stored, one after the other. */
  public Samples sends(String language, int count, int bytes)
      throws IOException, InterruptedException, BenchFailure {
    return run(language, "sends", "sink-" + language, count, bytes);
  }

  private Samples run(String language, String role, String name, int count, int bytes)
      throws IOException, InterruptedException, BenchFailure {
    List<String> command = new ArrayList<>(commands.getOrDefault(language, List.of()));
    command.addAll(List.of(role, name, Integer.toString(count), Integer.toString(bytes)));
    Samples samples = new Samples();
    Run.of(command, environment, LIMIT)
        .orFail(role + " in " + language)
        .output()
        .lines()
        .filter(line -> line.matches("[0-9]+"))
        .forEach(line -> samples.addNanos(Long.parseLong(line)));
    return samples;
  }

  private Process start(String language, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>(commands.getOrDefault(language, List.of()));
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().putAll(environment);
    return builder.start();
  }

  private Path compiled(Path library) throws IOException, InterruptedException, BenchFailure {
    Path program = directory.resolve("client");
    Run.of(
            List.of(
                "gcc",
                "-O2",
                "-I" + library.resolve("include"),
                "-o",
                program.toString(),
                unpacked("client.c").toString(),
                library.resolve("libnefele.a").toString()),
            Map.of(),
            LIMIT)
        .orFail("gcc");
    return program;
  }

  private Path unpacked(String name) throws IOException, BenchFailure {
    Path file = directory.resolve(name);
    try (InputStream content = ClientPrograms.class.getResourceAsStream(name)) {
      if (content == null) {
        throw new BenchFailure("the installation is incomplete: no " + name);
      }
      Files.copy(content, file);
    }
    return file;
  }

  @Override
  public void close() throws IOException {
    for (String name : List.of("client", "client.c", "client.py")) {
      Files.deleteIfExists(directory.resolve(name));
    }
    Files.delete(directory);
  }
}
