package io.nefele.agent.outside;

import io.nefele.core.Bytes;
import io.nefele.wire.Frame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicLong;

/** What comes in from outside, bounded: each reply, and what is held of all of them. */
final class Replies {
  private static final long HELD_MAX_BYTES = 128L << 20;
  private static final int BLOCK_BYTES = 64 << 10;

  private final AtomicLong held = new AtomicLong();

  /** More came than is ever taken. */
  static final class TooLarge extends IOException {
    private static final long serialVersionUID = 1;

    TooLarge(String message) {
      super(message);
    }
  }

  /** More came than there is room for now. */
  static final class NoRoom extends IOException {
    private static final long serialVersionUID = 1;

    NoRoom(String message) {
      super(message);
    }
  }

  /**
   * All until the end of {@code in}.
   *
   * @throws TooLarge if that is more than a message may have
   * @throws NoRoom if that is more than is held now
   */
  Bytes read(InputStream in) throws IOException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    byte[] block = new byte[BLOCK_BYTES];
    long taken = 0;
    try {
      for (int count = in.read(block); count >= 0; count = in.read(block)) {
        taken += count;
        if (taken > Frame.MAX_PAYLOAD_BYTES) {
          throw new TooLarge(
              "more than " + Frame.MAX_PAYLOAD_BYTES + " bytes came back, which no message has");
        }
        if (held.addAndGet(count) > HELD_MAX_BYTES) {
          throw new TooLarge("more comes in from outside than this agent takes at a time");
        }
        content.write(block, 0, count);
      }
      return Bytes.wrap(content.toByteArray());
    } finally {
      held.addAndGet(-taken);
    }
  }
}
