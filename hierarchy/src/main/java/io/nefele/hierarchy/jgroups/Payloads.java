package io.nefele.hierarchy.jgroups;

import io.nefele.core.Bytes;
import java.util.Arrays;
import org.jgroups.Message;

/** What a JGroups message carries. */
final class Payloads {
  private Payloads() {}

  /** The payload, without a copy where the message's array holds nothing else. */
  static Bytes of(Message message) {
    byte[] array = message.getArray();
    int length = message.getLength();
    if (array == null || length == 0) {
      return Bytes.EMPTY;
    }
    int offset = message.getOffset();
    return offset == 0 && array.length == length
        ? Bytes.wrap(array)
        : Bytes.wrap(Arrays.copyOfRange(array, offset, offset + length));
  }
}
