package io.nefele.placement;

import io.nefele.core.AgentId;
import io.nefele.core.Codec;
import io.nefele.core.Digest;

/**
 * The program of a process, which comes to its server over the fabric.
 *
 * @param bundle what holds it
 * @param origin the agent that was given the bundle by a client
 */
public record Shipment(Digest bundle, AgentId origin) {
  static final Codec<Shipment> CODEC =
      Codec.of(
          (shipment, out) ->
              out.put(Digest.CODEC, shipment.bundle).put(AgentId.CODEC, shipment.origin),
          in -> new Shipment(in.get(Digest.CODEC), in.get(AgentId.CODEC)));
}
