package io.nefele.mailbox.chronicle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Says no before a file system is full: a write to a mapped page that the file system cannot back
 * is a fault in the middle of an append, not an error that could be told to the sender. Looks only
 * once per {@link #LOOK_EVERY_BYTES}, which is far less than what it keeps free.
 */
final class DiskRoom {
  private static final long KEPT_FREE_BYTES = 4 << 20;
  private static final long LOOK_EVERY_BYTES = 1 << 20;

  private final Path root;
  private long allowedBytes;

  DiskRoom(Path root) {
    this.root = root;
  }

  /** Whether {@code bytes} more may be written. */
  boolean has(long bytes) {
    if (bytes > allowedBytes) {
      allowedBytes = freeBytes() < KEPT_FREE_BYTES + bytes ? 0 : bytes + LOOK_EVERY_BYTES;
    }
    if (bytes > allowedBytes) {
      return false;
    }
    allowedBytes -= bytes;
    return true;
  }

  private long freeBytes() {
    try {
      Files.createDirectories(root);
      return Files.getFileStore(root).getUsableSpace();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
