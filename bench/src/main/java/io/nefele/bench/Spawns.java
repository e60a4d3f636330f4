package io.nefele.bench;

import io.nefele.core.ProcessId;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.ProcessSpec;
import java.time.Duration;
import java.util.List;

/** Requests for processes without limits, so that a thousand of them fit on any server. */
final class Spawns {
  private static final int SIGKILL = 9;
  private static final Duration END_LIMIT = Duration.ofSeconds(30);

  private Spawns() {}

  static ProcessSpec of(int count, String... command) {
    return ProcessSpec.of(List.of(command)).count(count).build();
  }

  static void awaitEnds(Nefele client, List<ProcessId> processes) throws NefeleException {
    for (ProcessId process : processes) {
      client.await(process, END_LIMIT);
    }
  }

  static void kill(Nefele client, List<ProcessId> processes) throws NefeleException {
    client.signal(processes, SIGKILL);
    awaitEnds(client, processes);
  }
}
