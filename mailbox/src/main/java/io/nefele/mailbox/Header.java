package io.nefele.mailbox;

import io.nefele.core.Bytes;
import io.nefele.core.Codec;

/**
 * A remark on a message, for the patterns built on top of sending: a correlation id, a kind, a
 * topic. Mailboxes carry headers and never read them.
 *
 * @param name 1 to 63 characters
 * @param value at most 4,096 bytes
 */
public record Header(String name, Bytes value) {
  private static final int MAX_NAME_LENGTH = 63;
  private static final int MAX_VALUE_BYTES = 4096;

  public static final Codec<Header> CODEC =
      Codec.of(
          (header, out) -> out.string(header.name).bytes(header.value),
          in -> new Header(in.string(), in.bytes()));

  public Header {
    if (name.isEmpty() || name.length() > MAX_NAME_LENGTH) {
      throw new IllegalArgumentException(
          "a header's name has 1 to " + MAX_NAME_LENGTH + " characters: '" + name + "'");
    }
    if (value.size() > MAX_VALUE_BYTES) {
      throw new IllegalArgumentException(
          "a header's value has at most " + MAX_VALUE_BYTES + " bytes: " + value.size());
    }
  }
}
