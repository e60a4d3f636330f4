package io.nefele.gossip;

import io.nefele.core.AgentId;
import io.nefele.core.Codec;
import io.nefele.core.Endpoint;
import java.util.List;

/**
 * What agents say to each other. All but {@link SyncOffer} and {@link SyncRows} fit a datagram of
 * {@link GossipConfig#maxDatagramBytes()}.
 */
public sealed interface GossipMessage {
  Codec<GossipMessage> CODEC = GossipCodec.INSTANCE;

  /**
   * Asks for an {@link Ack} (SWIM section 3.1).
   *
   * @param sequence names the probe in the answer
   * @param target the agent that shall answer; another one that has its endpoint now does not
   * @param byStream whether the ping went, and the answer has to go, over a stream
   */
  record Ping(int sequence, AgentId target, boolean byStream, TableDigest digest, List<News> news)
      implements GossipMessage {
    public Ping {
      news = List.copyOf(news);
    }
  }

  /** Answers a {@link Ping}, or passes on the answer to a {@link PingRequest}. */
  record Ack(
      int sequence, AgentId source, Coordinate coordinate, TableDigest digest, List<News> news)
      implements GossipMessage {
    public Ack {
      news = List.copyOf(news);
    }
  }

  /** Asks a third agent to probe {@code target} (SWIM section 3.1). */
  record PingRequest(int sequence, AgentId target, Endpoint endpoint, List<News> news)
      implements GossipMessage {
    public PingRequest {
      news = List.copyOf(news);
    }
  }

  /** Says that the third agent is well but had no answer either (Lifeguard section IV-A). */
  record Nack(int sequence) implements GossipMessage {}

  /** News on its own, sent while there is some that is fresh. */
  record Rumours(List<News> news) implements GossipMessage {
    public Rumours {
      news = List.copyOf(news);
    }
  }

  /**
   * Opens a repair: the digests of all buckets of the sender's table, and the sender's own row. The
   * answer holds the rows of those buckets that differ.
   */
  record SyncOffer(List<Long> buckets, News self) implements GossipMessage {
    public SyncOffer {
      buckets = List.copyOf(buckets);
    }
  }

  /**
   * Rows of a member table.
   *
   * @param wantedBuckets a bit for each bucket all of whose rows are in here and whose better rows
   *     are wanted back; 0 in the message that ends a repair
   */
  record SyncRows(long wantedBuckets, List<News> rows) implements GossipMessage {
    public SyncRows {
      rows = List.copyOf(rows);
    }
  }
}
