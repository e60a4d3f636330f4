package io.nefele.lib;

import io.nefele.wire.ProcessSpec;
import io.nefele.wire.Request;
import io.nefele.wire.Response;
import java.time.Duration;
import java.util.List;

/**
 * Pools of processes behind names that are as large as there is work for them: who calls such a
 * name is answered even if no process of it runs. Blocks and fails as {@link Nefele} does.
 */
public final class Pools {
  private final Asking asking;

  Pools(Asking asking) {
    this.asking = asking;
  }

  /**
   * Makes a pool, or changes one: what runs of it goes on until it is idle.
   *
   * @param min how many processes there are at least
   * @param max how many at most
   * @param idle after how long without a message one of more than {@code min} is ended
   * @param spec by which they are started; name and count in it mean nothing
   */
  public void put(String name, int min, int max, Duration idle, ProcessSpec spec)
      throws NefeleException {
    asking.ask(
        new Request.PutPool(name, min, max, Asking.millis(idle), spec),
        Asking.PATIENCE,
        Response.Done.class);
  }

  /** Ends a pool and its processes. */
  public void remove(String name) throws NefeleException {
    asking.ask(new Request.RemovePool(name), Asking.PATIENCE, Response.Done.class);
  }

  /** The pools of the caller's tenants. */
  public List<Response.PoolRow> list() throws NefeleException {
    return asking.ask(new Request.ListPools(), Asking.PATIENCE, Response.Pools.class).pools();
  }
}
