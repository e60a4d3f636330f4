package io.nefele.lib;

import io.nefele.core.Bytes;
import io.nefele.core.ProcessId;
import io.nefele.wire.Request;
import io.nefele.wire.Response;
import java.time.Duration;

/**
 * What processes read and write, wherever they are. Made by {@link Nefele#streams}; its methods
 * block and fail as those of {@link Nefele} do, and are for any thread.
 */
public final class ProcessStreams {
  private final Asking asking;

  ProcessStreams(Asking asking) {
    this.asking = asking;
  }

  /**
   * What a process has written.
   *
   * @param standardError its standard error instead of its standard output
   * @param offset bytes to skip; {@link Response.Output#end} of the read before, to go on
   */
  public Response.Output readLog(ProcessId process, boolean standardError, long offset)
      throws NefeleException {
    return asking.ask(
        new Request.ReadLog(process, standardError, offset),
        Asking.PATIENCE,
        Response.Output.class);
  }

  /**
   * As {@link #readLog}, but waits for output if there is none behind {@code offset}.
   *
   * @param wait 10 seconds at most; the answer may come sooner with nothing
   */
  public Response.Output followLog(
      ProcessId process, boolean standardError, long offset, Duration wait) throws NefeleException {
    return asking.ask(
        new Request.FollowLog(process, standardError, offset, Asking.millis(wait)),
        Asking.PATIENCE,
        Response.Output.class);
  }

  /**
   * Gives input to a process that was started to be fed, and returns when it has it.
   *
   * @param offset how many bytes stand before these in all its input
   * @param last whether its input ends here
   */
  public Response.Taken feed(
      ProcessId process, long offset, Bytes content, boolean last, Duration timeout)
      throws NefeleException {
    return asking.ask(
        new Request.Feed(process, offset, content, last, Asking.millis(timeout)),
        timeout.plus(Asking.GRACE),
        Response.Taken.class);
  }

  /** Tells a process that its terminal has another size. */
  public void resize(ProcessId process, int rows, int columns) throws NefeleException {
    asking.ask(new Request.Resize(process, rows, columns), Asking.PATIENCE, Response.Done.class);
  }

  /**
   * Starts a process beside another: on its server, in its namespaces, limits and environment.
   *
   * @return its id
   */
  public ProcessId join(Request.Join request) throws NefeleException {
    return asking.ask(request, Asking.PATIENCE, Response.Spawned.class).processes().getFirst();
  }
}
