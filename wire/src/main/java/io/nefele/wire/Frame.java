package io.nefele.wire;

import io.nefele.core.Bytes;
import io.nefele.core.Codec;
import io.nefele.core.Decoder;
import io.nefele.core.Encoder;
import io.nefele.core.MalformedMessage;
import java.nio.ByteBuffer;

/**
 * One message on the agent's socket: a 32-bit length of all that follows, then version, type and
 * request number, then the body. Responses carry the number of their request; requests of one
 * connection may be answered in any order.
 *
 * @param version the protocol version of the sender, {@link #VERSION} here
 * @param type which record the body holds; see {@link Request} and {@link Response}
 * @param request chosen by the client, unique among its unanswered requests
 * @param body the encoded record
 */
public record Frame(int version, int type, int request, Bytes body) {
  /** The protocol version that this code speaks. */
  public static final int VERSION = 1;

  /** The largest message payload that a client may send: 64 MiB. */
  public static final int MAX_PAYLOAD_BYTES = 64 << 20;

  /** The largest frame, without its length field: a full payload and 1 MiB for all else. */
  public static final int MAX_FRAME_BYTES = MAX_PAYLOAD_BYTES + (1 << 20);

  /** Bytes of the length field. */
  public static final int LENGTH_BYTES = 4;

  /** Bytes of version, type and request number. */
  public static final int HEADER_BYTES = 6;

  /** The frame that carries {@code body} encoded with {@code codec}. */
  public static <T> Frame of(int type, int request, Codec<T> codec, T body) {
    return new Frame(VERSION, type, request, codec.toBytes(body));
  }

  /** The bytes on the socket, length field included, ready to be read. */
  public ByteBuffer toBuffer() {
    return ByteBuffer.allocate(LENGTH_BYTES + HEADER_BYTES + body.size())
        .putInt(HEADER_BYTES + body.size())
        .put((byte) version)
        .put((byte) type)
        .putInt(request)
        .put(body.unsafeArray())
        .flip();
  }

  /**
   * The length that a length field announces.
   *
   * @return bytes that follow the field
   * @throws MalformedMessage if it can't be the length of a frame
   */
  public static int checkLength(int length) throws MalformedMessage {
    if (length < HEADER_BYTES || length > MAX_FRAME_BYTES) {
      throw new MalformedMessage(
          "a frame has "
              + HEADER_BYTES
              + " to "
              + MAX_FRAME_BYTES
              + " bytes, this one announces "
              + Integer.toUnsignedString(length));
    }
    return length;
  }

  /**
   * The frame in {@code content}, which is all that follows a length field.
   *
   * @throws MalformedMessage if it is shorter than a header
   */
  public static Frame parse(byte[] content) throws MalformedMessage {
    Decoder in = new Decoder(Bytes.wrap(content));
    int version = in.int8();
    int type = in.int8();
    int request = in.int32();
    byte[] body = new byte[content.length - HEADER_BYTES];
    System.arraycopy(content, HEADER_BYTES, body, 0, body.length);
    return new Frame(version, type, request, Bytes.wrap(body));
  }

  /** Strings, in lists. */
  static final Codec<String> STRING =
      Codec.of((String text, Encoder out) -> out.string(text), Decoder::string);
}
