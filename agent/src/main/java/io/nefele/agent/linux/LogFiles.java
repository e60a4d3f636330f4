package io.nefele.agent.linux;

import io.nefele.core.ProcessId;
import java.nio.file.Path;

/**
 * Where the output of processes is kept. The files grow as long as their process writes: nothing
 * rotates or bounds them, for they are the process's own and go on without the agent.
 */
public record LogFiles(Path directory) {

  public Path stdout(ProcessId process) {
    return directory.resolve(process + ".out");
  }

  public Path stderr(ProcessId process) {
    return directory.resolve(process + ".err");
  }
}
