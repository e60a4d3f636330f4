package io.nefele.agent.core;

import io.nefele.core.Bytes;
import io.nefele.core.FabricName;
import io.nefele.table.tenant.RegistryEntry.OtherFabric;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.Request;
import io.nefele.wire.Response;
import java.util.List;
import java.util.Optional;

/** Requests about other fabrics: how each is reached. All agents know. */
final class OtherFabrics {
  private static final int SECRET_BYTES_MIN = 16;
  private static final int SECRET_BYTES_MAX = 4096;

  private final Tenancy tenancy;
  private final Outbox outbox;

  OtherFabrics(Tenancy tenancy, Outbox outbox) {
    this.tenancy = tenancy;
    this.outbox = outbox;
  }

  void put(ClientToken token, Acting acting, Request.PutFabric put) {
    FabricName name = new FabricName(put.name());
    if (put.gateways().isEmpty() || put.gateways().size() > Gateways.MAX) {
      throw new IllegalArgumentException(
          "a fabric has 1 to " + Gateways.MAX + " gateways, not " + put.gateways().size());
    }
    for (String gateway : put.gateways()) {
      if (Gateways.base(gateway).isEmpty()) {
        throw new IllegalArgumentException(
            "'" + gateway + "' is not of the form http://HOST[:PORT] or https://HOST[:PORT]");
      }
    }
    checkSecret(put.key());
    if (mayDecide(token, acting)) {
      tenancy.decide(new OtherFabric(name, false, put.gateways(), put.key()));
      outbox.reply(token, new Response.Done());
    }
  }

  void remove(ClientToken token, Acting acting, FabricName name) {
    if (!mayDecide(token, acting)) {
      return;
    }
    Optional<OtherFabric> known =
        tenancy.fabrics().stream().filter(fabric -> fabric.name().equals(name)).findFirst();
    if (known.isEmpty()) {
      outbox.fail(
          token,
          ErrorKind.FAILED,
          "there is no fabric '" + name + "' here; 'nefele fabric' lists those that are known");
      return;
    }
    tenancy.decide(new OtherFabric(name, true, List.of(), Bytes.EMPTY));
    outbox.reply(token, new Response.Done());
  }

  void list(ClientToken token) {
    outbox.reply(
        token,
        new Response.Fabrics(
            tenancy.fabrics().stream()
                .map(
                    fabric ->
                        new Response.FabricRow(
                            fabric.name().text(), fabric.gateways(), fabric.secret().size() > 0))
                .toList()));
  }

  /** Refuses what could be guessed, and what is no key. */
  static void checkSecret(Bytes secret) {
    int size = secret.size();
    if (size != 0 && (size < SECRET_BYTES_MIN || size > SECRET_BYTES_MAX)) {
      throw new IllegalArgumentException(
          "a key has "
              + SECRET_BYTES_MIN
              + " to "
              + SECRET_BYTES_MAX
              + " bytes, not "
              + size
              + "; 'head -c 32 /dev/urandom > FILE' makes one");
    }
  }

  private boolean mayDecide(ClientToken token, Acting acting) {
    if (!acting.operator()) {
      outbox.fail(
          token,
          ErrorKind.REFUSED,
          "other fabrics are named by operators: root, or the user that agents run as; and not with"
              + " --tenant");
    }
    return acting.operator();
  }
}
