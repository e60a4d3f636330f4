package io.nefele.core;

import java.util.regex.Pattern;

/**
 * The global id of a process: unique in the datacenter with no coordination, because the boot that
 * started the process is part of it (design, "Process table"). The Linux pid is not.
 *
 * @param boot the life of the agent that created the process
 * @param counter counts the processes of that boot, from 1
 */
public record ProcessId(AgentBoot boot, int counter) implements Comparable<ProcessId> {
  private static final Pattern FORM = Pattern.compile("[0-9a-z]{10}\\.[0-9]{1,10}\\.[0-9]{1,10}");

  public static final Codec<ProcessId> CODEC =
      Codec.of(
          (id, out) -> out.put(AgentBoot.CODEC, id.boot).int32(id.counter),
          in -> new ProcessId(in.get(AgentBoot.CODEC), in.int32()));

  public ProcessId {
    if (counter < 1) {
      throw new IllegalArgumentException("process counters count from 1: " + counter);
    }
  }

  /** The agent on whose server the process was created. */
  public AgentId agent() {
    return boot.agent();
  }

  /** Whether {@code text} has the form of a process id; a {@link Name} never has. */
  public static boolean isProcessId(String text) {
    return FORM.matcher(text).matches();
  }

  /**
   * The id that {@link #toString} printed.
   *
   * @throws IllegalArgumentException if {@code text} has another form
   */
  public static ProcessId parse(String text) {
    if (!isProcessId(text)) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a process id (as in 7h3kq2m9x4.1.17)");
    }
    String[] parts = text.split("\\.");
    return new ProcessId(
        new AgentBoot(AgentId.parse(parts[0]), Integer.parseInt(parts[1])),
        Integer.parseInt(parts[2]));
  }

  @Override
  public int compareTo(ProcessId other) {
    int boots = boot.compareTo(other.boot);
    return boots != 0 ? boots : Integer.compare(counter, other.counter);
  }

  @Override
  public String toString() {
    return boot + "." + counter;
  }
}
