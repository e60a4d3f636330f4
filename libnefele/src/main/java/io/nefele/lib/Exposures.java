package io.nefele.lib;

import io.nefele.wire.Request;
import io.nefele.wire.Response;
import java.time.Duration;
import java.util.List;

/**
 * The ports of agents at which the world outside calls what runs in the fabric. Blocks and fails as
 * {@link Nefele} does.
 */
public final class Exposures {
  private final Asking asking;

  Exposures(Asking asking) {
    this.asking = asking;
  }

  /**
   * Has this agent listen on a port, and call one of a name with whatever comes in there.
   *
   * @param web whether HTTP is spoken there
   * @param timeout for how long a reply is waited
   */
  public void open(String name, int port, boolean web, Duration timeout) throws NefeleException {
    asking.ask(
        new Request.Expose(name, port, web, Asking.millis(timeout)),
        Asking.PATIENCE,
        Response.Done.class);
  }

  /** Has this agent listen on that port no longer. */
  public void close(int port) throws NefeleException {
    asking.ask(new Request.Unexpose(port), Asking.PATIENCE, Response.Done.class);
  }

  /** What all agents expose for the caller's tenants. */
  public List<Response.ExposureRow> list() throws NefeleException {
    return asking
        .ask(new Request.ListExposures(), Asking.PATIENCE, Response.Exposures.class)
        .exposures();
  }
}
