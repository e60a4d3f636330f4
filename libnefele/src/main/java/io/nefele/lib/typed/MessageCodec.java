package io.nefele.lib.typed;

import io.nefele.core.Bytes;
import io.nefele.core.MalformedMessage;
import java.util.function.Function;

/**
 * How messages of one type are written and read; JSON, Protocol Buffers, whatever a program uses.
 *
 * @param <T> the type; its values should not change
 */
public interface MessageCodec<T> {
  /** Text in UTF-8. */
  MessageCodec<String> TEXT = of(Bytes::utf8, bytes -> bytes.utf8());

  Bytes encode(T message);

  /**
   * @throws MalformedMessage if {@code bytes} is no such message
   */
  T decode(Bytes bytes) throws MalformedMessage;

  /**
   * A codec of two functions.
   *
   * @param decode throws an {@link IllegalArgumentException} at what it can't read
   */
  static <T> MessageCodec<T> of(Function<T, Bytes> encode, Function<Bytes, T> decode) {
    return new MessageCodec<>() {
      @Override
      public Bytes encode(T message) {
        return encode.apply(message);
      }

      @Override
      public T decode(Bytes bytes) throws MalformedMessage {
        try {
          return decode.apply(bytes);
        } catch (IllegalArgumentException e) {
          throw new MalformedMessage(String.valueOf(e.getMessage()));
        }
      }
    };
  }
}
