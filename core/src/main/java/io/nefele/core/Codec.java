package io.nefele.core;

/**
 * Turns values into bytes and back. Every message between agents, every row on disk and every frame
 * to a client goes through one.
 *
 * <p>{@code decode(encode(x)).equals(x)} for all {@code x}; decoding any other bytes throws {@link
 * MalformedMessage} and has no other effect.
 *
 * @param <T> the values
 */
public interface Codec<T> {

  /** Appends {@code value} to {@code out}. */
  void encode(T value, Encoder out);

  /**
   * Reads one value from where {@code in} stands.
   *
   * @throws MalformedMessage if there is none
   */
  T decode(Decoder in) throws MalformedMessage;

  /** The bytes of {@code value} alone. */
  default Bytes toBytes(T value) {
    Encoder out = new Encoder();
    encode(value, out);
    return out.toBytes();
  }

  /**
   * The value that {@code bytes} hold, and nothing else.
   *
   * @throws MalformedMessage if they hold no value, or more than one
   */
  default T fromBytes(Bytes bytes) throws MalformedMessage {
    Decoder in = new Decoder(bytes);
    T value = decodeChecked(in);
    in.expectEnd();
    return value;
  }

  /** {@link #decode} with a constructor's refusal of a decoded value told as malformed, too. */
  private T decodeChecked(Decoder in) throws MalformedMessage {
    try {
      return decode(in);
    } catch (IllegalArgumentException e) {
      throw new MalformedMessage("value out of range: " + e.getMessage());
    }
  }

  /** A codec of two functions. */
  static <T> Codec<T> of(Write<T> write, Read<T> read) {
    return new Codec<>() {
      @Override
      public void encode(T value, Encoder out) {
        write.encode(value, out);
      }

      @Override
      public T decode(Decoder in) throws MalformedMessage {
        return read.decode(in);
      }
    };
  }

  /** See {@link Codec#encode}. */
  interface Write<T> {
    void encode(T value, Encoder out);
  }

  /** See {@link Codec#decode}. */
  interface Read<T> {
    T decode(Decoder in) throws MalformedMessage;
  }
}
