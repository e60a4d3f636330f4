package io.nefele.lib;

import io.nefele.core.Bytes;
import io.nefele.wire.Request;
import io.nefele.wire.Response;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

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

  /**
   * Has this agent listen on a port at which other fabrics reach all mailboxes of the caller's
   * tenant.
   *
   * @param timeout for how long a reply is waited, or that a message is stored
   * @param key from 16 to 4,096 bytes, which those fabrics were given, too; none: whoever gets to
   *     the port gets in
   */
  public void openGateway(int port, Duration timeout, Optional<Bytes> key) throws NefeleException {
    asking.ask(
        new Request.ExposeGateway(port, Asking.millis(timeout), key.orElse(Bytes.EMPTY)),
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
