package io.nefele.gossip;

import io.nefele.core.AgentId;
import io.nefele.core.Codec;
import io.nefele.core.Decoder;
import io.nefele.core.Encoder;
import io.nefele.core.Endpoint;
import io.nefele.core.MalformedMessage;
import io.nefele.gossip.GossipMessage.Ack;
import io.nefele.gossip.GossipMessage.Nack;
import io.nefele.gossip.GossipMessage.Ping;
import io.nefele.gossip.GossipMessage.PingRequest;
import io.nefele.gossip.GossipMessage.Rumours;
import io.nefele.gossip.GossipMessage.SyncOffer;
import io.nefele.gossip.GossipMessage.SyncRows;

/** The bytes of a {@link GossipMessage}: a kind, then the fields in the order of the record. */
final class GossipCodec implements Codec<GossipMessage> {
  static final GossipCodec INSTANCE = new GossipCodec();

  private static final Codec<Long> INT64 =
      Codec.of((value, out) -> out.int64(value), Decoder::int64);

  private GossipCodec() {}

  @Override
  public void encode(GossipMessage message, Encoder out) {
    switch (message) {
      case Ping ping ->
          out.int8(1)
              .int32(ping.sequence())
              .put(AgentId.CODEC, ping.target())
              .bool(ping.byStream())
              .put(TableDigest.CODEC, ping.digest())
              .list(News.CODEC, ping.news());
      case Ack ack ->
          out.int8(2)
              .int32(ack.sequence())
              .put(AgentId.CODEC, ack.source())
              .put(Coordinate.CODEC, ack.coordinate())
              .put(TableDigest.CODEC, ack.digest())
              .list(News.CODEC, ack.news());
      case PingRequest request ->
          out.int8(3)
              .int32(request.sequence())
              .put(AgentId.CODEC, request.target())
              .put(Endpoint.CODEC, request.endpoint())
              .list(News.CODEC, request.news());
      case Nack nack -> out.int8(4).int32(nack.sequence());
      case Rumours rumours -> out.int8(5).list(News.CODEC, rumours.news());
      case SyncOffer offer ->
          out.int8(6).list(INT64, offer.buckets()).put(News.CODEC, offer.self());
      case SyncRows rows -> out.int8(7).int64(rows.wantedBuckets()).list(News.CODEC, rows.rows());
    }
  }

  @Override
  public GossipMessage decode(Decoder in) throws MalformedMessage {
    int kind = in.int8();
    return switch (kind) {
      case 1 ->
          new Ping(
              in.int32(),
              in.get(AgentId.CODEC),
              in.bool(),
              in.get(TableDigest.CODEC),
              in.list(News.CODEC));
      case 2 ->
          new Ack(
              in.int32(),
              in.get(AgentId.CODEC),
              in.get(Coordinate.CODEC),
              in.get(TableDigest.CODEC),
              in.list(News.CODEC));
      case 3 ->
          new PingRequest(
              in.int32(), in.get(AgentId.CODEC), in.get(Endpoint.CODEC), in.list(News.CODEC));
      case 4 -> new Nack(in.int32());
      case 5 -> new Rumours(in.list(News.CODEC));
      case 6 -> new SyncOffer(in.list(INT64), in.get(News.CODEC));
      case 7 -> new SyncRows(in.int64(), in.list(News.CODEC));
      default -> throw in.malformed("a gossip message is of kind 1 to 7, found " + kind);
    };
  }
}
