package io.nefele.lib;

import io.nefele.core.Bytes;
import io.nefele.wire.Request;
import io.nefele.wire.Response;
import java.util.List;
import java.util.Optional;

/**
 * The other fabrics that are known to this one, and through which gateways each is reached. Blocks
 * and fails as {@link Nefele} does; only operators may change anything.
 */
public final class Fabrics {
  private final Asking asking;

  Fabrics(Asking asking) {
    this.asking = asking;
  }

  /**
   * Says how a fabric is reached, in place of what was said of it before.
   *
   * @param name a label as in the DNS, which addresses begin with
   * @param gateways {@code http://HOST[:PORT]} or {@code https://HOST[:PORT]} of each, from 1 to 8
   * @param key as its gateways have it
   */
  public void add(String name, List<String> gateways, Optional<Bytes> key) throws NefeleException {
    asking.ask(
        new Request.PutFabric(name, gateways, key.orElse(Bytes.EMPTY)),
        Asking.PATIENCE,
        Response.Done.class);
  }

  /** Has a fabric be unknown from now on. */
  public void remove(String name) throws NefeleException {
    asking.ask(new Request.RemoveFabric(name), Asking.PATIENCE, Response.Done.class);
  }

  /** All that are known, by name. */
  public List<Response.FabricRow> list() throws NefeleException {
    return asking.ask(new Request.ListFabrics(), Asking.PATIENCE, Response.Fabrics.class).fabrics();
  }
}
