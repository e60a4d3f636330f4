package io.nefele.table.tenant;

/** The finaliser of SplitMix64 (Steele, Lea, Flood 2014): near numbers in, far numbers out. */
public final class Mix {
  private Mix() {}

  public static long of(long z) {
    long x = z + 0x9e3779b97f4a7c15L;
    x = (x ^ x >>> 30) * 0xbf58476d1ce4e5b9L;
    x = (x ^ x >>> 27) * 0x94d049bb133111ebL;
    return x ^ x >>> 31;
  }
}
