package io.nefele.gossip;

import io.nefele.core.AgentId;
import io.nefele.core.Durations;
import io.nefele.core.Endpoint;
import io.nefele.gossip.GossipMessage.SyncOffer;
import io.nefele.gossip.GossipMessage.SyncRows;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Makes two member tables equal: push-pull anti-entropy (Demers et al., PODC 1987, section 1.3),
 * with the digests of that paper so that equal tables cost nothing and unlike ones only the rows of
 * unlike buckets. Offer, rows, better rows back.
 */
final class Repair {
  /** At most, of a message of a repair without its rows and digests. */
  private static final int FIXED_BYTES = 32;

  /** A repair with more rows than this is bulk. */
  private static final int BULK_ROWS = 16;

  private final GossipConfig config;

  /** Between two repairs that this agent opens because of digests. */
  private final Duration pause;

  private final MemberTable table;
  private final Membership membership;
  private final Dissemination dissemination;
  private final Outbox outbox;
  private final RandomGenerator random;
  private Instant lastOffer = Instant.MIN;

  Repair(
      GossipConfig config,
      MemberTable table,
      Membership membership,
      Dissemination dissemination,
      Outbox outbox,
      RandomGenerator random) {
    this.config = config;
    this.pause = Durations.divide(config.probePeriod(), 2);
    this.table = table;
    this.membership = membership;
    this.dissemination = dissemination;
    this.outbox = outbox;
    this.random = random;
  }

  /**
   * Opens a repair if {@code theirs} shows that something is amiss and news on its way will not
   * mend it: there is none that is fresh, or far too much is missing.
   */
  void compare(TableDigest theirs, Endpoint from, Instant now) {
    TableDigest ours = table.digest();
    if (theirs.equals(ours) || now.isBefore(lastOffer.plus(pause))) {
      return;
    }
    int difference = Math.abs(theirs.count() - ours.count());
    if (!dissemination.hasFresh() || difference > BULK_ROWS) {
      offer(from, now);
    }
  }

  void offer(Endpoint to, Instant now) {
    lastOffer = now;
    News self = News.of(membership.self());
    int bytes = FIXED_BYTES + MemberTable.BUCKETS * Long.BYTES + self.encodedBytes();
    send(to, new SyncOffer(table.bucketDigests(), self), bytes);
  }

  void offered(SyncOffer offer, Endpoint from, Instant now) {
    membership.learn(offer.self(), Membership.Source.RUMOUR, now);
    if (offer.buckets().size() != MemberTable.BUCKETS) {
      return;
    }
    SyncRows answer = rowsOf(table.bucketsUnlike(offer.buckets()));
    if (answer.wantedBuckets() != 0) {
      send(from, answer);
    }
  }

  void received(SyncRows rows, Endpoint from, Instant now) {
    Map<AgentId, Member> theirs = new LinkedHashMap<>();
    Membership.Source source =
        rows.rows().size() > BULK_ROWS ? Membership.Source.BULK : Membership.Source.REPAIR;
    for (News row : rows.rows()) {
      theirs.put(row.member().agent(), row.member());
      membership.learn(row, source, now);
    }
    if (rows.wantedBuckets() == 0) {
      return;
    }
    List<News> better = new ArrayList<>();
    for (List<Member> bucket : table.rowsByBucket(rows.wantedBuckets())) {
      for (Member row : bucket) {
        Member theirRow = theirs.get(row.agent());
        if (theirRow == null || row.compareFreshness(theirRow) > 0) {
          better.add(News.of(row));
        }
      }
    }
    if (!better.isEmpty()) {
      send(from, new SyncRows(0, better));
    }
  }

  private void send(Endpoint to, SyncRows rows) {
    send(to, rows, FIXED_BYTES + rows.rows().stream().mapToInt(News::encodedBytes).sum());
  }

  /**
   * In a datagram if it fits: whoever asks anew when an answer is missing needs no connection, and
   * agents that have just been started spend a good part of their time on the first one.
   */
  private void send(Endpoint to, GossipMessage message, int bytes) {
    if (bytes <= config.maxDatagramBytes()) {
      outbox.send(to, message);
    } else {
      outbox.sendStream(to, message);
    }
  }

  /**
   * The rows of {@code buckets}, whole buckets at a time, from a random one on, up to the limit.
   */
  private SyncRows rowsOf(long buckets) {
    List<List<Member>> byBucket = table.rowsByBucket(buckets);
    int first = random.nextInt(MemberTable.BUCKETS);
    List<News> rows = new ArrayList<>();
    long included = 0;
    int bytes = 0;
    for (int i = 0; i < MemberTable.BUCKETS && bytes < config.maxSyncBytes(); i++) {
      int bucket = (first + i) % MemberTable.BUCKETS;
      if ((buckets >>> bucket & 1) == 1) {
        included |= 1L << bucket;
        for (Member row : byBucket.get(bucket)) {
          News news = News.of(row);
          rows.add(news);
          bytes += news.encodedBytes();
        }
      }
    }
    return new SyncRows(included, rows);
  }
}
