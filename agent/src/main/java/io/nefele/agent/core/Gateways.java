package io.nefele.agent.core;

import io.nefele.core.AgentId;
import io.nefele.core.FabricName;
import io.nefele.table.tenant.RegistryEntry.OtherFabric;
import io.nefele.wire.Address;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/** The ways to other fabrics, as operators have named them. */
final class Gateways {
  static final int MAX = 8;

  private static final String UNRESERVED =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";

  private final Supplier<List<OtherFabric>> fabrics;

  /** The one that took something last. */
  private final SortedMap<FabricName, Address.Web> good = new TreeMap<>();

  /** Where the next one begins that knows of no good one; differs from agent to agent. */
  private long turn;

  Gateways(AgentId self, Supplier<List<OtherFabric>> fabrics) {
    this.fabrics = fabrics;
    this.turn = self.value();
  }

  Optional<OtherFabric> find(FabricName name) {
    return fabrics.get().stream().filter(fabric -> fabric.name().equals(name)).findFirst();
  }

  /** What it says there of a fabric that nobody has named. */
  String unknown(FabricName name) {
    List<String> known = fabrics.get().stream().map(fabric -> fabric.name().text()).toList();
    return "there is no fabric '"
        + name
        + "' here; "
        + (known.isEmpty() ? "none is known" : "known are " + String.join(", ", known))
        + "; an operator adds it with 'nefele fabric add "
        + name
        + " http://HOST:PORT'";
  }

  /** All of a fabric, the first to be tried first; their paths mean nothing. */
  List<Address.Web> inOrder(OtherFabric fabric) {
    List<Address.Web> all = new ArrayList<>();
    fabric.gateways().forEach(text -> base(text).ifPresent(all::add));
    if (all.isEmpty()) {
      return all;
    }
    int first = all.indexOf(good.get(fabric.name()));
    Collections.rotate(all, -(first >= 0 ? first : (int) Math.floorMod(turn++, (long) all.size())));
    return all;
  }

  /** Whether {@code server} is one of that fabric, as this agent knows. */
  static boolean isOne(OtherFabric fabric, Address.Server server) {
    return server instanceof Address.Web web
        && fabric.gateways().stream()
            .anyMatch(text -> base(text).equals(Optional.of(withPath(web, "/"))));
  }

  /** It took something, or said for good that it takes none. */
  void worked(FabricName fabric, Address.Web gateway) {
    good.put(fabric, withPath(gateway, "/"));
  }

  /** Another one is to be tried first. */
  void failed(FabricName fabric, Address.Web gateway) {
    good.remove(fabric, withPath(gateway, "/"));
  }

  /** The gateway that a base URL means; none if it is no such URL. */
  static Optional<Address.Web> base(String text) {
    try {
      return Address.parse(text) instanceof Address.Web web && web.path().equals("/")
          ? Optional.of(web)
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** What is asked of a gateway. */
  static Address.Web asking(Address.Web gateway, OutsideOrder.Kind kind, String to) {
    return switch (kind) {
      case SEND -> withPath(gateway, "/send/" + encoded(to));
      case CALL -> withPath(gateway, "/call/" + encoded(to));
      case MEASURE -> gateway;
    };
  }

  /** For people. */
  static String name(Address.Web gateway) {
    return withPath(gateway, "").text();
  }

  private static Address.Web withPath(Address.Web gateway, String path) {
    return new Address.Web(gateway.tls(), gateway.host(), gateway.port(), path);
  }

  /** As one segment of a path. */
  private static String encoded(String text) {
    StringBuilder out = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      if (UNRESERVED.indexOf(b) >= 0) {
        out.append((char) b);
      } else {
        out.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
      }
    }
    return out.toString();
  }
}
