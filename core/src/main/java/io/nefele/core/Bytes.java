package io.nefele.core;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An immutable string of bytes. Thread-safe. */
public final class Bytes {
  public static final Bytes EMPTY = new Bytes(new byte[0]);

  private final byte[] content;
  private @Nullable Reading<?> lastReading;

  /** What a codec made of the bytes. Immutable, so that it may be published by a race. */
  private record Reading<T>(Codec<T> codec, Optional<T> value) {}

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

  /**
   * The value that these bytes hold, and nothing else; empty if they hold none. It is kept with
   * them, so that all who share the bytes decode them once.
   *
   * @param <T> immutable values
   */
  public <T> Optional<T> read(Codec<T> codec) {
    Reading<?> last = lastReading;
    if (last != null && last.codec == codec) {
      @SuppressWarnings("unchecked") // The codec made the value.
      Optional<T> value = (Optional<T>) last.value;
      return value;
    }
    Optional<T> value;
    try {
      value = Optional.of(codec.fromBytes(this));
    } catch (MalformedMessage e) {
      value = Optional.empty();
    }
    lastReading = new Reading<>(codec, value);
    return value;
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
