package io.nefele.core;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads what an {@link Encoder} wrote, trusting nothing: every length is checked against what is
 * left before anything is allocated. Not thread-safe.
 */
public final class Decoder {
  private final ByteBuffer buffer;

  public Decoder(Bytes bytes) {
    this.buffer = ByteBuffer.wrap(bytes.unsafeArray());
  }

  public int int8() throws MalformedMessage {
    return need(1, "an 8-bit number").get();
  }

  public int int32() throws MalformedMessage {
    return need(4, "a 32-bit number").getInt();
  }

  public long int64() throws MalformedMessage {
    return need(8, "a 64-bit number").getLong();
  }

  public double float64() throws MalformedMessage {
    return need(8, "a 64-bit float").getDouble();
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
    byte[] content = block("a string");
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    } catch (CharacterCodingException e) {
      throw malformed("a string is not valid UTF-8");
    }
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
    if (count < 0 || count > buffer.remaining()) {
      throw malformed("a list of " + count + " elements in " + buffer.remaining() + " bytes");
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
    if (buffer.hasRemaining()) {
      throw malformed(buffer.remaining() + " bytes left over");
    }
  }

  /** A refusal of what was read, with the offset at which reading stands. */
  public MalformedMessage malformed(String what) {
    return new MalformedMessage("at byte " + buffer.position() + ": " + what);
  }

  private byte[] block(String what) throws MalformedMessage {
    int length = int32();
    if (length < 0) {
      throw malformed(what + " of length " + length);
    }
    need(length, what);
    byte[] content = new byte[length];
    buffer.get(content);
    return content;
  }

  private ByteBuffer need(int bytes, String what) throws MalformedMessage {
    if (buffer.remaining() < bytes) {
      throw malformed(what + " needs " + bytes + " bytes, " + buffer.remaining() + " are left");
    }
    return buffer;
  }
}
