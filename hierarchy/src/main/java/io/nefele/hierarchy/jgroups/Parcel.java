package io.nefele.hierarchy.jgroups;

import io.nefele.core.Bytes;
import io.nefele.core.Codec;
import io.nefele.core.Decoder;
import io.nefele.core.Encoder;
import io.nefele.core.MalformedMessage;
import java.util.Arrays;
import java.util.List;

/**
 * Messages that go to one agent in one piece: what a protocol stack does for each message costs
 * more than a small message itself. A byte says whether there is one, which is all that follows, or
 * a list of them.
 */
final class Parcel {
  private static final byte ONE = 0;
  private static final byte MANY = 1;
  private static final Codec<Bytes> BYTES =
      Codec.of((Bytes bytes, Encoder out) -> out.bytes(bytes), Decoder::bytes);

  private Parcel() {}

  /**
   * @param messages one at least
   */
  static byte[] of(List<Bytes> messages) {
    if (messages.size() > 1) {
      return new Encoder().int8(MANY).list(BYTES, messages).toBytes().unsafeArray();
    }
    byte[] message = messages.getFirst().unsafeArray();
    byte[] parcel = new byte[1 + message.length];
    parcel[0] = ONE;
    System.arraycopy(message, 0, parcel, 1, message.length);
    return parcel;
  }

  /**
   * @throws MalformedMessage if it is no parcel
   */
  static List<Bytes> open(Bytes parcel) throws MalformedMessage {
    byte[] content = parcel.unsafeArray();
    if (content.length > 0 && content[0] == ONE) {
      return List.of(Bytes.wrap(Arrays.copyOfRange(content, 1, content.length)));
    }
    Decoder in = new Decoder(parcel);
    if (in.int8() != MANY) {
      throw in.malformed("neither one message nor many");
    }
    List<Bytes> messages = in.list(BYTES);
    in.expectEnd();
    return messages;
  }
}
