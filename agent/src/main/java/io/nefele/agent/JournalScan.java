package io.nefele.agent;

import io.nefele.core.Bytes;
import io.nefele.core.MalformedMessage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/**
 * What the bytes of a journal are worth.
 *
 * <p>A crash in the middle of an append leaves the beginning of a record, or, after a loss of
 * power, zeros where it should be. Anything else that is no record, and anything that is followed
 * by one, is damage: something else than a crash has been at the file.
 *
 * @param records those before whatever is wrong
 * @param soundBytes how long they are
 * @param tornBytes how long the record is that was cut off behind them
 * @param damagedAt the first byte that is damaged, if one is
 */
record JournalScan(
    List<JournalRecord> records, long soundBytes, long tornBytes, OptionalLong damagedAt) {

  static JournalScan of(byte[] bytes) {
    List<JournalRecord> records = new ArrayList<>();
    int position = 0;
    while (position < bytes.length) {
      int length = lengthAt(bytes, position);
      if (length < 0) {
        boolean torn = isBeginning(bytes, position) && !holdsRecord(bytes, position + 1);
        return new JournalScan(
            records,
            position,
            torn ? bytes.length - position : 0,
            torn ? OptionalLong.empty() : OptionalLong.of(position));
      }
      try {
        records.add(
            JournalRecord.CODEC.fromBytes(
                Bytes.wrap(
                    Arrays.copyOfRange(
                        bytes,
                        position + JournalRecord.HEADER_BYTES,
                        position + JournalRecord.HEADER_BYTES + length))));
      } catch (MalformedMessage e) {
        return new JournalScan(records, position, 0, OptionalLong.of(position));
      }
      position += JournalRecord.HEADER_BYTES + length;
    }
    return new JournalScan(records, position, 0, OptionalLong.empty());
  }

  /** The length of the content of the record at {@code position}; -1 if there is none. */
  private static int lengthAt(byte[] bytes, int position) {
    int left = bytes.length - position - JournalRecord.HEADER_BYTES;
    if (left <= 0) {
      return -1;
    }
    ByteBuffer header = ByteBuffer.wrap(bytes, position, JournalRecord.HEADER_BYTES);
    int length = header.getInt();
    int checksum = header.getInt();
    boolean sound =
        length > 0
            && length <= left
            && JournalRecord.checksum(bytes, position + JournalRecord.HEADER_BYTES, length)
                == checksum;
    return sound ? length : -1;
  }

  /** Whether an append that was cut off could look like this. */
  private static boolean isBeginning(byte[] bytes, int position) {
    int left = bytes.length - position;
    if (left < JournalRecord.HEADER_BYTES) {
      return true;
    }
    int length = ByteBuffer.wrap(bytes, position, Integer.BYTES).getInt();
    boolean longer = length > left - JournalRecord.HEADER_BYTES;
    return longer || isZero(bytes, position);
  }

  private static boolean isZero(byte[] bytes, int from) {
    for (int i = from; i < bytes.length; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean holdsRecord(byte[] bytes, int from) {
    for (int position = from; position < bytes.length; position++) {
      if (lengthAt(bytes, position) > 0) {
        return true;
      }
    }
    return false;
  }
}
