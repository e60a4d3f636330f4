package io.nefele.core;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** An immutable string of bytes. Thread-safe. */
public final class Bytes {
  public static final Bytes EMPTY = new Bytes(new byte[0]);

  private final byte[] content;

  private Bytes(byte[] content) {
    this.content = content;
  }

  /** A copy of {@code content}. */
  public static Bytes copyOf(byte[] content) {
    return content.length == 0 ? EMPTY : new Bytes(content.clone());
  }

  /** Takes {@code content} over without a copy; the caller must not change it any more. */
  public static Bytes wrap(byte[] content) {
    return content.length == 0 ? EMPTY : new Bytes(content);
  }

  /** The UTF-8 form of {@code text}. */
  public static Bytes utf8(String text) {
    return wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  public int size() {
    return content.length;
  }

  /** A copy of the content. */
  public byte[] toArray() {
    return content.clone();
  }

  /** The content itself, for codecs and sockets that only read it. */
  public byte[] unsafeArray() {
    return content;
  }

  /** The content read as UTF-8; what is not valid becomes U+FFFD. */
  public String utf8() {
    return new String(content, StandardCharsets.UTF_8);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes bytes && Arrays.equals(content, bytes.content);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(content);
  }

  @Override
  public String toString() {
    return size() + " bytes";
  }
}
