package io.nefele.agent;

import io.nefele.core.AgentId;
import io.nefele.core.Codec;
import io.nefele.core.Decoder;
import io.nefele.core.Encoder;
import io.nefele.core.MalformedMessage;
import io.nefele.core.ProcessId;
import io.nefele.placement.RequestKey;
import io.nefele.table.ProcessRow;
import io.nefele.table.history.ProgramUse;
import io.nefele.table.tenant.RegistryEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * One change in the {@link RowJournal}: on disk a 32-bit length, the CRC-32C of length and content,
 * and the content.
 */
sealed interface JournalRecord {
  int HEADER_BYTES = 8;

  /** The first record: whose rows follow. */
  record Begin(AgentId owner) implements JournalRecord {}

  record Put(ProcessRow row) implements JournalRecord {}

  /** What all agents know of a tenant or a name. */
  record Registered(RegistryEntry entry) implements JournalRecord {}

  record Remove(ProcessId process) implements JournalRecord {}

  /** What this agent has seen a program use. */
  record Used(ProgramUse use) implements JournalRecord {}

  /** Which is not kept any more. */
  record Unused(ProgramUse.Key key) implements JournalRecord {}

  /** A placement request is open here. */
  record Opened(RequestKey key, List<AgentId> participants) implements JournalRecord {}

  /** And is not any more. */
  record Closed(RequestKey key) implements JournalRecord {}

  Codec<JournalRecord> CODEC = Codec.of(JournalRecord::encode, JournalRecord::decode);

  private static void encode(JournalRecord record, Encoder out) {
    switch (record) {
      case Put(var row) -> out.int8(1).put(ProcessRow.CODEC, row);
      case Remove(var process) -> out.int8(2).put(ProcessId.CODEC, process);
      case Registered(var entry) -> out.int8(4).put(RegistryEntry.CODEC, entry);
      case Used(var use) -> out.int8(5).put(ProgramUse.CODEC, use);
      case Unused(var key) -> out.int8(6).put(ProgramUse.Key.CODEC, key);
      case Opened(var key, var participants) ->
          out.int8(7).put(RequestKey.CODEC, key).list(AgentId.CODEC, participants);
      case Closed(var key) -> out.int8(8).put(RequestKey.CODEC, key);
      case Begin(var owner) -> out.int8(3).int64(owner.value());
    }
  }

  private static JournalRecord decode(Decoder in) throws MalformedMessage {
    int type = in.int8();
    return switch (type) {
      case 1 -> new Put(in.get(ProcessRow.CODEC));
      case 2 -> new Remove(in.get(ProcessId.CODEC));
      case 3 -> new Begin(new AgentId(in.int64()));
      case 4 -> new Registered(in.get(RegistryEntry.CODEC));
      case 5 -> new Used(in.get(ProgramUse.CODEC));
      case 6 -> new Unused(in.get(ProgramUse.Key.CODEC));
      case 7 -> new Opened(in.get(RequestKey.CODEC), in.list(AgentId.CODEC));
      case 8 -> new Closed(in.get(RequestKey.CODEC));
      default -> throw in.malformed("no journal record has type " + type);
    };
  }

  /** Appends it with one write, of which a crash may leave any beginning. */
  default void write(FileChannel log) throws IOException {
    byte[] content = CODEC.toBytes(this).unsafeArray();
    ByteBuffer bytes =
        ByteBuffer.allocate(HEADER_BYTES + content.length)
            .putInt(content.length)
            .putInt(checksum(content, 0, content.length))
            .put(content)
            .flip();
    while (bytes.hasRemaining()) {
      log.write(bytes);
    }
  }

  /** Of a record whose content stands at {@code offset}. */
  static int checksum(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(ByteBuffer.allocate(Integer.BYTES).putInt(length).flip());
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }
}
