package io.nefele.gossip;

import io.nefele.core.AgentId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * News to be passed on, least-sent first and youngest first among those (SWIM section 4.1). Newer
 * news of the same agent replaces the older.
 */
final class RumourQueue {
  private static final int SMALLEST_NEWS_BYTES = 58;

  /**
   * A thousand rumours wait while a fabric forms: what does not fit is soon enough for the next.
   */
  private static final int MISFITS_MAX = 4;

  /** After meeting so many members that know it a rumour is dropped. */
  private static final int INTEREST = 4;

  /**
   * @param unneeded how many members were met since that knew it already
   */
  private record Rumour(News news, int bytes, int sent, int unneeded, long order) {
    static int compareSent(Rumour a, Rumour b) {
      int sent = Integer.compare(a.sent, b.sent);
      return sent != 0 ? sent : Long.compare(b.order, a.order);
    }

    Rumour sentOnceMore() {
      return new Rumour(news, bytes, sent + 1, unneeded, order);
    }

    Rumour unneededOnceMore() {
      return new Rumour(news, bytes, sent, unneeded + 1, order);
    }

    AgentId about() {
      return news.member().agent();
    }
  }

  private final Map<AgentId, Rumour> byAgent = new LinkedHashMap<>();

  private final TreeSet<Rumour> queue = new TreeSet<>(Rumour::compareSent);
  private long order;

  void add(News news) {
    Rumour rumour = new Rumour(news, news.encodedBytes(), 0, 0, order++);
    Rumour replaced = byAgent.put(rumour.about(), rumour);
    if (replaced != null) {
      queue.remove(replaced);
    }
    queue.add(rumour);
  }

  boolean isEmpty() {
    return queue.isEmpty();
  }

  /** Whether some news was sent less than {@code times} times. */
  boolean hasSentLessThan(int times) {
    return !queue.isEmpty() && queue.getFirst().sent < times;
  }

  /**
   * News of at most {@code bytes} in all, each counted as sent once more.
   *
   * @param timesEach after this many times a rumour is dropped
   */
  List<News> take(int bytes, int timesEach) {
    if (queue.isEmpty()) {
      return List.of();
    }
    List<Rumour> taken = new ArrayList<>();
    int left = bytes;
    int misfits = 0;
    for (Rumour rumour : queue) {
      if (rumour.bytes <= left) {
        taken.add(rumour);
        left -= rumour.bytes;
      } else {
        misfits++;
      }
      if (left < SMALLEST_NEWS_BYTES || misfits > MISFITS_MAX) {
        break;
      }
    }
    List<News> news = new ArrayList<>(taken.size());
    for (Rumour rumour : taken) {
      news.add(rumour.news);
      queue.remove(rumour);
      if (rumour.sent + 1 < timesEach) {
        Rumour again = rumour.sentOnceMore();
        queue.add(again);
        byAgent.put(again.about(), again);
      } else {
        byAgent.remove(rumour.about());
      }
    }
    return news;
  }

  /**
   * A member was met whose table equals this one: whatever is news here is none there. After a few
   * of those a rumour is of no interest (Demers et al., PODC 1987, section 1.4: feedback and
   * counter); without this a thousand agents would tell each other for minutes of how they formed a
   * fabric. Suspicions are not part of what tables are compared by, and stay.
   */
  void metEqual() {
    List<Rumour> known = new ArrayList<>();
    for (Rumour rumour : queue) {
      if (rumour.news.member().state() != MemberState.SUSPECT) {
        known.add(rumour);
      }
    }
    for (Rumour rumour : known) {
      queue.remove(rumour);
      if (rumour.unneeded + 1 < INTEREST) {
        Rumour kept = rumour.unneededOnceMore();
        queue.add(kept);
        byAgent.put(kept.about(), kept);
      } else {
        byAgent.remove(rumour.about());
      }
    }
  }
}
