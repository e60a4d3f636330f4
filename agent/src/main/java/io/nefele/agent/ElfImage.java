package io.nefele.agent;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** What the header of an ELF file says of the memory that the program takes once it is loaded. */
final class ElfImage {
  private static final int MAGIC = 0x7f454c46;
  private static final int CLASS_AT = 4;
  private static final int CLASS_64 = 2;
  private static final int ORDER_AT = 5;
  private static final int LITTLE = 1;
  private static final int TABLE_AT = 32;
  private static final int ENTRY_SIZE_AT = 54;
  private static final int ENTRIES_AT = 56;
  private static final int HEADER_BYTES = 64;
  private static final int ENTRY_BYTES = 56;
  private static final int MEMORY_SIZE_AT = 40;
  private static final int LOADED = 1;

  private ElfImage() {}

  /**
   * How much its segments take, what is zero at first among it.
   *
   * @param head the beginning of a file
   * @return bytes; 0 if it is no 64-bit ELF file, or its table is not in its beginning
   */
  static long loadedBytes(ByteBuffer head) {
    ByteBuffer file = head.duplicate().order(ByteOrder.BIG_ENDIAN);
    if (file.limit() < HEADER_BYTES || file.getInt(0) != MAGIC || file.get(CLASS_AT) != CLASS_64) {
      return 0;
    }
    file.order(file.get(ORDER_AT) == LITTLE ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    long table = file.getLong(TABLE_AT);
    int entryBytes = file.getShort(ENTRY_SIZE_AT) & 0xffff;
    int entries = file.getShort(ENTRIES_AT) & 0xffff;
    if (entryBytes < ENTRY_BYTES
        || table < 0
        || table > file.limit()
        || table + (long) entryBytes * entries > file.limit()) {
      return 0;
    }
    long sum = 0;
    for (int i = 0; i < entries; i++) {
      int entry = (int) table + i * entryBytes;
      if (file.getInt(entry) == LOADED) {
        // What no machine has is no size: then the sum says nothing, and is of no harm.
        sum += Math.clamp(file.getLong(entry + MEMORY_SIZE_AT), 0, 1L << 45);
      }
    }
    return sum;
  }
}
