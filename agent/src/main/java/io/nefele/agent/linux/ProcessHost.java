package io.nefele.agent.linux;

import io.nefele.core.Bytes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;

/**
 * Where processes of this server live. Requests are told and return at once; what comes of them
 * arrives as {@link HostEvent}s, in the order in which it happened, on a thread of the host's own.
 * All methods may be called from any thread; a request on a closed or lost host is dropped, for the
 * next {@link HostEvent.Resynchronized} tells what stands.
 *
 * <p>A process is named for ever by a token that the caller chooses; the Linux pid is not its name.
 */
public interface ProcessHost extends AutoCloseable {

  /** How far a signal reaches. */
  enum Scope {
    PROCESS,
    /** The process, its group and its descendants. */
    TREE
  }

  /**
   * Starts a process: {@link HostEvent.Started} or {@link HostEvent.Failed} follows; for a gated
   * one {@link HostEvent.Gated} or Failed, so that after Gated nothing is left that could fail. A
   * token that the host knows already starts nothing and answers with where that process stands.
   */
  void spawn(Launch launch);

  /** Lets gated processes run: {@link HostEvent.Started} follows for each. */
  void release(Collection<Long> tokens);

  /**
   * Ends gated processes before their first instruction: {@link HostEvent.Exited} follows for each.
   * Processes that run already are left alone.
   */
  void abort(Collection<Long> tokens);

  /**
   * Sends a signal; nothing happens if the process has ended.
   *
   * @param signal the Linux number, from 1
   */
  void signal(long token, int signal, Scope scope);

  /**
   * Gives a process that was launched with an input more of it: {@link HostEvent.Taken} follows
   * when it has all of that, or takes no more.
   *
   * @param offset how many bytes stand before these; those that it has already are passed over, so
   *     that after a lost connection the same may be given again
   * @param last whether the input ends here
   */
  void feed(long token, long offset, Bytes bytes, boolean last);

  /** Tells a process that its terminal has another size. */
  void resize(long token, int rows, int columns);

  /**
   * Asks what processes use; {@link HostEvent.Measured} follows.
   *
   * @param tokens which; none: all that have done something since their usage was told last
   */
  void measure(Collection<Long> tokens);

  /** Says that the exits of these are recorded; the host forgets the processes. */
  void acknowledge(Collection<Long> tokens);

  /**
   * Removes output files of processes that were forgotten, or keeps them, emptied, for others.
   *
   * @param files as they were named in their {@link Launch}, below the logs directory
   */
  void discard(Collection<Path> files);

  /**
   * Ends all processes and the host itself: SIGTERM to everything, after {@code grace} SIGKILL.
   * {@link HostEvent.Disconnected} comes when it is done.
   */
  void shutdown(Duration grace);

  /** Leaves the host; the processes go on. No event follows. */
  @Override
  void close();
}
