package io.nefele.core;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads what an {@link Encoder} wrote, trusting nothing: every length is checked against what is
 * left before anything is allocated. Not thread-safe.
 */
public final class Decoder {
  /** A power of two. */
  private static final int SHARED = 64;

  private final byte[] buffer;
  private int position;

  /** Strings that were read before, by their hash; none before the first is asked for. */
  private @Nullable String[] shared = {};

  public Decoder(Bytes bytes) {
    this.buffer = bytes.unsafeArray();
  }

  public int int8() throws MalformedMessage {
    return buffer[take(1, "an 8-bit number")];
  }

  public int int32() throws MalformedMessage {
    return intAt(take(Integer.BYTES, "a 32-bit number"));
  }

  public long int64() throws MalformedMessage {
    return longAt(take(Long.BYTES, "a 64-bit number"));
  }

  public double float64() throws MalformedMessage {
    return Double.longBitsToDouble(longAt(take(Double.BYTES, "a 64-bit float")));
  }

  public boolean bool() throws MalformedMessage {
    int value = int8();
    if (value != 0 && value != 1) {
      throw malformed("a boolean is 0 or 1, found " + value);
    }
    return value == 1;
  }

  public Bytes bytes() throws MalformedMessage {
    return Bytes.wrap(block("a byte string"));
  }

  public String string() throws MalformedMessage {
    int length = length("a string");
    int start = take(length, "a string");
    if (isAscii(start, length)) {
      return new String(buffer, start, length, StandardCharsets.US_ASCII);
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(buffer, start, length))
          .toString();
    } catch (CharacterCodingException e) {
      throw malformed("a string is not valid UTF-8");
    }
  }

  /**
   * As {@link #string}, for what is likely to stand in these bytes more than once, as the name of a
   * tenant in a table: equal strings are mostly one object then.
   */
  public String sharedString() throws MalformedMessage {
    int start = position;
    int length = length("a string");
    int begin = position;
    int hash = 0;
    for (int i = 0; i < length && begin + i < buffer.length; i++) {
      hash = 31 * hash + buffer[begin + i];
    }
    if (shared.length == 0) {
      shared = new String[SHARED];
    }
    int slot = (hash ^ hash >>> 16) & (SHARED - 1);
    String before = shared[slot];
    if (before != null && isNext(before, length)) {
      position += length;
      return before;
    }
    position = start;
    String string = string();
    shared[slot] = string;
    return string;
  }

  /** Whether the next {@code length} bytes are those of {@code string}, all of them ASCII. */
  private boolean isNext(String string, int length) {
    if (string.length() != length || left() < length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      byte next = buffer[position + i];
      if (next < 0 || next != string.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  public <T> T get(Codec<T> codec) throws MalformedMessage {
    return codec.decode(this);
  }

  public <T> Optional<T> optional(Codec<T> codec) throws MalformedMessage {
    return bool() ? Optional.of(codec.decode(this)) : Optional.empty();
  }

  public <T> List<T> list(Codec<T> codec) throws MalformedMessage {
    int count = int32();
    // Every element takes at least one byte, so a count beyond what is left is a lie.
    if (count < 0 || count > left()) {
      throw malformed("a list of " + count + " elements in " + left() + " bytes");
    }
    List<T> values = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      values.add(codec.decode(this));
    }
    return List.copyOf(values);
  }

  /**
   * Says that nothing may be left.
   *
   * @throws MalformedMessage if something is
   */
  public void expectEnd() throws MalformedMessage {
    if (left() > 0) {
      throw malformed(left() + " bytes left over");
    }
  }

  /** A refusal of what was read, with the offset at which reading stands. */
  public MalformedMessage malformed(String what) {
    return new MalformedMessage("at byte " + position + ": " + what);
  }

  private byte[] block(String what) throws MalformedMessage {
    int length = length(what);
    int start = take(length, what);
    return Arrays.copyOfRange(buffer, start, start + length);
  }

  private int length(String what) throws MalformedMessage {
    int length = int32();
    if (length < 0) {
      throw malformed(what + " of length " + length);
    }
    return length;
  }

  private boolean isAscii(int start, int length) {
    for (int i = start; i < start + length; i++) {
      if (buffer[i] < 0) {
        return false;
      }
    }
    return true;
  }

  private int intAt(int at) {
    return buffer[at] << 24
        | (buffer[at + 1] & 0xff) << 16
        | (buffer[at + 2] & 0xff) << 8
        | (buffer[at + 3] & 0xff);
  }

  private long longAt(int at) {
    return (long) intAt(at) << 32 | (intAt(at + 4) & 0xffff_ffffL);
  }

  private int left() {
    return buffer.length - position;
  }

  /** Moves over {@code bytes} and returns where they start. */
  private int take(int bytes, String what) throws MalformedMessage {
    if (left() < bytes) {
      throw malformed(what + " needs " + bytes + " bytes, " + left() + " are left");
    }
    int start = position;
    position += bytes;
    return start;
  }
}
