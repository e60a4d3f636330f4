package io.nefele.bench;

import io.nefele.core.ProcessId;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.Request;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Requests for processes so small that a thousand of them fit on any server. */
final class Spawns {
  private static final int CPU_MILLIS = 1;
  private static final long MEMORY_BYTES = 1 << 20;
  private static final int SIGKILL = 9;
  private static final Duration END_LIMIT = Duration.ofSeconds(30);

  private Spawns() {}

  static Request.Spawn of(int count, String... command) {
    return new Request.Spawn(
        count, Optional.empty(), CPU_MILLIS, MEMORY_BYTES, List.of(), "/", List.of(command));
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
