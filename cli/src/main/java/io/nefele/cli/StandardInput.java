package io.nefele.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * The command's input, which can be closed while somebody waits for it: that ends the wait with an
 * {@link IOException}. {@link System#in} can't, and a JVM that ends waits 0.3 s for a thread in a
 * system call.
 */
final class StandardInput extends InputStream {
  private final FileChannel channel;

  StandardInput() {
    this(new FileInputStream(FileDescriptor.in).getChannel());
  }

  /** One that reads {@code channel}, which it closes. */
  StandardInput(FileChannel channel) {
    this.channel = channel;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    return channel.read(ByteBuffer.wrap(to, offset, length));
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
