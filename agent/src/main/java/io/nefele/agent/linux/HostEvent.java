package io.nefele.agent.linux;

import java.time.Instant;
import java.util.List;
import java.util.Set;

/** What a {@link ProcessHost} tells. Times are of this server's clock. */
public sealed interface HostEvent {

  /**
   * The first event of every connection: all that the host knows. What is missing was never
   * started, or was acknowledged.
   *
   * @param initPid the Linux pid of the init; those of processes below are of its own namespace
   * @param isolation what the processes of this init live in
   * @param powers what it can do with cgroups
   * @param standings one per process, in no particular order
   */
  record Resynchronized(
      int initPid, Isolation isolation, Set<CgroupPower> powers, List<Standing> standings)
      implements HostEvent {
    public Resynchronized {
      powers = Set.copyOf(powers);
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
   * @param outOfMemory whether the kernel killed one of them because of its memory limit
   */
  record Exited(
      long token,
      ProcessEnding ending,
      Instant finishedAt,
      long cpuMicros,
      long maxRssBytes,
      boolean outOfMemory)
      implements Standing {}

  /** The process was not started and the host has forgotten it; nothing is to be acknowledged. */
  record Failed(long token, LaunchFailure failure) implements HostEvent {}

  /**
   * What a process has got of its input.
   *
   * @param offset how many bytes in all
   * @param closed whether it takes no more
   */
  record Taken(long token, long offset, boolean closed) implements HostEvent {}

  /** What was asked for by {@link ProcessHost#measure}. */
  record Measured(List<Usage> usages) implements HostEvent {
    public Measured {
      usages = List.copyOf(usages);
    }
  }

  /**
   * What a process and all that it started use.
   *
   * @param cpuMicros processor time since its start
   * @param memoryBytes resident now
   * @param diskBytes read from and written to disks by those that still run
   */
  record Usage(long token, long cpuMicros, long memoryBytes, long diskBytes) {}

  /** The host is gone, or does not speak to us any more; the last event of the connection. */
  record Disconnected(String reason) implements HostEvent {}
}
