package io.nefele.agent.linux;

import io.nefele.core.ProcessId;
import java.nio.file.Path;

/**
 * Where the output of processes is kept. The files are the process's own and go on without the
 * agent; the init gives back the space of what is old in them.
 */
public record LogFiles(Path directory) {

  public Path stdout(ProcessId process) {
    return directory.resolve(process + ".out");
  }

  public Path stderr(ProcessId process) {
    return directory.resolve(process + ".err");
  }
}
