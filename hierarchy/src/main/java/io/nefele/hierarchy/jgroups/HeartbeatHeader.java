package io.nefele.hierarchy.jgroups;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.function.Supplier;
import org.jgroups.Header;

/** Marks a message without content as a heartbeat, which may raise an alarm. */
public final class HeartbeatHeader extends Header {
  /** Numbers from 1,024 on are free for headers that JGroups does not know. */
  static final short MAGIC_ID = 1_100;

  private boolean alarm;

  /** For JGroups, which fills it in. */
  public HeartbeatHeader() {}

  HeartbeatHeader(boolean alarm) {
    this.alarm = alarm;
  }

  boolean alarm() {
    return alarm;
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
    out.writeBoolean(alarm);
  }

  @Override
  public void readFrom(DataInput in) throws IOException {
    alarm = in.readBoolean();
  }
}
