package io.nefele.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where and when a report's numbers were taken.
 *
 * @param loadAverage of one minute, before the run: other work on the machine shows here
 * @param commit of the source tree, with {@code -dirty} if files were changed since
 */
public record MachineFacts(
    String cpu,
    int cores,
    long memoryBytes,
    String kernel,
    String jdk,
    double loadAverage,
    Instant date,
    String commit) {

  /** The facts of this machine, now. */
  public static MachineFacts read(String commit) throws IOException {
    String memory = first(Path.of("/proc/meminfo"), "MemTotal:\\s+(\\d+) kB");
    return new MachineFacts(
        first(Path.of("/proc/cpuinfo"), "model name\\s*:\\s*(.*)"),
        Runtime.getRuntime().availableProcessors(),
        memory.equals("unknown") ? 0 : Long.parseLong(memory) * 1024,
        first(Path.of("/proc/version"), "Linux version (\\S+)"),
        System.getProperty("java.vm.vendor") + " " + System.getProperty("java.runtime.version"),
        Double.parseDouble(first(Path.of("/proc/loadavg"), "(\\S+)")),
        Instant.now().truncatedTo(ChronoUnit.SECONDS),
        commit);
  }

  private static String first(Path file, String pattern) throws IOException {
    List<String> lines = Files.readAllLines(file);
    Pattern wanted = Pattern.compile(pattern);
    for (String line : lines) {
      Matcher found = wanted.matcher(line);
      if (found.find()) {
        return found.group(1).strip();
      }
    }
    return "unknown";
  }
}
