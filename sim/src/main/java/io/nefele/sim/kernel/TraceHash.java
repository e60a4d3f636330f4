package io.nefele.sim.kernel;

import io.nefele.core.Bytes;
import java.util.HexFormat;

/**
 * A running hash of everything that happened: two runs with equal hashes took the same course. Fed
 * with numbers and bytes only, never with an object's own hash, which may differ between two JVMs.
 */
public final class TraceHash {
  private static final long PRIME = 0x9e3779b97f4a7c15L;
  private long state = 0x243f6a8885a308d3L;

  public void add(long value) {
    state = Long.rotateLeft(state ^ (value * PRIME), 29) * 0xbf58476d1ce4e5b9L;
  }

  public void add(Bytes bytes) {
    byte[] content = bytes.unsafeArray();
    long word = content.length;
    for (int i = 0; i < content.length; i++) {
      word = word * 31 + content[i];
    }
    add(word);
  }

  public void add(String text) {
    // The hash of a string is defined by its characters.
    add(text.hashCode());
  }

  public long value() {
    return state;
  }

  @Override
  public String toString() {
    return HexFormat.of().toHexDigits(state);
  }
}
