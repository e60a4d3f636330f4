package io.nefele.core;

import java.nio.ByteBuffer;
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
  private ByteBuffer buffer = ByteBuffer.allocate(128);

  public Encoder int8(int value) {
    room(1).put((byte) value);
    return this;
  }

  public Encoder int32(int value) {
    room(4).putInt(value);
    return this;
  }

  public Encoder int64(long value) {
    room(8).putLong(value);
    return this;
  }

  public Encoder float64(double value) {
    room(8).putDouble(value);
    return this;
  }

  public Encoder bool(boolean value) {
    return int8(value ? 1 : 0);
  }

  public Encoder bytes(Bytes value) {
    byte[] content = value.unsafeArray();
    room(4 + content.length).putInt(content.length).put(content);
    return this;
  }

  public Encoder string(String value) {
    byte[] content = value.getBytes(StandardCharsets.UTF_8);
    room(4 + content.length).putInt(content.length).put(content);
    return this;
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
    return Bytes.wrap(Arrays.copyOf(buffer.array(), buffer.position()));
  }

  private ByteBuffer room(int bytes) {
    if (buffer.remaining() < bytes) {
      int capacity = Math.max(buffer.capacity() * 2, buffer.position() + bytes);
      buffer = ByteBuffer.allocate(capacity).put(buffer.flip());
    }
    return buffer;
  }
}
