package io.nefele.lib;

import io.nefele.wire.ProcessSpec;
import io.nefele.wire.Request;
import io.nefele.wire.Response;
import java.util.function.LongConsumer;

/**
 * The programs that an agent has been given, so that processes of them can be started anywhere in
 * the fabric. Blocks and fails as {@link Nefele} does.
 */
public final class Bundles {
  private final Asking asking;

  Bundles(Asking asking) {
    this.asking = asking;
  }

  /**
   * What was given to an agent.
   *
   * @param bundle its name, for {@link ProcessSpec.Builder#bundle}
   * @param bytes of all its files
   * @param sentBytes what of them the agent did not have yet
   */
  public record Shipped(String bundle, long bytes, long sentBytes) {}

  /**
   * Gives the agent a program. What the agent has already is not sent again; after a failure, what
   * has come is kept for the next time.
   */
  public Shipped ship(Bundle bundle) throws NefeleException {
    return ship(bundle, sentBytes -> {});
  }

  /**
   * As {@link #ship(Bundle)}, which may take long.
   *
   * @param progress gets how many bytes have been sent, after each chunk, on any thread and on one
   *     at a time; must return soon
   */
  public Shipped ship(Bundle bundle, LongConsumer progress) throws NefeleException {
    return new Upload(asking, bundle, progress).run();
  }

  /** The programs in the agent's cache. */
  public Response.Bundles list() throws NefeleException {
    return asking.ask(new Request.ListBundles(), Asking.PATIENCE, Response.Bundles.class);
  }
}
