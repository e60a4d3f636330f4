package io.nefele.core;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A map that forgets what was not used for longest when there is no room for more. In the order of
 * use, which is the same in every run. Not thread-safe.
 */
public final class RecentlyUsed<K, V> extends LinkedHashMap<K, V> {
  private static final long serialVersionUID = 1;

  private final int sizeMax;

  /**
   * @param sizeMax how many entries it keeps
   */
  public RecentlyUsed(int sizeMax) {
    super(16, 0.75f, true);
    this.sizeMax = sizeMax;
  }

  @Override
  protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
    return size() > sizeMax;
  }
}
