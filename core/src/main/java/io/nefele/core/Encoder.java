package io.nefele.core;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;

/**
 * Appends primitives to a growing buffer. Numbers are big-endian and of fixed width; strings and
 * byte strings are a 32-bit length and the bytes; lists are a 32-bit count and the elements. Simple
 * enough to be read from C or Python. Not thread-safe.
 */
public final class Encoder {
  private byte[] buffer = new byte[128];
  private int size;

  public Encoder int8(int value) {
    room(1);
    buffer[size++] = (byte) value;
    return this;
  }

  public Encoder int32(int value) {
    room(Integer.BYTES);
    buffer[size] = (byte) (value >>> 24);
    buffer[size + 1] = (byte) (value >>> 16);
    buffer[size + 2] = (byte) (value >>> 8);
    buffer[size + 3] = (byte) value;
    size += Integer.BYTES;
    return this;
  }

  public Encoder int64(long value) {
    return int32((int) (value >>> 32)).int32((int) value);
  }

  public Encoder float64(double value) {
    return int64(Double.doubleToLongBits(value));
  }

  public Encoder bool(boolean value) {
    return int8(value ? 1 : 0);
  }

  public Encoder bytes(Bytes value) {
    return block(value.unsafeArray());
  }

  public Encoder string(String value) {
    return block(value.getBytes(StandardCharsets.UTF_8));
  }

  public <T> Encoder put(Codec<T> codec, T value) {
    codec.encode(value, this);
    return this;
  }

  public <T> Encoder optional(Codec<T> codec, Optional<T> value) {
    bool(value.isPresent());
    value.ifPresent(present -> codec.encode(present, this));
    return this;
  }

  public <T> Encoder list(Codec<T> codec, Collection<T> values) {
    int32(values.size());
    for (T value : values) {
      codec.encode(value, this);
    }
    return this;
  }

  /** What was appended so far. */
  public Bytes toBytes() {
    return Bytes.wrap(Arrays.copyOf(buffer, size));
  }

  /** How many bytes {@link #string} takes for {@code value}. */
  static int stringBytes(String value) {
    int bytes = Integer.BYTES;
    for (int i = 0; i < value.length(); i++) {
      if (value.charAt(i) >= 0x80) {
        return Integer.BYTES + value.getBytes(StandardCharsets.UTF_8).length;
      }
      bytes++;
    }
    return bytes;
  }

  private Encoder block(byte[] content) {
    int32(content.length);
    room(content.length);
    System.arraycopy(content, 0, buffer, size, content.length);
    size += content.length;
    return this;
  }

  private void room(int bytes) {
    if (buffer.length - size < bytes) {
      buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, size + bytes));
    }
  }
}
