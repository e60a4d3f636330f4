package io.nefele.gossip.atomix;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.net.InetAddresses;
import io.nefele.core.Bytes;
import io.nefele.core.Codec;
import io.nefele.core.Endpoint;

/**
 * What a datagram holds.
 *
 * @param cluster the hash of the cluster's id, so that neighbours do not mix
 * @param subject which listener it is for
 * @param from the sender's own endpoint, in numbers, which the source address need not show
 */
record Frame(int cluster, String subject, Endpoint from, Bytes payload) {
  static final Codec<Frame> CODEC =
      Codec.of(
          (frame, out) ->
              out.int32(frame.cluster)
                  .string(frame.subject)
                  .put(Endpoint.CODEC, frame.from)
                  .bytes(frame.payload),
          in -> new Frame(in.int32(), in.string(), in.get(Endpoint.CODEC), in.bytes()));

  Frame {
    checkInNumbers(from);
  }

  /** Looking up what a stranger calls itself would take as long as the stranger likes. */
  static void checkInNumbers(Endpoint endpoint) {
    checkArgument(
        InetAddresses.isInetAddress(endpoint.host()), "not an address in numbers: %s", endpoint);
  }
}
