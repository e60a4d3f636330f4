package io.nefele.gossip;

import io.nefele.core.AgentId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
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

  private record Rumour(News news, int bytes, int sent, long order) {
    static final Comparator<Rumour> LEAST_SENT =
        Comparator.comparingInt(Rumour::sent)
            .thenComparing(Comparator.comparingLong(Rumour::order).reversed());

    Rumour sentOnceMore() {
      return new Rumour(news, bytes, sent + 1, order);
    }

    AgentId about() {
      return news.member().agent();
    }
  }

  private final TreeMap<AgentId, Rumour> byAgent = new TreeMap<>();
  private final TreeSet<Rumour> queue = new TreeSet<>(Rumour.LEAST_SENT);
  private long order;

  void add(News news) {
    Rumour rumour = new Rumour(news, News.CODEC.toBytes(news).size(), 0, order++);
    Rumour replaced = byAgent.put(rumour.about(), rumour);
    if (replaced != null) {
      queue.remove(replaced);
    }
    queue.add(rumour);
  }

  boolean isEmpty() {
    return queue.isEmpty();
  }

  /** Whether some news was never sent. */
  boolean hasFresh() {
    return !queue.isEmpty() && queue.getFirst().sent == 0;
  }

  /**
   * News of at most {@code bytes} in all, each counted as sent once more.
   *
   * @param timesEach after this many times a rumour is dropped
   */
  List<News> take(int bytes, int timesEach) {
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
}
