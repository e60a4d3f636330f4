package io.nefele.bench.fabric;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What Linux tells about one process ({@code proc(5)}).
 *
 * @param rssBytes resident memory, shared pages counted in full
 * @param pssBytes resident memory, each shared page divided by its users; 0 if not readable
 * @param cpuNanos user and system time since its start, in steps of 10 ms
 */
public record ProcessFacts(
    long rssBytes, long pssBytes, long threads, long openFiles, long cpuNanos) {
  private static final long KIB = 1024;
  // The kernel's USER_HZ is 100 on every architecture that has a JDK.
  private static final long NANOS_PER_TICK = 10_000_000;
  private static final int UTIME = 11;
  private static final int STIME = 12;
  private static final int STARTTIME = 19;

  public static ProcessFacts read(long pid) throws IOException {
    Path proc = Path.of("/proc", Long.toString(pid));
    String status = Files.readString(proc.resolve("status"), StandardCharsets.ISO_8859_1);
    String[] open = proc.resolve("fd").toFile().list();
    return new ProcessFacts(
        field(status, "VmRSS:") * KIB,
        field(rollup(proc), "Pss:") * KIB,
        field(status, "Threads:"),
        open == null ? 0 : open.length,
        cpuNanos(Files.readString(proc.resolve("stat"), StandardCharsets.ISO_8859_1)));
  }

  /** For how long the process {@code pid} has existed: never less, and at most 20 ms more. */
  public static long ageNanos(long pid) throws IOException {
    String stat =
        Files.readString(Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.ISO_8859_1);
    String uptime = Files.readString(Path.of("/proc/uptime"), StandardCharsets.ISO_8859_1);
    return ageNanos(stat, uptime);
  }

  /** Both are cut off behind a hundredth of a second: one is added. */
  static long ageNanos(String stat, String uptime) {
    long started = Long.parseLong(fields(stat)[STARTTIME]) * NANOS_PER_TICK;
    return (long) (Double.parseDouble(uptime.split(" ")[0]) * 1e9) - started + NANOS_PER_TICK;
  }

  static long cpuNanos(String stat) {
    String[] fields = fields(stat);
    return (Long.parseLong(fields[UTIME]) + Long.parseLong(fields[STIME])) * NANOS_PER_TICK;
  }

  /** A program's name may hold blanks and brackets: the fields are counted from behind it. */
  private static String[] fields(String stat) {
    return stat.substring(stat.lastIndexOf(')') + 2).strip().split(" ");
  }

  static long field(String content, String name) {
    return content
        .lines()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(name.length()).strip().split("\\s+")[0])
        .mapToLong(Long::parseLong)
        .findFirst()
        .orElse(0);
  }

  private static String rollup(Path proc) {
    try {
      return Files.readString(proc.resolve("smaps_rollup"), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }
}
