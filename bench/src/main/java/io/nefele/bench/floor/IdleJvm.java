package io.nefele.bench.floor;

import io.nefele.bench.BenchFailure;
import io.nefele.bench.fabric.Distribution;
import io.nefele.bench.fabric.ProcessFacts;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A JVM with the agent's flags that does nothing: what any Java program takes at least. */
public final class IdleJvm {
  private static final String READY = "ready";

  private IdleJvm() {}

  /** What such a JVM takes just after its start. */
  public static ProcessFacts measure(Distribution distribution)
      throws IOException, BenchFailure, InterruptedException {
    List<String> command = distribution.benchCommand(List.of(), IdleJvm.class.getName());
    Process idle = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      BufferedReader output = idle.inputReader(StandardCharsets.UTF_8);
      if (!READY.equals(output.readLine())) {
        throw new BenchFailure("a JVM with the agent's flags did not start");
      }
      return ProcessFacts.read(idle.pid());
    } finally {
      idle.destroyForcibly().waitFor();
    }
  }

  /** Waits until somebody closes its standard input or ends it. */
  public static void main(String[] args) throws IOException {
    System.out.println(READY);
    int unused = System.in.read();
  }
}
