package io.nefele.sim.kernel;

import io.nefele.core.Bytes;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.HexFormat;

/**
 * A running hash of everything that happened: two runs with equal hashes took the same course. Fed
 * with numbers and bytes only, never with an object's own hash, which may differ between two JVMs.
 */
public final class TraceHash {
  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long PRIME = 0x9e3779b97f4a7c15L;
  private long state = 0x243f6a8885a308d3L;

  public void add(long value) {
    state = Long.rotateLeft(state ^ (value * PRIME), 29) * 0xbf58476d1ce4e5b9L;
  }

  public void add(Bytes bytes) {
    byte[] content = bytes.unsafeArray();
    add(content.length);
    int at = 0;
    for (; at + Long.BYTES <= content.length; at += Long.BYTES) {
      add((long) WORDS.get(content, at));
    }
    long rest = 0;
    for (; at < content.length; at++) {
      rest = rest << Byte.SIZE | content[at] & 0xff;
    }
    add(rest);
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
