package io.nefele.cli;

import io.nefele.core.ProcessId;
import io.nefele.lib.FakeAgent;
import io.nefele.wire.Request;
import io.nefele.wire.Response;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** An agent that a test lets answer what commands ask of it. */
final class AskedAgent {
  static final ProcessId ID = ProcessId.parse("7h3kq2m9x4.1.17");

  final List<Request> asked = new CopyOnWriteArrayList<>();
  final Map<String, String> environment = new HashMap<>();
  private final Path directory;

  /**
   * @param directory for its socket
   */
  AskedAgent(Path directory) {
    this.directory = directory;
  }

  Ran ask(Function<Request, Response> answers, String... args) throws IOException {
    return askWithInput("", answers, args);
  }

  Ran askWithInput(String input, Function<Request, Response> answers, String... args)
      throws IOException {
    asked.clear();
    Path socket = directory.resolve("agent" + System.nanoTime());
    environment.put("NEFELE_SOCKET", socket.toString());
    try (FakeAgent agent =
        FakeAgent.answering(
            socket,
            request -> {
              asked.add(request);
              return answers.apply(request);
            })) {
      return Ran.command(environment, input, args);
    }
  }
}
