package io.nefele.agent.linux;

import java.time.Instant;
import java.util.List;

/** What a {@link ProcessHost} tells. Times are of this server's clock. */
public sealed interface HostEvent {

  /**
   * The first event of every connection: all that the host knows. What is missing was never
   * started, or was acknowledged.
   *
   * @param initPid the Linux pid of the init; those of processes below are of its own namespace
   * @param isolation what the processes of this init live in
   * @param standings one per process, in no particular order
   */
  record Resynchronized(int initPid, Isolation isolation, List<Standing> standings)
      implements HostEvent {
    public Resynchronized {
      standings = List.copyOf(standings);
    }
  }

  /** Where one process stands; told when it changes, and again on resynchronization. */
  sealed interface Standing extends HostEvent {
    long token();
  }

  /** The program is loaded, every check of the kernel passed, and not one instruction has run. */
  record Gated(long token, int linuxPid) implements Standing {}

  /** The program runs. */
  record Started(long token, int linuxPid, Instant startedAt) implements Standing {}

  /**
   * The process has ended, and with it what was left of its group. Told again on every
   * resynchronization until it is acknowledged.
   *
   * @param cpuMicros user and system time of the process and its reaped descendants
   * @param maxRssBytes the largest resident size it, or one of those, ever had
   */
  record Exited(
      long token, ProcessEnding ending, Instant finishedAt, long cpuMicros, long maxRssBytes)
      implements Standing {}

  /** The process was not started and the host has forgotten it; nothing is to be acknowledged. */
  record Failed(long token, LaunchFailure failure) implements HostEvent {}

  /** The host is gone, or does not speak to us any more; the last event of the connection. */
  record Disconnected(String reason) implements HostEvent {}
}
