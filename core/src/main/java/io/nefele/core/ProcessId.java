package io.nefele.core;

/**
 * The global id of a process: unique in the datacenter with no coordination, because the boot that
 * started the process is part of it (design, "Process table"). The Linux pid is not.
 *
 * @param boot the life of the agent that created the process
 * @param counter counts the processes of that boot, from 1
 */
public record ProcessId(AgentBoot boot, int counter) implements Comparable<ProcessId> {
  private static final int AGENT_LENGTH = 10;
  private static final int NUMBER_LENGTH_MAX = 10;

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
    return counterStart(text) > 0;
  }

  /**
   * Where the counter begins in {@code text}; 0 if that is no process id. By hand: ids are read
   * with each row of each table.
   */
  private static int counterStart(String text) {
    for (int i = 0; i < AGENT_LENGTH; i++) {
      if (i == text.length() || !isDigitOfAgent(text.charAt(i))) {
        return 0;
      }
    }
    int second = numberEnd(text, AGENT_LENGTH);
    return second > 0 && second < text.length() && numberEnd(text, second) == text.length()
        ? second + 1
        : 0;
  }

  /** Where the number ends that stands behind a dot at {@code dot}; 0 if none does. */
  private static int numberEnd(String text, int dot) {
    if (dot >= text.length() || text.charAt(dot) != '.') {
      return 0;
    }
    int end = dot + 1;
    while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
      end++;
    }
    int digits = end - dot - 1;
    return digits >= 1 && digits <= NUMBER_LENGTH_MAX ? end : 0;
  }

  private static boolean isDigitOfAgent(char c) {
    return c >= '0' && c <= '9' || c >= 'a' && c <= 'z';
  }

  /**
   * The id that {@link #toString} printed.
   *
   * @throws IllegalArgumentException if {@code text} has another form
   */
  public static ProcessId parse(String text) {
    int counter = counterStart(text);
    if (counter == 0) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a process id (as in 7h3kq2m9x4.1.17)");
    }
    return new ProcessId(
        new AgentBoot(
            AgentId.parse(text.substring(0, AGENT_LENGTH)),
            Integer.parseInt(text, AGENT_LENGTH + 1, counter - 1, 10)),
        Integer.parseInt(text, counter, text.length(), 10));
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
