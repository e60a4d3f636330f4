package io.nefele.gossip;

import io.nefele.core.AgentId;
import io.nefele.core.Endpoint;
import io.nefele.gossip.GossipMessage.SyncOffer;
import io.nefele.gossip.GossipMessage.SyncRows;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Makes two member tables equal: push-pull anti-entropy (Demers et al., PODC 1987, section 1.3),
 * with the digests of that paper so that equal tables cost nothing and unlike ones only the rows of
 * unlike buckets. Offer, rows, better rows back.
 */
final class Repair {
  /** A repair with more rows than this is bulk. */
  private static final int BULK_ROWS = 16;

  private final GossipConfig config;
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
    if (theirs.equals(ours) || now.isBefore(lastOffer.plus(config.probePeriod().dividedBy(2)))) {
      return;
    }
    int difference = Math.abs(theirs.count() - ours.count());
    if (!dissemination.hasFresh() || difference > BULK_ROWS) {
      offer(from, now);
    }
  }

  void offer(Endpoint to, Instant now) {
    lastOffer = now;
    outbox.sendStream(to, new SyncOffer(table.bucketDigests(), News.of(membership.self())));
  }

  void offered(SyncOffer offer, Endpoint from, Instant now) {
    membership.learn(offer.self(), Membership.Source.RUMOUR, now);
    if (offer.buckets().size() != MemberTable.BUCKETS) {
      return;
    }
    SyncRows answer = rowsOf(table.bucketsUnlike(offer.buckets()));
    if (answer.wantedBuckets() != 0) {
      outbox.sendStream(from, answer);
    }
  }

  void received(SyncRows rows, Endpoint from, Instant now) {
    // Looked up, never iterated.
    Map<AgentId, Member> theirs = new HashMap<>();
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
    for (int bucket = 0; bucket < MemberTable.BUCKETS; bucket++) {
      if ((rows.wantedBuckets() >>> bucket & 1) == 1) {
        for (Member row : table.rowsOf(bucket)) {
          Member theirRow = theirs.get(row.agent());
          if (theirRow == null || row.compareFreshness(theirRow) > 0) {
            better.add(News.of(row));
          }
        }
      }
    }
    if (!better.isEmpty()) {
      outbox.sendStream(from, new SyncRows(0, better));
    }
  }

  /**
   * The rows of {@code buckets}, whole buckets at a time, from a random one on, up to the limit.
   */
  private SyncRows rowsOf(long buckets) {
    int first = random.nextInt(MemberTable.BUCKETS);
    List<News> rows = new ArrayList<>();
    long included = 0;
    int bytes = 0;
    for (int i = 0; i < MemberTable.BUCKETS && bytes < config.maxSyncBytes(); i++) {
      int bucket = (first + i) % MemberTable.BUCKETS;
      if ((buckets >>> bucket & 1) == 1) {
        included |= 1L << bucket;
        for (Member row : table.rowsOf(bucket)) {
          News news = News.of(row);
          rows.add(news);
          bytes += news.encodedBytes();
        }
      }
    }
    return new SyncRows(included, rows);
  }
}
