package io.nefele.hierarchy.jgroups;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.function.Supplier;
import org.jgroups.Header;

/** Marks a message without content as a heartbeat, or as the answer to a stranger's. */
public final class HeartbeatHeader extends Header {

  /** What the message says. */
  enum Kind {
    /** The sender lives. */
    BEAT,
    /** The sender lives and misses the leader. */
    ALARM,
    /** The receiver is not in the sender's view. */
    STRANGER
  }

  /** Numbers from 1,024 on are free for headers that JGroups does not know. */
  static final short MAGIC_ID = 1_100;

  private Kind kind = Kind.BEAT;

  /** For JGroups, which fills it in. */
  public HeartbeatHeader() {}

  HeartbeatHeader(Kind kind) {
    this.kind = kind;
  }

  Kind kind() {
    return kind;
  }

  @Override
  public short getMagicId() {
    return MAGIC_ID;
  }

  @Override
  public Supplier<? extends Header> create() {
    return HeartbeatHeader::new;
  }

  @Override
  public int serializedSize() {
    return 1;
  }

  @Override
  public void writeTo(DataOutput out) throws IOException {
    out.writeByte(kind.ordinal());
  }

  @Override
  public void readFrom(DataInput in) throws IOException {
    int ordinal = in.readUnsignedByte();
    if (ordinal >= Kind.values().length) {
      throw new IOException("no kind of heartbeat: " + ordinal);
    }
    kind = Kind.values()[ordinal];
  }
}
